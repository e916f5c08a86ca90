"""Reminders about what runs out beside agreements: insurance, powers to sign, State convention."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from docgen.agreements.rules.dates import add_months
from docgen.deadlines.due import ONE_DAY, Due

Coverage = Literal["assurance", "pouvoir", "convention_etat"]
MONTHS_BEFORE = (3, 1)
AFTERWARDS = dt.timedelta(days=60)


def coverage_reminders(kind: Coverage, end: dt.date) -> list[Due]:
    """Three months and one month before its last day, then the day after (same day number)."""
    until = end + AFTERWARDS
    found = [Due(add_months(end, -months), kind, end, until) for months in MONTHS_BEFORE]
    return [*found, Due(end + ONE_DAY, kind, end, until)]
