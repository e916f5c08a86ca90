"""Settings: each fault named in French at the start, all at once, and no secret in what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import Finding, InvalidData
from docgen.settings import read_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start from: no .env but the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults() -> list[Finding]:
    with pytest.raises(InvalidData) as refused:
        read_settings()
    return list(refused.value.findings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DOCGEN_PORT", "abc", "attend un nombre entier."),
        ("DOCGEN_PORT", "70000", "au plus 65535."),
        ("DOCGEN_DAYS_TO_SIGN", "0", "au moins 1."),
        ("DOCGEN_SMTP_TIMEOUT", "0", "attend plus de 0.0."),
        ("DOCGEN_SMTP_TIMEOUT", "vite", "attend un nombre."),
        ("DOCGEN_SMTP_STARTTLS", "peut-être", "attend true ou false."),
        ("DOCGEN_MAIL", "pigeon", "valeurs admises : folder ou smtp."),
        ("DOCGEN_REMINDER_DAYS", "3,x", "attend un nombre entier."),
        ("DOCGEN_SITE_URL", "example.org", "doit commencer par http:// ou https://."),
        (
            "DOCGEN_DATABASE_URL",
            "mysql://u:motdepasse@serveur/base",
            "s’écrit postgresql+psycopg://utilisateur:secret@serveur/base.",
        ),
        (
            "DOCGEN_DATABASE_URL",
            "nimporte",
            "s’écrit postgresql+psycopg://utilisateur:secret@serveur/base.",
        ),
        ("DOCGEN_PROT", "8000", "ce réglage est inconnu ; est-ce DOCGEN_PORT ?"),
        ("DOCGEN_NAVETTE", "1", "ce réglage est inconnu."),
    ],
)
def test_a_wrong_value_is_told_in_french_with_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    assert [(one.field, one.message) for one in faults()] == [(name, sentence)]


@pytest.mark.parametrize(
    ("content", "field", "word"),
    [
        (b"DOCGEN_PORT=abc\n", "DOCGEN_PORT", "nombre entier"),
        (b"docgen_prot=1\n", "DOCGEN_PROT", "DOCGEN_PORT"),
        (b"DOCGEN_ORGANISATION=Caf\xe9\n", ".env", "UTF-8"),
    ],
)
def test_a_wrong_env_file_is_told(folder: Path, content: bytes, field: str, word: str) -> None:
    (folder / ".env").write_bytes(content)
    (fault,) = faults()
    assert fault.field == field
    assert word in fault.message


def test_a_token_without_its_place_or_its_pin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_SEAL", "pkcs11")
    assert [one.field for one in faults()] == [
        "DOCGEN_PKCS11_MODULE",
        "DOCGEN_PKCS11_TOKEN",
        "DOCGEN_PKCS11_PIN",
    ]


def test_contradictions_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_ARCHIVE", "s3")
    monkeypatch.setenv("DOCGEN_SMTP_USER", "u")
    assert [one.field for one in faults()] == [
        "DOCGEN_S3_BUCKET",
        "DOCGEN_S3_ENDPOINT",
        "DOCGEN_S3_ACCESS_KEY",
        "DOCGEN_S3_SECRET_KEY",
        "DOCGEN_SMTP_PASSWORD",
    ]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_is_taken_as_it_is_usually_written(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("DOCGEN_DATABASE_URL", f"{scheme}://u:p@127.0.0.1/base")
    assert read_settings().url == "postgresql+psycopg://u:p@127.0.0.1/base"


def test_the_example_file_is_taken_whole(folder: Path) -> None:
    example = Path(__file__).parent.parent / ".env.example"
    (folder / ".env").write_bytes(example.read_bytes())
    assert read_settings().home == Path("var")


def test_an_identity_provider_is_named_whole_and_spoken_to_in_private(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCGEN_OIDC_ISSUER", "http://ailleurs.example.org")
    with pytest.raises(InvalidData) as refused:
        read_settings()
    assert [one.field for one in refused.value.findings] == [
        "DOCGEN_OIDC_ISSUER", "DOCGEN_OIDC_CLIENT_ID", "DOCGEN_OIDC_CLIENT_SECRET"
    ]  # fmt: skip
    monkeypatch.setenv("DOCGEN_OIDC_ISSUER", "")
    monkeypatch.setenv("DOCGEN_OIDC_CLIENT_ID", "bureau")
    with pytest.raises(InvalidData, match="DOCGEN_OIDC_ISSUER : manque"):
        read_settings()
