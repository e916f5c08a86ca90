"""Keys are made once, whole, for their owner alone; links and codes are what they promise."""

from __future__ import annotations

import datetime as dt
import secrets
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import Refused, Unavailable
from docgen.signing.codes import code_hmac, code_matches, new_code
from docgen.signing.keys import Keys, load_or_create
from docgen.signing.links import new_token, token_hash

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


def test_the_first_start_makes_the_keys_and_says_so_and_the_next_reads_them(
    tmp_path: Path,
) -> None:
    first = load_or_create(tmp_path / "keys", b"secret", "Le Fournil", NOW)
    again = load_or_create(tmp_path / "keys", b"secret", "Autre nom", NOW)
    assert first.made_now
    assert not again.made_now
    assert str(first.folder) in " ".join(first.notices(NOW))
    assert again.notices(NOW) == []
    assert first.seal.certificate == again.seal.certificate
    for path in (tmp_path / "keys").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    told = subprocess.run(
        ["openssl", "x509", "-in", str(first.public_certificate), "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "CA:TRUE" in told
    assert "prime256v1" in told


def test_a_wrong_passphrase_is_refused_with_the_setting(tmp_path: Path) -> None:
    load_or_create(tmp_path, b"secret", "Le Fournil", NOW)
    for wrong in (b"autre", b""):
        with pytest.raises(Refused, match="DOCGEN_PASSPHRASE"):
            load_or_create(tmp_path, wrong, "Le Fournil", NOW)


def test_a_damaged_or_mixed_set_is_refused(tmp_path: Path) -> None:
    one = load_or_create(tmp_path / "a", b"secret", "Le Fournil", NOW)
    two = load_or_create(tmp_path / "b", b"secret", "Le Fournil", NOW)
    (one.folder / "sceau.p12").write_bytes((two.folder / "sceau.p12").read_bytes())
    with pytest.raises(Unavailable, match="ne vont pas ensemble"):
        load_or_create(tmp_path / "a", b"secret", "Le Fournil", NOW)
    (two.folder / "sceau.p12").unlink()
    with pytest.raises(Unavailable, match="sauvegarde"):
        load_or_create(tmp_path / "b", b"secret", "Le Fournil", NOW)


def test_several_first_starts_at_once_agree(tmp_path: Path) -> None:
    found: list[Keys] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(load_or_create(tmp_path, b"secret", "Le Fournil", NOW))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({keys.seal.certificate.serial_number for keys in found}) == 1
    assert sum(keys.made_now for keys in found) == 1


def test_an_end_that_comes_near_is_told(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path, b"secret", "Le Fournil", NOW)
    end = keys.seal.certificate.not_valid_after_utc
    assert "expire le" in " ".join(keys.notices(end - dt.timedelta(days=30)))
    assert "a expiré" in " ".join(keys.notices(end))
    keys.folder.chmod(0o755)
    assert "chmod" in " ".join(keys.notices(NOW))


def test_a_token_holds_256_bits_and_only_its_hash_is_kept() -> None:
    token = new_token(b"\xff" * 32)
    assert len(token) == 43
    assert set(token) <= set("_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert token_hash(token) != token_hash(token[:-1])
    with pytest.raises(ValueError, match="32"):
        new_token(b"short")


@given(st.text(max_size=50))
def test_any_text_has_a_hash_and_matches_no_code(text: str) -> None:
    assert len(token_hash(text)) == 64
    kept = code_hmac(b"pepper", "signer", "012345")
    assert code_matches(b"pepper", "signer", text, kept) is False or "012345" in "".join(
        text.split()
    )


def test_a_code_matches_as_typed_for_its_signer_alone() -> None:
    code = new_code(lambda _below: 12345)
    assert code == "012345"
    kept = code_hmac(b"pepper", "a1", code)
    for typed in ("012345", "012 345", " 012\u00a0345 ", "０１２３４５"):
        assert code_matches(b"pepper", "a1", typed, kept)
    assert not code_matches(b"pepper", "a12", code, kept)
    assert not code_matches(b"autre", "a1", code, kept)
    assert all(len(new_code(secrets.randbelow)) == 6 for _ in range(100))
