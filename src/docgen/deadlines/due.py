"""A reminder to give: of what, from which day, about which day, and how long it is worth giving.

(subject, kind, due, target) identifies a reminder for good, so it is given once. Reminders of the
same kind about the same day are one matter: the latest of them speaks for those before it, and
whoever settles the matter silences all of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from docgen.public_holidays import public_holidays

Kind = Literal[
    "preavis",
    "fin",
    "reconduction",
    "expiration",
    "bilan_annuel",
    "mi_annee",
    "briefing",
    "renouveler",
    "asp",
    "bilan",
    "assurance",
    "pouvoir",
    "convention_etat",
]
Matter = tuple[Kind, dt.date]

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Due:
    """One reminder: to be given from `due` on, about the day `target`, and not after `until`."""

    due: dt.date
    kind: Kind
    target: dt.date
    until: dt.date

    @property
    def matter(self) -> Matter:
        return self.kind, self.target


def before(kind: Kind, target: dt.date, days: tuple[int, ...]) -> list[Due]:
    """Reminders some days before `target`, of use up to that very day."""
    return [Due(target - dt.timedelta(days=number), kind, target, target) for number in days]


def working_day(day: dt.date, postal_code: str | None = None) -> dt.date:
    """`day`, or the last working day before: neither Saturday, Sunday nor public holiday."""
    closed = public_holidays({day.year, day.year - 1}, postal_code)
    while day.weekday() >= 5 or day in closed:
        day -= ONE_DAY
    return day


def working_days_before(day: dt.date, number: int) -> dt.date:
    """The `number`-th working day before `day`."""
    for _ in range(number):
        day = working_day(day - ONE_DAY)
    return day


def next_working_day(day: dt.date) -> dt.date:
    """`day`, or the first working day after."""
    while working_day(day) != day:
        day += ONE_DAY
    return day


def working_days_after(day: dt.date, number: int) -> dt.date:
    """The `number`-th working day after `day`."""
    for _ in range(number):
        day = next_working_day(day + ONE_DAY)
    return day
