"""Passwords (argon2id) and second factor (TOTP, RFC 6238): the home of argon2 and pyotp.

The secret of a second factor is kept sealed (AES-256-GCM) under a key that is not in the database:
who steals the database has neither passwords nor codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from datetime import UTC, datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from docgen.errors import Broken

SHORTEST, LONGEST = 12, 200
STEP_SECONDS = 30
_NONCE = 12

# RFC 9106, second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher()
# Each hash takes 64 MiB: a crowd at the door waits in line rather than fill the memory.
_ROOM = threading.BoundedSemaphore(2)
# What is verified when there is no such account, so that the answer takes as long.
_NOBODY = _HASHER.hash("docgen: nobody has this password")


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its parameters."""
    with _ROOM:
        return _HASHER.hash(password)


def password_holds(kept: str | None, password: str) -> bool:
    """True for the right password; takes as long when there is no account (None)."""
    with _ROOM:
        try:
            _HASHER.verify(kept or _NOBODY, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError, UnicodeError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """True for a hash made with weaker parameters than today's: hash again at the next login."""
    return _HASHER.check_needs_rehash(kept)


def password_fault(password: str, *known: str) -> str | None:
    """Why a new password can't be taken, in French; `known`: what others know of its owner."""
    if len(password) < SHORTEST:
        return f"le mot de passe compte au moins {SHORTEST} caractères ; une phrase convient."
    if len(password) > LONGEST:
        return f"le mot de passe compte au plus {LONGEST} caractères."
    lowered = password.casefold()
    if len(set(lowered)) < 5:
        return "le mot de passe répète les mêmes caractères ; choisissez une phrase."
    parts = {part for text in known for part in (text, *text.replace("@", " ").split())}
    if any(len(part) > 3 and part.casefold() in lowered for part in parts) and len(lowered) < 20:
        return "le mot de passe contient votre nom ou votre adresse ; choisissez une phrase."
    return None


def new_second_factor(random: bytes) -> str:
    """A TOTP secret (base32) from 20 random bytes."""
    return base64.b32encode(random[:20]).decode()


def step_of(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The 30-second step whose code this is, or None; one step of clock drift each way.

    A step is used once: those up to `last_step` are refused.
    """
    digits = "".join(c for c in code if c in "0123456789")
    current = int(now.astimezone(UTC).timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for step in (current - 1, current, current + 1):
        # Every step is compared, so that the time taken says nothing.
        same = hmac.compare_digest(totp.at(step * STEP_SECONDS), digits)
        if same and (last_step is None or step > last_step):
            found = step
    return found


def code_at(secret: str, now: datetime) -> str:
    """The code that an authenticator shows then."""
    return pyotp.TOTP(secret).at(int(now.timestamp()))


def address_of(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def sealed(pepper: bytes, secret: str, random: bytes, owner: str) -> str:
    """`secret` for the database; `random` gives its nonce, `owner` (an id) binds it to one row."""
    nonce = random[:_NONCE]
    box = AESGCM(_key(pepper)).encrypt(nonce, secret.encode(), owner.encode())
    return base64.b64encode(nonce + box).decode()


def unsealed(pepper: bytes, kept: str, owner: str) -> str:
    """The secret again. Raises Broken when the key or the row is another."""
    raw = base64.b64decode(kept)
    try:
        secret = AESGCM(_key(pepper)).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode())
    except (InvalidTag, ValueError) as error:
        raise Broken(
            "Le second facteur de ce compte ne se lit plus (la clé « pepper » a changé) : "
            "docgen account reset --second-facteur."
        ) from error
    return secret.decode()


def _key(pepper: bytes) -> bytes:
    return hmac.new(pepper, b"docgen:second-factor", hashlib.sha256).digest()
