"""Who is who across agreements: a person by name and birth date, without accents or capitals.

The key is a hash, so that an index of persons holds no name; the name to search by is kept apart.
"""

from __future__ import annotations

import hashlib
import unicodedata


def plain(text: str) -> str:
    """`text` as people search it: no accents, no capitals, one space between words."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.casefold().split())


def person_key(family_name: str, given_name: str, born_on: str) -> str:
    """SHA-256 of a person's name and birth date (ISO), the same however the name is typed."""
    words = "|".join(("docgen:person", plain(family_name), plain(given_name), born_on))
    return hashlib.sha256(words.encode()).hexdigest()
