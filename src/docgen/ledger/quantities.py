"""Quantities as people type them: « 3h30 », « 14 », « 3,5 » hours; « 1 250,50 » euros.

Kept whole, in minutes and in cents: what does not come out even is refused rather than rounded.
"""

from __future__ import annotations

import re
from fractions import Fraction

from docgen.errors import Finding, InvalidData
from docgen.ledger.sorts import Unit

TIMES: dict[Unit, int] = {"nombre": 1, "minutes": 60, "centimes": 100}
_ATTENDED = {
    "nombre": "attend un nombre entier, comme 3.",
    "minutes": "attend des heures, comme 14, 3h30 ou 3,5 : des minutes entières.",
    "centimes": "attend des euros, comme 1250 ou 1250,50 : des centimes entiers.",
}
_HOURS = re.compile(r"(\d{1,6})\s*h\s*([0-5]?\d)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")


def quantity_of(text: str, unit: Unit, place: str = "quantite") -> int:
    """The quantity in `unit`, positive or zero. Raises InvalidData at `place`."""
    typed = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if unit == "minutes" and (found := _HOURS.fullmatch(typed)):
        return int(found[1]) * 60 + int(found[2] or 0)
    if _NUMBER.fullmatch(typed):
        exact = Fraction(typed.replace(",", ".")) * TIMES[unit]
        if exact.denominator == 1:
            return int(exact)
    message = f"«\u00a0{text.strip()[:40]}\u00a0» : {_ATTENDED[unit]}"
    raise InvalidData([Finding("registre", "error", place, message)])
