"""French as documents and mails write it: dates, hours, numbers, lists. The home of Babel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_date

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"


def date(day: dt.date) -> str:
    """« 6 avril 2026 », « 1er avril 2026 »."""
    return _first(format_date(day, "d MMMM y", locale="fr"), day)


def jour_date(day: dt.date) -> str:
    """« lundi 6 avril 2026 »."""
    return _first(format_date(day, "EEEE d MMMM y", locale="fr"), day)


def _first(text: str, day: dt.date) -> str:
    words = text.split(" ")
    place = words.index(str(day.day))
    if day.day == 1:
        words[place] = "1er"
    # A day number is never left alone at the end of a line.
    return " ".join([*words[:place], NBSP.join(words[place : place + 2]), *words[place + 2 :]])


def date_courte(day: dt.date) -> str:
    """« 06/04/2026 »."""
    return f"{day:%d/%m/%Y}"


def horodatage(instant: dt.datetime) -> str:
    """« le 6 avril 2026 à 14 h 02 (heure de Paris) »."""
    local = _in_paris(instant)
    return f"le {date(local.date())} à {heure(local.time())} (heure de Paris)"


def horodatage_court(instant: dt.datetime) -> str:
    """« 06/04/2026 à 14:02:05 », heure de Paris, for a table."""
    return f"{_in_paris(instant):%d/%m/%Y à %H:%M:%S}"


def _in_paris(instant: dt.datetime) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return instant.astimezone(PARIS)


def heure(moment: dt.time | int) -> str:
    """« 9 h », « 14 h 02 », « 0 h 30 », from a time or from minutes since midnight."""
    minutes = moment if isinstance(moment, int) else moment.hour * 60 + moment.minute
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


def duree(minutes: int) -> str:
    """« 35 h », « 7 h 30 », « 45 min »."""
    return f"{minutes}{NBSP}min" if 0 < minutes < 60 else heure(minutes)


def siret(digits: str) -> str:
    """« 732 829 320 00074 »."""
    return NBSP.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def telephone(number: str) -> str:
    """« 01 23 45 67 89 » for a French number, the number itself otherwise."""
    if len(number) == 10 and number.isdigit():
        return NBSP.join(number[n : n + 2] for n in range(0, 10, 2))
    return number


def pluriel(count: int, singular: str, plural: str = "") -> str:
    """« 1 visite », « 3 visites »; 0 and 1 are singular in French."""
    several = plural or (singular if singular[-1] in "sxz" else f"{singular}s")
    return f"{count}{NBSP}{singular if abs(count) < 2 else several}"


def mois(count: int) -> str:
    """« un an » would hide the law's months: « 12 mois »."""
    return f"{count}{NBSP}mois"


def et(words: Sequence[object]) -> str:
    """« a, b et c »."""
    items = [str(word) for word in words]
    return (
        items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""
    )


def de(name: str) -> str:
    """« de Paris », « d’Orléans »; before an h or a y, which may be aspirate, « de »."""
    bare = name.lstrip("«\u00a0 ").lower()
    elided = bare[:1] in tuple("aeiouàâéèêëîïôöùûüœæ") and not bare.startswith(
        ("onz", "oui", "ouat")
    )
    return f"d’{name}" if elided else f"de {name}"


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            *(date, jour_date, date_courte, horodatage, horodatage_court, heure, duree),
            *(siret, telephone, pluriel, mois, et, de),
        )
    }
)
