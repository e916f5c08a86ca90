"""Seals as our check sees them, and as tools that we did not write do."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from docgen.errors import Broken, Unavailable
from docgen.signing.seal import Sealer
from tests.signing.conftest import CLOSING, FIELDS, LINES, NOW, Signed
from tests.verapdf import validate

pytestmark = pytest.mark.slow

LATER = NOW + dt.timedelta(days=1)


def test_each_seal_only_adds_to_the_file(signed: Signed) -> None:
    for before, after in zip(signed.states, signed.states[1:], strict=False):
        assert after.startswith(before)


def test_our_own_check_finds_every_signature_in_order(signed: Signed) -> None:
    report = signed.sealer.verify(signed.closed, [*FIELDS, CLOSING], LATER)
    assert report.problems == ()
    assert [one.field for one in report.signatures] == [*FIELDS, CLOSING]
    assert [one.level for one in report.signatures] == ["B-T", "B-T", "B-T", "B-LTA"]
    assert [one.signed_at for one in report.signatures[:3]] == [
        NOW + dt.timedelta(minutes=n) for n in range(3)
    ]
    for number, state in enumerate(signed.states[1:4], 1):
        part = signed.sealer.verify(state, FIELDS[:number], LATER)
        assert part.problems == ()


def test_poppler_finds_each_one_valid(signed: Signed, files: list[Path], tmp_path: Path) -> None:
    database = tmp_path / "nss"
    database.mkdir()
    subprocess.run(
        ["certutil", "-N", "-d", str(database), "--empty-password"], check=True, capture_output=True
    )
    subprocess.run(
        [
            *("certutil", "-A", "-d", str(database), "-n", "ca", "-t", "CT,C,C"),
            *("-i", str(signed.keys.public_certificate), "-a"),
        ],
        check=True,
        capture_output=True,
    )
    for count, path in ((1, files[1]), (3, files[3]), (4, files[4])):
        told = subprocess.run(
            ["pdfsig", "-nssdir", str(database), str(path)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        assert told.count("Signature is Valid.") == count
        # Of one certificate met several times, poppler 22.12 vouches every other time only.
        assert told.count("Certificate is Trusted.") == (count + 1) // 2, told
        assert told.count("Total document signed") == 1
        assert told.count("ETSI.CAdES.detached") == count


def test_every_state_is_still_pdf_a_3b(files: list[Path]) -> None:
    assert validate(files) == []


def test_openssl_accepts_the_closing_timestamp(signed: Signed, tmp_path: Path) -> None:
    pdf = signed.closed
    found = list(re.finditer(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)", pdf))[-1]
    start, first, second, rest = map(int, found.groups())
    content = pdf[start : start + first] + pdf[second : second + rest]
    # Zeros fill the place kept for the token; its own length says where it ends.
    token = cms.ContentInfo.load(bytes.fromhex(pdf[first + 1 : second - 1].decode())).dump()
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "token").write_bytes(token)
    told = subprocess.run(
        [
            *("openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "content"),
            *("-CAfile", str(signed.keys.public_certificate)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in told.stdout + told.stderr


def test_the_words_of_the_seal_can_be_read_and_searched(files: list[Path]) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", str(files[-1]), "-"], capture_output=True, text=True, check=True
    ).stdout
    for line in LINES:
        assert line in text
    fonts = subprocess.run(
        ["pdffonts", str(files[-1])], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows
    assert all("yes" in row for row in rows)


@pytest.mark.parametrize(
    "name",
    [
        "🙂 Émoji",
        "محمد الأمين",
        "Nguyễn Thị Mỹ Hạnh",
        "x" * 400,
        "A" + "\u0301" * 50,
        "Œ" * 80,
        "a\nb\tc",
        "",
    ],
)
def test_any_name_is_sealed_inside_its_box(signed: Signed, tmp_path: Path, name: str) -> None:
    lines = ("Signé par", name, "le 24 novembre 2026")
    pdf = signed.sealer.seal(signed.states[0], FIELDS[0], lines, "Essai", NOW).pdf
    path = tmp_path / "nom.pdf"
    path.write_bytes(pdf)
    assert signed.sealer.verify(pdf, [FIELDS[0]], LATER).problems == ()
    assert validate([path]) == []


def test_a_field_that_is_not_there_or_already_filled_is_refused(signed: Signed) -> None:
    for pdf, field in ((signed.states[0], "Inconnu"), (signed.states[1], FIELDS[0])):
        with pytest.raises(Broken):
            signed.sealer.seal(pdf, field, LINES, "Essai", NOW)
    with pytest.raises(Broken):
        signed.sealer.seal(b"pas un PDF", FIELDS[0], LINES, "Essai", NOW)


def test_a_timestamp_authority_that_does_not_answer_makes_no_seal(signed: Signed) -> None:
    outside = Sealer(signed.keys, ("http://127.0.0.1:9/tsa",))
    assert outside.timestamp_label == "127.0.0.1"
    with pytest.raises(Unavailable, match="DOCGEN_TSA_URLS"):
        outside.seal(signed.states[0], FIELDS[0], LINES, "Essai", NOW)


def test_keys_out_of_date_make_no_seal(signed: Signed) -> None:
    for at in (NOW - dt.timedelta(days=30), NOW + dt.timedelta(days=365 * 15)):
        with pytest.raises(Unavailable, match="ne sont valables"):
            signed.sealer.seal(signed.states[0], FIELDS[0], LINES, "Essai", at)


def test_the_certificates_are_told_for_a_person(signed: Signed) -> None:
    told = signed.sealer.certificates(signed.closed)
    assert [one.usage for one in told] == [
        "cachet de l’organisation",
        "horodatage",
        "autorité de certification",
    ]
    assert all("Le Fournil" in one.sujet and len(one.empreinte) == 64 for one in told)


def test_the_key_is_p_256_and_the_hash_sha_256(signed: Signed, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(signed.closed)) as pdf:
        field = next(f for f in pdf.Root.AcroForm.Fields if str(f.T) == FIELDS[0])
        contents = bytes(field.V.Contents)
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
    (tmp_path / "cms").write_bytes(contents)
    shown = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", str(tmp_path / "cms")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "prime256v1" in shown
    assert "sha256" in shown
    bundle = (signed.keys.folder / "sceau.p12").read_bytes()
    key, _, _ = pkcs12.load_key_and_certificates(bundle, b"secret")
    assert key is not None
    assert b"PRIVATE" in key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
