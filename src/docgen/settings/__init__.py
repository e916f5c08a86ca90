"""Every setting, read once by a door. Names in the environment or in `.env`: DOCGEN_ + the field.

Contradictions stop the start with all the faults at once. Secrets are SecretStr and never printed.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict

from docgen.errors import Finding, InvalidData
from docgen.settings.archive import ArchiveSettings
from docgen.settings.outside import OutsideSettings

# In a checkout the templates stand beside src/; a wheel carries them inside the package.
_CHECKOUT = Path(__file__).parents[3] / "templates" / "conventions"
_PACKAGED = Path(__file__).parents[1] / "templates" / "conventions"

_PREFIX = "DOCGEN_"
_ENV_FILE = ".env"
_POSTGRESQL = "postgresql+psycopg://"
# What pydantic says of a setting, for a person.
_SENTENCES = {
    "int_parsing": "attend un nombre entier.",
    "float_parsing": "attend un nombre.",
    "bool_parsing": "attend true ou false.",
    "literal_error": "valeurs admises : {expected}.",
    "greater_than": "attend plus de {gt}.",
    "greater_than_equal": "au moins {ge}.",
    "less_than_equal": "au plus {le}.",
}


class Settings(ArchiveSettings, OutsideSettings):
    """The settings of this installation."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=_ENV_FILE, frozen=True, extra="ignore"
    )

    home: Path = Field(Path("var"), description="Folder of the database, keys, mails and archive.")
    database_url: str | None = Field(None, description="PostgreSQL URL; SQLite in HOME when empty.")
    templates: Path = Field(_CHECKOUT if _CHECKOUT.is_dir() else _PACKAGED)
    organisation: str = Field("Association Exemple", description="Name on seals and mails.")
    passphrase: SecretStr | None = Field(
        None, description="Of the sealing keys; made at first start in HOME/keys when empty."
    )
    tsa_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="RFC 3161 servers, tried in order; the internal authority when empty."
    )
    tsa_timeout: float = Field(5.0, gt=0, le=60, description="Seconds each server has to answer.")
    allow_degraded: bool = Field(
        False, description="Seal without a timestamp when no server answers for DEGRADED_AFTER."
    )
    degraded_after: int = Field(24, ge=1, description="Hours a seal waits before it is degraded.")
    renew_before: int = Field(
        12,
        ge=1,
        le=120,
        description="Months before its certificate ends that a timestamp is renewed.",
    )

    seal: Literal["pkcs12", "pkcs11"] = Field(
        "pkcs12", description="Where the seal's key is: a file of HOME/keys, or a token."
    )
    pkcs11_module: Path | None = Field(None, description="The token's library (.so).")
    pkcs11_token: str | None = Field(None, description="The token's label.")
    pkcs11_key: str = Field("sceau", description="Label of the key and of its certificate.")
    pkcs11_pin: SecretStr | None = None

    site_url: str = Field("http://127.0.0.1:8000", description="Address of the signing links.")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    processes: int | None = Field(
        None, ge=1, le=16, description="Processes that answer; one a core, two at most, when empty."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    days_to_sign: int = Field(30, ge=1, le=365)
    reminder_days: Annotated[tuple[int, ...], NoDecode] = (3, 7, 14)

    mail: Literal["folder", "smtp"] = "folder"
    mail_sender: str = "docgen@example.org"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout: float = Field(20.0, gt=0)

    sms: Literal["folder", "http", "brevo"] = Field(
        "folder", description="Where SMS go: a folder, a relay of one's own, or Brevo."
    )
    sms_url: str | None = Field(None, description="The relay's address; Brevo's own when empty.")
    sms_token: SecretStr | None = None
    sms_sender: str | None = Field(
        None, description="What telephones show: 11 letters or digits; from the name when empty."
    )
    sms_timeout: float = Field(10.0, gt=0, le=60, description="Seconds the relay has to answer.")

    law_days: Literal["calendar", "presence"] = Field(
        "calendar", description="What the 60 days of D5135-3 count."
    )
    law_host: Literal["siret", "siren"] = Field(
        "siret", description="What « the same host » is in D5135-3."
    )
    law_same_day_number: bool = Field(
        False, description="One month « de date à date » may end on the same day number."
    )
    law_late_signature: Literal["warn", "refuse"] = "warn"
    law_notice_on_working_day: bool = Field(
        False, description="Announce a last day to give notice as a working day."
    )

    hire_months: int = Field(
        6, ge=1, le=24, description="Months after a PMSMP in which a hire is counted as its fruit."
    )

    prefect_api_url: str | None = Field(
        None, validation_alias="PREFECT_API_URL", description="Prefect's API; direct work if empty."
    )
    office_deadline: float = Field(
        10.0, gt=0, description="Seconds LibreOffice has for a document, and 0.1 more a page."
    )
    office_workers: int = Field(
        0, ge=0, le=64, description="LibreOffice side by side; 0 for one a core."
    )
    failpoint: str = Field("", description="Tests only: die at the step of that name.")

    @field_validator(
        "tsa_urls", "trusted_proxies", "reminder_days", "witnesses", "alarm_to", mode="before"
    )
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url")
    @classmethod
    def _by_our_driver(cls, value: str | None) -> str | None:
        if not value:
            return None
        for usual in ("postgresql://", "postgres://"):
            if value.startswith(usual):
                value = _POSTGRESQL + value.removeprefix(usual)
        if not value.startswith((_POSTGRESQL, "sqlite:///")):
            # Never the value itself: it may hold a password.
            raise ValueError("s’écrit postgresql+psycopg://utilisateur:secret@serveur/base.")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Every contradiction, one a line: the name of a setting, a space, what is wrong."""
        faults = list(self.archive_faults())
        if self.seal == "pkcs11":
            faults += [
                f"DOCGEN_{name.upper()} manque (DOCGEN_SEAL=pkcs11)."
                for name in ("pkcs11_module", "pkcs11_token", "pkcs11_pin")
                if getattr(self, name) is None
            ]
        if self.sms != "folder" and self.sms_token is None:
            faults.append(f"DOCGEN_SMS_TOKEN manque (DOCGEN_SMS={self.sms}).")
        if self.sms == "http" and self.sms_url is None:
            faults.append("DOCGEN_SMS_URL manque (DOCGEN_SMS=http).")
        if self.sms_url and not self.sms_url.startswith(("http://", "https://")):
            faults.append("DOCGEN_SMS_URL doit commencer par http:// ou https://.")
        if self.smtp_user and not self.smtp_password:
            faults.append("DOCGEN_SMTP_PASSWORD manque (DOCGEN_SMTP_USER est donné).")
        if not self.site_url.startswith(("http://", "https://")):
            faults.append("DOCGEN_SITE_URL doit commencer par http:// ou https://.")
        faults += self.outside_faults()
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.sqlite_file}"

    @property
    def sqlite_file(self) -> Path:
        """The file of the default database."""
        return self.home.absolute() / "docgen.sqlite3"

    @property
    def keys(self) -> Path:
        """The folder of the sealing keys."""
        return self.home / "keys"


def read_settings(**given: object) -> Settings:
    """The settings of the environment. Raises InvalidData with every fault."""
    findings = list(_unknown_names())
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        for detail in error.errors():
            findings += _said(detail)
        raise InvalidData(findings, "Réglages") from error
    if findings:
        raise InvalidData(findings, "Réglages")
    return settings


def _said(detail: ErrorDetails) -> Iterator[Finding]:
    if not detail["loc"]:
        for line in detail["msg"].removeprefix("Value error, ").splitlines():
            name, _, message = line.partition(" ")
            yield Finding("reglage", "error", name, message)
        return
    # The rest of the place is a rank in a list of values.
    name = str(detail["loc"][0])
    shown = name if name.isupper() else _PREFIX + name.upper()
    message = _SENTENCES.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    context = {
        key: str(value).replace("'", "").replace(" or ", " ou ")
        for key, value in detail.get("ctx", {}).items()
    }
    yield Finding("reglage", "error", shown, message.format_map(context))


def _unknown_names() -> Iterator[Finding]:
    """A misspelt setting would be a setting silently left at its default."""
    words = [name.upper() for name in Settings.model_fields if name != "prefect_api_url"]
    known = [_PREFIX + word for word in words]
    for name in sorted(_names_given()):
        if name.startswith(_PREFIX) and name not in known:
            close = difflib.get_close_matches(name.removeprefix(_PREFIX), words, 1, 0.7)
            message = (
                f"ce réglage est inconnu{f' ; est-ce {_PREFIX}{close[0]} ?' if close else '.'}"
            )
            yield Finding("reglage", "error", name, message)


def _names_given() -> set[str]:
    try:
        in_file = dotenv_values(_ENV_FILE, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "il n’est pas en UTF-8"
        message = f"ce fichier ne peut pas être lu ({reason})."
        raise InvalidData([Finding("reglage", "error", _ENV_FILE, message)], "Réglages") from error
    return {name.upper() for name in (*os.environ, *in_file)}
