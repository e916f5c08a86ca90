"""The seal's key in a PKCS#11 token: SoftHSM2, the real module, with a token of the test."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, ObjectClass, lib

from docgen.errors import DocgenError, Refused, Unavailable
from docgen.signing.authority import Pair, new_authority, new_seal
from docgen.signing.keys import load_or_create
from docgen.signing.seal import Sealer
from docgen.signing.seal_key import FileKey
from docgen.signing.token_key import TokenKey, TokenPlace
from tests.signing.conftest import CLOSING, FIELDS, LINES, NOW, Signed

# One token a process: the module reads its configuration once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("token")]

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, signed: Signed) -> TokenPlace:
    """A token that holds the seal of `signed` as « sceau », and a mismatched pair as « autre »."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(config))
        _run("--init-token", "--free", "--label", "docgen", "--so-pin", "87654321", "--pin", "1234")
        assert isinstance(signed.keys.seal, FileKey)
        _import(folder, signed.keys.seal.pair, "sceau", "01")
        stranger = new_seal(new_authority("Autre", NOW), "Autre", NOW)
        _import(folder, stranger, "autre", "02")
        # Not through a subprocess: the module reads SOFTHSM2_CONF when it is first loaded.
        session = lib(str(MODULE)).get_token(token_label="docgen").open(rw=True, user_pin="1234")
        for label in ("sceau", "autre"):
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: 0,
                    Attribute.LABEL: label,
                    Attribute.TOKEN: True,
                    Attribute.SUBJECT: signed.keys.seal.certificate.subject.public_bytes(),
                    Attribute.VALUE: signed.keys.seal.certificate.public_bytes(
                        serialization.Encoding.DER
                    ),
                }
            )
        session.close()
    return TokenPlace(MODULE, "docgen", "sceau", "1234")


@pytest.fixture
def key(token: TokenPlace) -> Iterator[TokenKey]:
    """The key « sceau », left after the test: a process gives its PIN once."""
    with closing(TokenKey(token)) as opened:
        yield opened


def _run(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)


def _import(folder: Path, pair: Pair, label: str, number: str) -> None:
    path = folder / f"{label}.pem"
    path.write_bytes(
        pair.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    named = ("--label", label, "--id", number)
    _run("--import", str(path), "--token", "docgen", *named, "--pin", "1234")


def test_a_key_in_a_token_seals_as_a_key_in_a_file_does(
    key: TokenKey, signed: Signed, blank: bytes
) -> None:
    sealer = Sealer(replace(signed.keys, seal=key))
    pdf = blank
    for field in FIELDS:
        pdf = sealer.seal(pdf, field, LINES, "Essai", NOW).pdf
    pdf = sealer.close(pdf, CLOSING, LINES, "Clôture", NOW).pdf
    # Whoever checks needs no token.
    report = signed.sealer.verify(pdf, [*FIELDS, CLOSING], LATER)
    assert report.problems == ()
    assert [one.level for one in report.signatures] == ["B-T", "B-T", "B-T", "B-LTA"]


def test_the_keys_are_read_without_the_seal_s_file(
    token: TokenPlace, key: TokenKey, signed: Signed
) -> None:
    (signed.keys.folder / "sceau.p12").rename(signed.keys.folder / "ailleurs")
    try:
        keys = load_or_create(
            signed.keys.folder.parent, b"secret", "Le Fournil", NOW, partial(TokenKey, token)
        )
        # The same process has it open already: the second one joins it.
        assert keys.seal.certificate == key.certificate == signed.keys.seal.certificate
        assert keys.notices(NOW) == []
        assert isinstance(keys.seal, TokenKey)
        keys.seal.close()
    finally:
        (signed.keys.folder / "ailleurs").rename(signed.keys.folder / "sceau.p12")


def test_seals_made_at_once_share_the_session_and_a_closed_one_is_opened_again(
    key: TokenKey, signed: Signed, blank: bytes
) -> None:
    sealer = Sealer(replace(signed.keys, seal=key))
    key.close()
    made: list[bytes] = []
    faults: list[DocgenError] = []

    def seal() -> None:
        try:
            made.append(sealer.seal(blank, FIELDS[0], LINES, "Essai", NOW).pdf)
        except DocgenError as error:
            faults.append(error)

    threads = [threading.Thread(target=seal) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert all(signed.sealer.verify(pdf, [FIELDS[0]], LATER).problems == () for pdf in made)


@pytest.mark.parametrize(
    ("change", "family", "sentence"),
    [
        ({"pin": "9999"}, Refused, "DOCGEN_PKCS11_PIN"),
        ({"token": "absent"}, Unavailable, "DOCGEN_PKCS11_TOKEN"),
        ({"key": "absent"}, Unavailable, "DOCGEN_PKCS11_KEY"),
        ({"key": "autre"}, Unavailable, "n’est pas celle de son certificat"),
        ({"module": Path(sys.executable)}, Unavailable, "DOCGEN_PKCS11_MODULE"),
    ],
)
def test_a_token_that_cannot_seal_is_told_at_the_start_without_its_pin(
    token: TokenPlace, change: dict[str, str], family: type[DocgenError], sentence: str
) -> None:
    with pytest.raises(family, match=sentence) as refused:
        TokenKey(replace(token, **change))  # type: ignore[arg-type]
    assert "1234" not in str(refused.value)
    assert "9999" not in str(refused.value)
    assert "1234" not in repr(token)
