"""What the fonts of this machine can show.

For a character that no font has, LibreOffice draws an empty box and says nothing: a name nobody
can read, in a document that people sign.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from docgen.documents.fontconfig import every_font

# Carlito and Caladea have these, and so has nearly every font: nothing to ask.
COMMON = frozenset(
    map(chr, [*range(0x0250), *range(0x2010, 0x2028), 0x202F, 0x2039, 0x203A, 0x20AC])
)
# Joiners, marks of direction and variation selectors have no shape of their own.
_SHAPELESS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_SELECTORS = range(0xFE00, 0xFE10)


def unprintable(text: str) -> str:
    """The characters of `text`, each once, that no installed font has. Raises Unavailable."""
    rare = uncommon(text)
    if not rare:
        return ""
    shown = _shown()
    return "".join(letter for letter in rare if ord(letter) not in shown)


def uncommon(text: str) -> str:
    """The characters of `text`, each once, that not every font has."""
    return "".join(
        letter
        for letter in dict.fromkeys(text)
        if letter not in COMMON
        and unicodedata.category(letter) not in _SHAPELESS
        and ord(letter) not in _SELECTORS
    )


@lru_cache(maxsize=1)
def _shown() -> frozenset[int]:
    """Every code point of every font that LibreOffice sees, asked once: 7 ms."""
    points: set[int] = set()
    for stretch in set(every_font("%{charset}\n").split()):
        first, _, last = stretch.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)
