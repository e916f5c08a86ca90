"""Calendar arithmetic the rules share: months « de date à date », completed years."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day number `months` later (or earlier), the month's last day where there is none.

    The rule of article 641 of the Code de procédure civile.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def last_day_of_period(first: dt.date, months: int) -> dt.date:
    """Last day, included, of `months` months « de date à date » whose first day is `first`.

    The eve of the same day number; the last day of the month where there is no such number
    (31 January + 1 month: 28 February, where « one month minus one day » would give the 27th).
    """
    same = add_months(first, months)
    return same if same.day < first.day else same - dt.timedelta(days=1)


def notice_deadline(end: dt.date, value: int, unit: Literal["mois", "jours"]) -> dt.date:
    """Last day to give a notice of `value` `unit` before `end` (same day number, clamped)."""
    return add_months(end, -value) if unit == "mois" else end - dt.timedelta(days=value)


def age_on(birth: dt.date, day: dt.date) -> int:
    """Completed years on `day`; someone born on 29 February turns a year on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
