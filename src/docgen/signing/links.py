"""Signing links: a random token in the mail, its hash in the database."""

from __future__ import annotations

import base64
import hashlib
import hmac

TOKEN_BYTES = 32


def new_token(random32: bytes) -> str:
    """A token for a link, 43 characters fit for a URL, from 32 random bytes. Raises ValueError."""
    if len(random32) != TOKEN_BYTES:
        raise ValueError(f"a token takes {TOKEN_BYTES} random bytes, not {len(random32)}")
    return base64.urlsafe_b64encode(random32).rstrip(b"=").decode("ascii")


def token_from(secret: str, purpose: str) -> str:
    """A token for that purpose alone, which only who holds `secret` (256 random bits) can make.

    For a link that a browser shows and nobody keeps: it is made again from the browser's cookie.
    """
    derived = hmac.new(secret.encode(), f"docgen {purpose}".encode(), hashlib.sha256)
    return new_token(derived.digest())


def token_hash(token: str) -> str:
    """SHA-256 of the token, in hexadecimal: all that is kept of it. Any text has a hash."""
    # A lone surrogate can come out of a URL; it must lead to "no such link", not to a crash.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
