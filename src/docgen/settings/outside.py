"""The settings of those outside who are asked: the register, signatures, identities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

# An address that a secret may be sent to: nobody listens on the way.
_GUARDED = ("https://", "http://127.0.0.1:", "http://localhost:")


class OutsideSettings(BaseSettings):
    """Who is asked about companies, for signatures with a key of their own, and who people are."""

    directory_url: str = Field(
        "", description="Company look-up, asked about each SIRET; none when empty."
    )
    directory_timeout: float = Field(4.0, gt=0, le=60, description="Seconds one try may last.")

    yousign_api_key: SecretStr | None = Field(
        None, description="Signatures at a provider, advanced or qualified; none when empty."
    )
    yousign_webhook_secret: SecretStr | None = Field(
        None, description="Of its notices; without it they are refused, and the night looks."
    )
    yousign_url: str = Field(
        "https://api-sandbox.yousign.app/v3", description="Its API: for trial, unless changed."
    )
    yousign_level: Literal["advanced", "qualified"] = "advanced"
    yousign_timeout: float = Field(20.0, gt=0, le=120, description="Seconds one try may last.")

    oidc_issuer: str = Field(
        "", description="Identity provider to enter the office through; none when empty."
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = Field(
        "votre compte professionnel", description="What its button says after « Entrer avec »."
    )
    oidc_trust_email: bool = Field(
        False, description="Take addresses it does not say it verified: one's own provider only."
    )
    oidc_timeout: float = Field(10.0, gt=0, le=60, description="Seconds one question may last.")

    def outside_faults(self) -> Iterator[str]:
        """Every contradiction: the name of a setting, a space, what is wrong."""
        if self.directory_url and not self.directory_url.startswith(("http://", "https://")):
            yield "DOCGEN_DIRECTORY_URL doit commencer par http:// ou https://, ou être vide."
        yield from self._provider_faults()
        yield from self._identity_faults()

    def _provider_faults(self) -> Iterator[str]:
        if self.yousign_webhook_secret and not self.yousign_api_key:
            yield "DOCGEN_YOUSIGN_API_KEY manque (DOCGEN_YOUSIGN_WEBHOOK_SECRET est donné)."
        if not self.yousign_url.startswith(_GUARDED):
            yield "DOCGEN_YOUSIGN_URL doit commencer par https:// : la clé y est envoyée."

    def _identity_faults(self) -> Iterator[str]:
        if not self.oidc_issuer:
            if self.oidc_client_id or self.oidc_client_secret:
                yield "DOCGEN_OIDC_ISSUER manque (l’identifiant ou le secret est donné)."
            return
        if not self.oidc_issuer.startswith(_GUARDED):
            yield "DOCGEN_OIDC_ISSUER doit commencer par https:// : le secret y est envoyé."
        if not self.oidc_client_id:
            yield "DOCGEN_OIDC_CLIENT_ID manque (DOCGEN_OIDC_ISSUER est donné)."
        if self.oidc_client_secret is None:
            yield "DOCGEN_OIDC_CLIENT_SECRET manque (DOCGEN_OIDC_ISSUER est donné)."
