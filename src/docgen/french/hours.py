"""Hours of the day and lengths of time, from whole minutes."""

from __future__ import annotations

import datetime as dt

from docgen.french.punctuation import NBSP


def heure(moment: dt.time | int) -> str:
    """« 9 h », « 14 h 02 », « 0 h 30 », from a time or from minutes since midnight.

    Raises ValueError below nought.
    """
    minutes = moment if isinstance(moment, int) else moment.hour * 60 + moment.minute
    if minutes < 0:
        raise ValueError("hours below nought")
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def duree(minutes: int) -> str:
    """« 35 h », « 26 h 30 », « 45 min ». Raises ValueError below nought."""
    return f"{minutes}{NBSP}min" if 0 < minutes < 60 else heure(minutes)
