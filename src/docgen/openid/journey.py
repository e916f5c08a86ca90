"""One way to the provider and back, tied to one browser.

Everything is derived from a secret that the browser alone holds (a cookie that no script reads), so
nothing is stored while a person is away, and who brings another browser's answer is turned back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Journey:
    """The three values of an entry: `state` comes back, `nonce` is signed, `verifier` is PKCE's.

    RFC 6749 10.12, OpenID Connect Core 3.1.2.1, RFC 7636 4.1.
    """

    state: str
    nonce: str
    verifier: str = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> Journey:
        """The journey of the browser that holds that secret, the same each time."""
        return cls(*(_derived(secret, part) for part in ("state", "nonce", "verifier")))

    def is_back(self, state: str) -> bool:
        """True for the state that this very browser left with."""
        return hmac.compare_digest(self.state.encode(), state.encode())


def _derived(secret: str, part: str) -> str:
    digest = hmac.new(secret.encode(), f"docgen:openid:{part}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
