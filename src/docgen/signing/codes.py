"""One-time codes: six digits by mail, an HMAC in the database."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable

DIGITS = 6


def new_code(randbelow: Callable[[int], int]) -> str:
    """Six digits, zeros kept in front; `randbelow(n)` must be fair (`secrets.randbelow`)."""
    return f"{randbelow(10**DIGITS):0{DIGITS}d}"


def code_hmac(pepper: bytes, signer_id: str, code: str) -> str:
    """HMAC-SHA-256 of the code, in hexadecimal, for this signer alone."""
    # The zero byte keeps "a1" + "23" apart from "a12" + "3".
    message = f"{signer_id}\0{_bare(code)}".encode("utf-8", "surrogatepass")
    return hmac.new(pepper, message, hashlib.sha256).hexdigest()


def code_matches(pepper: bytes, signer_id: str, code: str, expected: str) -> bool:
    """Whether the code, as a person typed it, is the one of that HMAC; in constant time."""
    return hmac.compare_digest(
        code_hmac(pepper, signer_id, code).encode(), expected.encode("utf-8", "surrogatepass")
    )


def _bare(code: str) -> str:
    """The code without spaces; the digits of any script (full width, Arabic) are digits."""
    kept = (character for character in code if not character.isspace())
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in kept
    )
