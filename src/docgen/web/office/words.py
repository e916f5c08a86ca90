"""The filters of the office's forms: values, sentences and runs of fields as a page says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from docgen.french import PARIS, date_courte, duree, en_clair
from docgen.french import date as date_longue
from docgen.lifecycle import Status


def clair(value: Any) -> str:
    """Any value of a field, on one line."""
    try:
        return en_clair(value).replace("\n", " ; ")
    except ValueError:
        return str(value)


def phrase(text: str) -> str:
    """A sentence of its own: its first letter is a capital."""
    return text[:1].upper() + text[1:]


def admis(value: object) -> str:
    """A value that would pass: a day as people write it, a number, a word."""
    day = _day(value)
    return date_courte(day) if day else str(value)


def est_jour(text: str) -> bool:
    """True for what a date field of a browser can show."""
    return _day(text) is not None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def groupby_run(items: Sequence[Any], name: str) -> list[list[Any]]:
    """Neighbours that have the same attribute, together and in their order."""
    return [list(run) for _, run in groupby(items, key=lambda one: getattr(one, name))]


def depuis(at: date | datetime, now: datetime) -> str:
    """« aujourd’hui », « hier », « il y a 6 jours »; whole days in Paris."""
    days = _days(at, now)
    if days <= 0:
        return "aujourd’hui"
    return "hier" if days == 1 else f"il y a {days}\u00a0jours"


def anciennete(at: date | datetime, now: datetime) -> str:
    """What « depuis » takes after it: « aujourd’hui », « hier », « 6 jours »."""
    return depuis(at, now).removeprefix("il y a ")


def _days(at: date | datetime, now: datetime) -> int:
    day = at.astimezone(PARIS).date() if isinstance(at, datetime) else at
    return (now.astimezone(PARIS).date() - day).days


def mois_an(day: date) -> str:
    """« mars 2027 »."""
    return date_longue(day).replace("\u00a0", " ").split(" ", 1)[1]


def ton(status: str) -> str:
    """How a status is coloured; its word says it first."""
    return {"archive": "fait", "signe": "fait", "envoye": "attente"}.get(
        status, "non" if Status(status).over else ""
    )


FORMS: Mapping[str, Callable[..., Any]] = {
    "admis": admis,
    "anciennete": anciennete,
    "clair": clair,
    "depuis": depuis,
    "duree": duree,
    "est_jour": est_jour,
    "groupby_run": groupby_run,
    "mois_an": mois_an,
    "phrase": phrase,
    "ton": ton,
}
