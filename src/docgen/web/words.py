"""Days and instants as the pages say them: in Paris time, in the words of each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from docgen import english
from docgen.web.language import Language

PARIS = ZoneInfo("Europe/Paris")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
# What `docgen.french.horodatage` writes inside a sentence.
_INSTANT = re.compile(
    rf"(?:le\s)?(1er|\d+)\s({'|'.join(_MONTHS)})\s(\d{{4}})\sà\s(\d+)\sh(?:\s(\d\d))?"
    r"\s\(heure de Paris\)"
)


@dataclass(frozen=True)
class Words:
    """How one language says a day, an hour, and how long something still holds."""

    jour: Callable[[date | datetime], str]
    heure: Callable[[datetime], str]
    encore: Callable[[datetime, datetime], str]


def jour(day: date | datetime) -> str:
    """1er mars 2027, of a day or of an instant in Paris."""
    local = day.astimezone(PARIS) if isinstance(day, datetime) else day
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number}\u00a0{_MONTHS[local.month - 1]}\u00a0{local.year}"


def heure(at: datetime) -> str:
    """15 h 46, the spaces unbreakable."""
    local = at.astimezone(PARIS)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}"


def encore(until: datetime, now: datetime) -> str:
    """How long something still holds: « encore 9 minutes »; whole minutes, never more than true."""
    minutes = int((until - now).total_seconds() // 60)
    if minutes < 1:
        return "encore moins d’une minute"
    return f"encore {minutes}\u00a0minute{'s' if minutes > 1 else ''}"


def hour(at: datetime) -> str:
    """15:46 (Paris time): whoever reads English may be thinking of another."""
    return f"{english.heure(at.astimezone(PARIS).time())} (Paris\u00a0time)"


def left(until: datetime, now: datetime) -> str:
    """« 9 minutes left »; whole minutes, never more than true."""
    minutes = int((until - now).total_seconds() // 60)
    return (
        f"{english.pluriel(minutes, 'minute')} left" if minutes >= 1 else "less than a minute left"
    )


def in_english(text: str) -> str:
    """`text`, each French instant that it holds said in English."""
    return _INSTANT.sub(_instant, text)


def _instant(found: re.Match[str]) -> str:
    number, month, year, hours, minutes = found.groups()
    day = date(int(year), _MONTHS.index(month) + 1, int(number.removesuffix("er")))
    at = english.heure(int(hours) * 60 + int(minutes or 0))
    return f"{english.date(day)} at {at} (Paris\u00a0time)"


WORDS: Mapping[Language, Words] = {
    "fr": Words(jour, heure, encore),
    "en": Words(english.date, hour, left),
}
