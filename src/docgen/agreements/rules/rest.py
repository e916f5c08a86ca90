"""P11, rests and breaks: between two days, in a week, within a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import Breach, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.working_time import (
    DAYS_A_WEEK,
    HOUR,
    MINOR,
    WEEKLY_REST,
    Stretch,
    and_more,
    by_field,
    days_in_words,
    field_of,
    hours,
    limits,
    minutes_between,
    p11,
    presence,
)
from docgen.agreements.timetable import PARIS, PresenceDay, weeks


def _daily_rest(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    """Stretches that no full rest parts may not spread over more than 24 hours less that rest."""
    limit = limits(pmsmp)
    widest = 24 * HOUR - limit.rest
    group: list[Stretch] = []
    short: list[dt.date] = []
    for stretch in [*_stretches(presence(pmsmp)), None]:
        if group and (stretch is None or minutes_between(group[-1][1], stretch[0]) >= limit.rest):
            if minutes_between(group[0][0], group[-1][1]) > widest:
                short.append(group[0][0].astimezone(PARIS).date())
            group = []
        if stretch is not None:
            group.append(stretch)
    if short:
        yield Breach(
            field_of(pmsmp, short[0]),
            f"moins de {hours(limit.rest)} de repos d’affilée après la journée du "
            f"{short[0]:%d/%m/%Y}{and_more(len(short) - 1)}.",
            None,
            limit.level,
        )


def _weekly_rest(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    """35 hours in a row once a week (two whole days for a minor), and six days at the most."""
    days = presence(pmsmp)
    minor = limits(pmsmp) is MINOR
    rests = _rests(days)
    for week in weeks(days):
        present = {day.date.weekday() for day in week.jours}
        if minor:
            free = [n for n in range(7) if n not in present]
            if not any(b - a == 1 for a, b in pairwise(free)):
                yield Breach(
                    "horaires.semaine",
                    f"la semaine du {week.lundi:%d/%m/%Y} n’a pas deux jours de repos de suite, "
                    "dus avant 18 ans.",
                    None,
                    "error",
                )
            continue
        start, end = week.lundi, week.lundi + dt.timedelta(days=7)
        if len(present) > DAYS_A_WEEK or not any(_rest_in(rest, start, end) for rest in rests):
            yield Breach(
                "horaires.semaine",
                f"la semaine du {week.lundi:%d/%m/%Y} n’a pas {hours(WEEKLY_REST)} de repos "
                "d’affilée.",
                None,
                "warning",
            )


def _breaks(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    limit = limits(pmsmp)
    long: list[PresenceDay] = []
    for day in presence(pmsmp):
        start: dt.datetime | None = None
        before: dt.datetime | None = None
        for begin, end in day.stretches:
            if before is None or start is None or minutes_between(before, begin) >= limit.pause:
                start = begin
            before = end
            if minutes_between(start, end) > limit.stretch:
                long.append(day)
                break
    for field, days in by_field(pmsmp, long).items():
        yield Breach(
            field,
            f"{days_in_words(days)} : plus de {hours(limit.stretch)} d’affilée ; une pause d’au "
            f"moins {limit.pause} minutes est due avant.",
            None,
            limit.level,
        )


def _stretches(days: Sequence[PresenceDay]) -> list[Stretch]:
    return [stretch for day in days for stretch in day.stretches]


def _rests(days: Sequence[PresenceDay]) -> list[Stretch]:
    """The rests between presences, and the free time before the first and after the last."""
    if not days:
        return []
    every = _stretches(days)
    long = dt.timedelta(days=14)
    return [
        (every[0][0] - long, every[0][0]),
        *((before[1], after[0]) for before, after in pairwise(every)),
        (every[-1][1], every[-1][1] + long),
    ]


def _rest_in(rest: Stretch, monday: dt.date, next_monday: dt.date) -> bool:
    """A rest of 35 hours, of which at least 24 fall in the week: it may end on the next Monday."""
    first = dt.datetime.combine(monday, dt.time(), PARIS)
    last = dt.datetime.combine(next_monday, dt.time(), PARIS)
    inside = minutes_between(max(rest[0], first), min(rest[1], last))
    return minutes_between(*rest) >= WEEKLY_REST and inside >= 24 * HOUR


RULES: tuple[Rule, ...] = (
    p11(
        "11 h de repos par jour, 12 h avant 18 ans",
        "L5135-6, L3131-1, L3164-1",
        "warning",
        _daily_rest,
        "Fin à 22 h, reprise à 7 h le lendemain : 9 h de repos, avertissement.",
    ),
    p11(
        "35 h de repos par semaine, deux jours avant 18 ans",
        "L5135-6, L3132-1, L3132-2, L3164-2",
        "warning",
        _weekly_rest,
        "Présence les sept jours de la semaine : avertissement.",
    ),
    p11(
        "20 min de pause après 6 h, 30 min après 4 h 30 avant 18 ans",
        "L5135-6, L3121-16, L3162-3",
        "warning",
        _breaks,
        "De 8 h à 14 h 30 d’affilée : avertissement.",
    ),
)
