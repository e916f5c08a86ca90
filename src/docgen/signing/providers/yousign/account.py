"""An account at Yousign as this installation uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from docgen.signing.providers.yousign.client import Yousign
from docgen.signing.providers.yousign.order import Level

NAME = "Yousign"
_PRODUCTION = "api.yousign.app"


@dataclass(frozen=True)
class Account:
    """The API, the level asked for, and what notices are signed with (None: none are taken)."""

    client: Yousign
    level: Level
    webhook_secret: str | None = field(default=None, repr=False)

    @property
    def sandbox(self) -> bool:
        """Whether signatures are for trial: anywhere but on Yousign's own production host."""
        return is_sandbox(self.client.wire.url)


def is_sandbox(url: str) -> bool:
    """Whether an API address is one for trial."""
    return urlsplit(url).hostname != _PRODUCTION
