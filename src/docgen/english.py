"""English as the pages and the summaries that help a reader write it; nothing here binds.

`FILTERS` bears the names of the French ones: a mark is written alike in both summaries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from babel.dates import format_date

from docgen.french import PARIS, telephone

NBSP = "\u00a0"


def date(day: dt.date) -> str:
    """« 6 April 2026 », of a day or of an instant in Paris."""
    local = day.astimezone(PARIS) if isinstance(day, dt.datetime) else day
    return format_date(local, f"d'{NBSP}'MMMM'{NBSP}'y", locale="en_GB")


def jour_date(day: dt.date) -> str:
    """« Monday 6 April 2026 »."""
    return f"{format_date(day, 'EEEE', locale='en_GB')} {date(day)}"


def periode(debut: dt.date, fin: dt.date) -> str:
    """« from 5 January 2026 to 23 January 2026 », both days included; « on 5 January 2026 »."""
    return f"on {date(debut)}" if debut == fin else f"from {date(debut)} to {date(fin)}"


def heure(moment: dt.time | int) -> str:
    """« 09:05 », from a time or from minutes since midnight. Raises ValueError below nought."""
    minutes = moment if isinstance(moment, int) else moment.hour * 60 + moment.minute
    if minutes < 0:
        raise ValueError("hours below nought")
    return f"{minutes // 60:02}:{minutes % 60:02}"


def duree(minutes: int) -> str:
    """« 35 hours », « 1 hour 30 minutes », « 45 minutes ». Raises ValueError below nought."""
    if minutes < 0:
        raise ValueError("hours below nought")
    hours, rest = divmod(minutes, 60)
    said = [pluriel(hours, "hour")] if hours or not rest else []
    return " ".join([*said, *([pluriel(rest, "minute")] if rest else [])])


def pluriel(count: int, singular: str, plural: str = "") -> str:
    """« 1 visit », « 3 visits », « 0 visits »."""
    return f"{count}{NBSP}{singular if count == 1 else plural or singular + 's'}"


def mois(count: int) -> str:
    """« 1 month », « 12 months »."""
    return pluriel(count, "month")


def et(words: Sequence[object]) -> str:
    """« a, b and c »."""
    return _listed(words, "and")


def ou(words: Sequence[object]) -> str:
    """« a, b or c »."""
    return _listed(words, "or")


def _listed(words: Sequence[object], link: str) -> str:
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {link} {last}" if first else last


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        each.__name__: each
        for each in (date, jour_date, periode, heure, duree, pluriel, mois, et, ou, telephone)
    }
)
