"""Who is who across agreements: a person by name and birth date, without accents or capitals.

The key is a hash, so that an index of persons holds no name; the name to search by is kept apart.
"""

from __future__ import annotations

import hashlib
import unicodedata

# Letters that Unicode does not decompose, as people without that keyboard write them.
_WRITTEN = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
    | {"đ": "d", "Đ": "d", "ı": "i"}
    # An apostrophe that Unicode takes for a letter.
    | {"\u02bc": " "}
)


def plain(text: str) -> str:
    """`text` as people search it: no accents, no capitals, one space between words."""
    letters = unicodedata.normalize("NFKD", text.translate(_WRITTEN))
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())


def person_key(family_name: str, given_name: str, born_on: str) -> str:
    """SHA-256 of a person's name and birth date (ISO), the same however the name is typed."""
    words = "|".join(("docgen:person", plain(family_name), plain(given_name), born_on))
    return hashlib.sha256(words.encode()).hexdigest()
