"""Instants as the pages say them: in Paris time, in words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


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
