"""The code of a printed page: which page of which frozen bytes, and no name.

    D1H:PMSMP-2026-0001:2/4:9F86D081884C7D65:K7QF93

form and corner (H: haut, B: bas) : number of the agreement : page/pages : first 64 bits of the
frozen PDF's SHA-256 : check over the rest. All of it is in the alphabet that a QR code packs best
(ISO/IEC 18004, alphanumeric mode), which keeps its squares half a millimetre wide.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

# Crockford's: no I, L, O or U, which are taken for others when read aloud or by hand.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORM = re.compile(
    r"D1(?P<corner>[HB]):(?P<reference>[A-Z0-9-]{1,40}):(?P<page>[1-9][0-9]?)/(?P<pages>[1-9][0-9]?)"
    r":(?P<digest>[0-9A-F]{16}):(?P<check>[0-9A-Z]{6})"
)
MOST_PAGES = 99


class Corner(StrEnum):
    """Where the code stands: two opposite corners tell how the page lies."""

    TOP_RIGHT = "H"
    BOTTOM_LEFT = "B"


@dataclass(frozen=True)
class PageCode:
    """`page` counts from 1; `digest`: the frozen PDF's SHA-256, its first 16 digits in capitals."""

    reference: str
    page: int
    pages: int
    digest: str

    @property
    def check(self) -> str:
        """Six characters over the rest: 30 bits, to catch a slip and not a forger."""
        said = f"{self.reference}:{self.page}/{self.pages}:{self.digest}"
        number = int.from_bytes(hashlib.sha256(said.encode()).digest()[:4], "big") >> 2
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(25, -1, -5))

    @property
    def spoken(self) -> str:
        """The check as people read it: K7QF-93."""
        return f"{self.check[:4]}-{self.check[4:]}"

    def written(self, corner: Corner) -> str:
        """What the QR code in that corner holds."""
        return f"D1{corner}:{self.reference}:{self.page}/{self.pages}:{self.digest}:{self.check}"


def short(sha256: str) -> str:
    """A SHA-256 as the page codes hold it."""
    return sha256[:16].upper()


def parse(text: str) -> tuple[PageCode, Corner] | None:
    """The code that this text is; None for any other QR code, or one that does not add up."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    code = PageCode(found["reference"], int(found["page"]), int(found["pages"]), found["digest"])
    if code.check != found["check"] or code.page > code.pages:
        return None
    return code, Corner(found["corner"])
