"""Who outside is asked to know people: the provider of signatures, the provider of identities.

From settings to clients; nothing is asked of either before it is needed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from docgen.openid import Client, Registration
from docgen.settings import Settings
from docgen.signing.providers.yousign import Account, Level, Wire, Yousign

# Seconds for one call to the signature provider, with its waits and new tries: a sweep has others
# to look after.
PATIENCE = 30.0


def open_provider(settings: Settings) -> Account | None:
    """The signature provider that the settings choose, if any; nothing is asked of it here."""
    if settings.yousign_api_key is None:
        return None
    wire = Wire(
        url=settings.yousign_url,
        key=settings.yousign_api_key.get_secret_value(),
        timeout=settings.yousign_timeout,
        patience=PATIENCE,
        monotonic=time.monotonic,
        sleep=time.sleep,
        now=lambda: datetime.now(UTC),
    )
    level = {"advanced": Level.ADVANCED, "qualified": Level.QUALIFIED}[settings.yousign_level]
    secret = settings.yousign_webhook_secret
    return Account(Yousign(wire), level, secret.get_secret_value() if secret else None)


def open_identity(settings: Settings) -> Client | None:
    """The identity provider of the office's entry, None without one; nothing is asked of it yet."""
    if not settings.oidc_issuer:
        return None
    assert settings.oidc_client_secret
    ours = Registration(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_name,
        settings.oidc_trust_email,
        settings.oidc_timeout,
    )
    return Client(ours, lambda: datetime.now(UTC))
