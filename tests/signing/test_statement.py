"""A signed, timestamped statement: what it is worth, and every way it may be wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from docgen.errors import Unavailable
from docgen.signing.keys import Keys, load_or_create
from docgen.signing.roots import roots_of
from docgen.signing.seal import Sealer
from docgen.signing.statement import (
    Statement,
    check_statement,
    is_signed,
    key_id,
    organisation_of,
    state,
)
from tests.outside_tsa import OutsideAuthority
from tests.samples import NOW

CONTENT = b'{"tree_size":3}'


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_or_create(tmp_path / "keys", b"secret", "Le Fournil Solidaire", NOW)


@pytest.fixture
def stated(keys: Keys) -> Statement:
    return state(Sealer(keys), CONTENT, NOW)


def test_a_statement_says_when_and_by_whom(keys: Keys, stated: Statement) -> None:
    found = check_statement(stated, roots_of(Sealer(keys)), key_id(keys.seal.certificate))
    assert (found.problems, found.at, found.trusted) == ((), NOW, True)
    assert found.organisation == organisation_of(keys.authority.certificate)
    assert found.organisation == "Le Fournil Solidaire"


def test_the_same_bytes_have_the_same_signature(keys: Keys, stated: Statement) -> None:
    assert keys.seal.sign(CONTENT) == stated.signature
    assert keys.seal.sign(CONTENT + b" ") != stated.signature


@pytest.mark.parametrize("field", ["content", "signature", "token", "certificate"])
def test_one_byte_changed_anywhere_that_counts_is_seen(
    keys: Keys, stated: Statement, field: str
) -> None:
    value = getattr(stated, field)
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    refused = 0
    for place in range(0, len(raw), max(len(raw) // 40, 1)):
        raw[place] ^= 1
        made: object = bytes(raw) if isinstance(value, bytes) else raw.decode(errors="replace")
        changed = dataclasses.replace(stated, **{field: made})  # type: ignore[arg-type]
        refused += bool(check_statement(changed, roots_of(Sealer(keys))).problems)
        raw[place] ^= 1
    # Of a token, what is not signed may change: the words of its status, the order of its parts.
    assert (
        refused >= {"content": len(CONTENT), "signature": 70, "token": 25, "certificate": 35}[field]
    )


def test_another_authority_is_not_believed(stated: Statement, tmp_path: Path) -> None:
    other = load_or_create(tmp_path / "others", b"secret", "Une autre", NOW)
    found = check_statement(stated, roots_of(Sealer(other)))
    assert not found.trusted
    assert len(found.problems) == 2


def test_20_the_end_of_a_certificate_undoes_nothing_it_covered(
    keys: Keys, stated: Statement, tally: Callable[..., None]
) -> None:
    """Nothing is asked of the machine's clock: a head checked in thirty years is judged then."""
    assert keys.timestamp.certificate.not_valid_after_utc < NOW + timedelta(days=30 * 365)
    assert check_statement(stated, roots_of(Sealer(keys))).problems == ()
    tally(injected=1, detected=1)


def test_20_expired_keys_sign_nothing_more(keys: Keys, tally: Callable[..., None]) -> None:
    with pytest.raises(Unavailable, match="ne sont valables que"):
        state(Sealer(keys), CONTENT, NOW + timedelta(days=30 * 365))
    tally(injected=1, detected=1)


def test_an_announced_key_must_be_the_one_that_signed(keys: Keys, stated: Statement) -> None:
    found = check_statement(stated, roots_of(Sealer(keys)), "0" * 64)
    assert found.problems == ("Le certificat du cachet n’est pas celui de la clé annoncée.",)


def test_an_outside_authority_gives_the_time(keys: Keys, tmp_path: Path) -> None:
    folder = tmp_path / "tsa"
    folder.mkdir()
    authority = OutsideAuthority(folder, NOW)
    authority.at = NOW
    try:
        admitted = dataclasses.replace(keys, tsa_roots=(authority.root.certificate,))
        sealer = Sealer(admitted, (authority.url,))
        made = state(sealer, CONTENT, NOW)
        assert check_statement(made, roots_of(sealer)).problems == ()
        # Without that root, the time is nobody's.
        assert "Horodatage" in check_statement(made, roots_of(Sealer(keys))).problems[0]
    finally:
        authority.stop()


def test_without_any_answer_nothing_is_stated(keys: Keys) -> None:
    with pytest.raises(Unavailable, match="Aucune autorité d’horodatage"):
        state(Sealer(keys, ("http://127.0.0.1:9/",), 1.0), CONTENT, NOW)


def test_hostile_bytes_are_problems_and_never_faults(keys: Keys, stated: Statement) -> None:
    roots = roots_of(Sealer(keys))
    for junk in (b"", b"\x30\x80", b"\xff" * 200, b"0" * 200_000):
        assert check_statement(dataclasses.replace(stated, token=junk), roots).problems
        assert check_statement(dataclasses.replace(stated, signature=junk), roots).problems
        text = junk.decode(errors="replace")
        assert check_statement(dataclasses.replace(stated, certificate=text), roots).problems
    certificate = x509.load_pem_x509_certificate(stated.certificate.encode())
    assert not is_signed(CONTENT, b"", certificate)
