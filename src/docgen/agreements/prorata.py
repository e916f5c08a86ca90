"""What a yearly promise amounts to over part of a year: exact fractions, never rounded here.

A civil year counts from 1 January; a contract year from an anniversary of the convention's first
day to the eve of the next. A whole year gives the whole volume, and the parts of a stretch of days
always add up to it.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Literal

from docgen.agreements.rules.dates import add_months

Basis = Literal["annee_civile", "annee_contrat"]


def prorata(volume: int, basis: Basis, start: dt.date, first: dt.date, last: dt.date) -> Fraction:
    """What `volume` a year promises from `first` to `last`, both included.

    `start` is the convention's first day, from which contract years are counted.
    """
    total = Fraction(0)
    day = first
    while day <= last:
        opening, closing = _year_around(day, basis, start)
        end = min(last, closing - dt.timedelta(days=1))
        total += Fraction(volume * ((end - day).days + 1), (closing - opening).days)
        day = closing
    return total


def _year_around(day: dt.date, basis: Basis, start: dt.date) -> tuple[dt.date, dt.date]:
    """The year that holds `day`: its first day, and the first day of the next one."""
    if basis == "annee_civile":
        return dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1)
    years = day.year - start.year
    if add_months(start, 12 * years) > day:
        years -= 1
    return add_months(start, 12 * years), add_months(start, 12 * (years + 1))
