"""Days and instants in words and in figures."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date

from docgen.french.hours import heure
from docgen.french.punctuation import NBSP

PARIS = ZoneInfo("Europe/Paris")


def date(day: dt.date) -> str:
    """« 6 avril 2026 », « 1er avril 2026 »."""
    return f"{_day_of_month(day)}{NBSP}{format_date(day, 'MMMM y', locale='fr')}"


def jour_date(day: dt.date) -> str:
    """« lundi 6 avril 2026 »."""
    return f"{format_date(day, 'EEEE', locale='fr')} {date(day)}"


def date_courte(day: dt.date) -> str:
    """« 06/04/2026 »."""
    return f"{day:%d/%m/%Y}"


def periode(debut: dt.date, fin: dt.date) -> str:
    """« du 5 au 23 janvier 2026 », « du 28 décembre 2026 au 8 janvier 2027 », both days included.

    What the two have in common is said once; one day is « le 5 janvier 2026 ». Raises ValueError
    when `fin` comes first.
    """
    if fin < debut:
        raise ValueError("a period that ends before it begins")
    if debut == fin:
        return f"le {date(debut)}"
    if debut.year != fin.year:
        start = date(debut)
    elif debut.month != fin.month:
        start = f"{_day_of_month(debut)}{NBSP}{format_date(debut, 'MMMM', locale='fr')}"
    else:
        start = _day_of_month(debut)
    # A day number alone is held to its preposition.
    return f"du{' ' if NBSP in start else NBSP}{start} au {date(fin)}"


def horodatage(instant: dt.datetime) -> str:
    """« le 6 avril 2026 à 14 h 02 (heure de Paris) »."""
    local = _in_paris(instant)
    return f"le {date(local.date())} à {heure(local.time())} (heure de Paris)"


def horodatage_court(instant: dt.datetime) -> str:
    """« 06/04/2026 à 14:02:05 », heure de Paris, for a table."""
    return f"{_in_paris(instant):%d/%m/%Y à %H:%M:%S}"


def _day_of_month(day: dt.date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _in_paris(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return instant.astimezone(PARIS)
