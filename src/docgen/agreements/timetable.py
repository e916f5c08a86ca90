"""Hours of presence: a typical week, exceptions by date, totals in whole minutes."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from docgen.agreements.parts import Day, Part

Jour = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
JOURS: tuple[Jour, ...] = (
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
)
PARIS = ZoneInfo("Europe/Paris")
_SPAN = re.compile(r"(\d{1,2})[:h](\d{2})?\s*[-–]\s*(\d{1,2})[:h](\d{2})?")


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of presence within one day; minutes since midnight, end excluded."""

    start: int
    end: int

    def __str__(self) -> str:
        return "–".join(f"{m // 60:02d}:{m % 60:02d}" for m in (self.start, self.end))


def read_span(text: object) -> str:
    """Check one « 09:00-12:30 » and write it the one way; the span must end after it starts."""
    match = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise PydanticCustomError("plage", "une plage s’écrit « 09:00-12:30 ».")
    h1, m1, h2, m2 = (int(part or 0) for part in match.groups())
    if m1 > 59 or m2 > 59 or h1 > 23 or h2 > 24 or (h2 == 24 and m2):
        raise PydanticCustomError("plage", "cette heure n’existe pas.")
    span = Span(h1 * 60 + m1, h2 * 60 + m2)
    if span.end <= span.start:
        raise PydanticCustomError(
            "plage", "la plage finit avant de commencer ; couper à minuit une présence de nuit."
        )
    return str(span)


def span_of(text: str) -> Span:
    """The span of a text that `read_span` wrote."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("–"))
    return Span(start, end)


def _disjoint(plages: tuple[str, ...]) -> tuple[str, ...]:
    spans = sorted(span_of(plage) for plage in plages)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise PydanticCustomError("plage", "deux plages se chevauchent.")
    return tuple(str(span) for span in spans)


Plage = Annotated[str, BeforeValidator(read_span), Field(examples=["09:00-12:30"])]
Plages = Annotated[tuple[Plage, ...], AfterValidator(_disjoint)]


def instant(date: dt.date, minutes: int) -> dt.datetime:
    """The UTC instant of a minute of that day in Paris; minute 1440 is the next midnight."""
    day, minute = date + dt.timedelta(days=minutes // 1440), minutes % 1440
    local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), PARIS)
    return local.astimezone(dt.UTC)


@dataclass(frozen=True)
class PresenceDay:
    """One day of presence: its date and its spans, never empty."""

    date: dt.date
    spans: tuple[Span, ...]

    @property
    def stretches(self) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        """The spans as UTC instants: (start, end)."""
        return tuple((instant(self.date, s.start), instant(self.date, s.end)) for s in self.spans)

    @property
    def minutes(self) -> int:
        """Minutes really elapsed: a night when clocks change is an hour shorter or longer."""
        return sum(int((end - start).total_seconds()) // 60 for start, end in self.stretches)


@dataclass(frozen=True)
class Week:
    """The presence of one ISO week, named by its Monday."""

    lundi: dt.date
    jours: tuple[PresenceDay, ...]

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.jours)


def weeks(days: Iterable[PresenceDay]) -> tuple[Week, ...]:
    """Days of presence grouped by week, in order."""
    grouped = itertools.groupby(days, lambda day: day.date - dt.timedelta(day.date.weekday()))
    return tuple(Week(monday, tuple(inside)) for monday, inside in grouped)


class Horaires(Part):
    """The presence timetable (D5135-2 6°): a typical week, and the dates that differ from it."""

    semaine: Mapping[Jour, Plages] = Field(
        title="Semaine type", description="Pour chaque jour travaillé, ses plages."
    )
    exceptions: Mapping[Day, Plages] = Field(
        default_factory=dict,
        title="Dates particulières",
        description="Une date et ses plages ; une liste vide pour un jour d’absence.",
    )

    def days(self, first: dt.date, last: dt.date) -> tuple[PresenceDay, ...]:
        """Every day of presence from `first` to `last`, both included."""
        found = []
        for offset in range((last - first).days + 1):
            date = first + dt.timedelta(days=offset)
            plages = self.exceptions.get(date, self.semaine.get(JOURS[date.weekday()], ()))
            if plages:
                found.append(PresenceDay(date, tuple(span_of(plage) for plage in plages)))
        return tuple(found)
