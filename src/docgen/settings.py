"""Every setting, read once by a door. Names in the environment or in `.env`: DOCGEN_ + the field.

Contradictions stop the start with all the faults at once. Secrets are SecretStr and never printed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from docgen.errors import Finding, InvalidData

# In a checkout the templates stand beside src/; a wheel carries them inside the package.
_CHECKOUT = Path(__file__).parents[2] / "templates" / "conventions"
_PACKAGED = Path(__file__).parent / "templates" / "conventions"


class Settings(BaseSettings):
    """The settings of this installation."""

    model_config = SettingsConfigDict(
        env_prefix="DOCGEN_", env_file=".env", frozen=True, extra="ignore"
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

    site_url: str = Field("http://127.0.0.1:8000", description="Address of the signing links.")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
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

    archive: Literal["folder", "s3"] = "folder"
    s3_bucket: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = "fr-par"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_addressing: Literal["path", "virtual", "auto"] = "path"

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

    @field_validator("tsa_urls", "trusted_proxies", "reminder_days", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if self.archive == "s3":
            faults += [
                f"DOCGEN_{name.upper()} manque (DOCGEN_ARCHIVE=s3)"
                for name in ("s3_bucket", "s3_endpoint", "s3_access_key", "s3_secret_key")
                if getattr(self, name) is None
            ]
        if self.smtp_user and not self.smtp_password:
            faults.append("DOCGEN_SMTP_PASSWORD manque (DOCGEN_SMTP_USER est donné)")
        if not self.site_url.startswith(("http://", "https://")):
            faults.append("DOCGEN_SITE_URL doit commencer par http:// ou https://")
        if faults:
            raise ValueError(" ; ".join(faults))
        return self

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'docgen.sqlite3'}"

    @property
    def keys(self) -> Path:
        """The folder of the sealing keys."""
        return self.home / "keys"


def read_settings(**given: object) -> Settings:
    """The settings of the environment. Raises InvalidData with every fault."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidData(
            [
                Finding(
                    "reglage",
                    "error",
                    "DOCGEN_" + "_".join(str(p) for p in e["loc"]).upper() if e["loc"] else "",
                    e["msg"].removeprefix("Value error, "),
                )
                for e in error.errors()
            ],
            "Réglages",
        ) from error
