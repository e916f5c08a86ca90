"""P11 and P12: hours of presence against working time (L5135-6, general law, minors).

Minutes are whole and really elapsed (clocks change on two nights a year); weeks are ISO weeks,
Monday to Sunday; a night that the timetable cuts at midnight is one stretch of presence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Check, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.dates import age_on
from docgen.agreements.timetable import PresenceDay, weeks
from docgen.errors import Level

MAJORITY = 18
HOUR = 60
Stretch = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Limits:
    """What one may be present; minutes. `level` of the daily limits and of rest."""

    week: int
    day: int
    rest: int
    stretch: int
    pause: int
    level: Level


# L3121-18, L3121-20, L3131-1, L3121-16 (general law): the host's own rules decide within them.
ADULT = Limits(48 * HOUR, 10 * HOUR, 11 * HOUR, 6 * HOUR, 20, "warning")
# L3162-1, L3164-1, L3162-3: under 18.
MINOR = Limits(35 * HOUR, 8 * HOUR, 12 * HOUR, 4 * HOUR + 30, 30, "error")
WEEKLY_REST = 35 * HOUR  # L3132-2: 24 hours, and the 11 of the daily rest
DAYS_A_WEEK = 6  # L3132-1
LONGEST = dt.timedelta(days=366)  # far beyond the month and its renewal
NIGHT_ENDS, NIGHT_STARTS = 6 * HOUR, 22 * HOUR  # L3163-1, from 16 to 18


def limits(pmsmp: Pmsmp) -> Limits:
    """The limits for the age on the first day."""
    age = age_on(pmsmp.beneficiaire.date_naissance, pmsmp.debut)
    return MINOR if age < MAJORITY else ADULT


def presence(pmsmp: Pmsmp) -> tuple[PresenceDay, ...]:
    """The days of presence that are judged: of a mistyped year, P1 says enough."""
    return pmsmp.horaires.days(pmsmp.debut, min(pmsmp.fin, pmsmp.debut + LONGEST))


def hours(minutes: int) -> str:
    """« 48 h », « 4 h 30 »."""
    whole, rest = divmod(minutes, HOUR)
    return f"{whole} h" + (f" {rest:02d}" if rest else "")


def field_of(pmsmp: Pmsmp, day: dt.date) -> str:
    """Where the hours of that day are written."""
    if day in pmsmp.horaires.exceptions:
        return f"horaires.exceptions.{day.isoformat()}"
    return "horaires.semaine"


def _weekly_hours(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    most = limits(pmsmp).week
    for week in weeks(presence(pmsmp)):
        if week.minutes > most:
            yield Breach(
                "horaires.semaine",
                f"la semaine du {week.lundi:%d/%m/%Y} compte {hours(week.minutes)} ; au plus "
                f"{hours(most)} par semaine.",
                most // HOUR,
            )


def _daily_hours(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    limit = limits(pmsmp)
    over = [day for day in presence(pmsmp) if day.minutes > limit.day]
    for field, days in by_field(pmsmp, over).items():
        yield Breach(
            field,
            f"{days_in_words(days)} : {hours(max(d.minutes for d in days))} de présence ; au plus "
            f"{hours(limit.day)} par jour.",
            limit.day // HOUR,
            limit.level,
        )


def _minors_nights(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    if limits(pmsmp) is not MINOR:
        return
    late = [
        day
        for day in presence(pmsmp)
        if any(span.start < NIGHT_ENDS or span.end > NIGHT_STARTS for span in day.spans)
    ]
    for field, days in by_field(pmsmp, late).items():
        yield Breach(
            field, f"{days_in_words(days)} : pas de présence entre 22 h et 6 h avant 18 ans."
        )


def _minors_days_off(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if limits(pmsmp) is MINOR:
        for day, what in _days_off_worked(pmsmp, context):
            yield Breach(
                field_of(pmsmp, day),
                f"le {day:%d/%m/%Y} est {what} : pas de présence avant 18 ans, sauf dans les "
                "métiers que la loi énumère.",
            )


def _adults_days_off(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if limits(pmsmp) is ADULT:
        for day, what in _days_off_worked(pmsmp, context):
            yield Breach(
                field_of(pmsmp, day),
                f"le {day:%d/%m/%Y} est {what} : à vérifier avec les règles de l’entreprise "
                "d’accueil.",
            )


def _days_off_worked(pmsmp: Pmsmp, context: Context) -> Iterator[tuple[dt.date, str]]:
    for day in presence(pmsmp):
        if name := context.holidays.get(day.date):
            yield day.date, f"férié ({name})"
        elif day.date.weekday() == 6:
            yield day.date, "un dimanche"


def by_field(pmsmp: Pmsmp, days: Sequence[PresenceDay]) -> dict[str, list[PresenceDay]]:
    """Days by the field that holds their hours: the typical week, or a date of its own."""
    found: dict[str, list[PresenceDay]] = {}
    for day in days:
        found.setdefault(field_of(pmsmp, day.date), []).append(day)
    return found


def days_in_words(days: Sequence[PresenceDay]) -> str:
    """« le 12/01/2027 et 3 autres jours »."""
    return f"le {days[0].date:%d/%m/%Y}{and_more(len(days) - 1)}"


def and_more(count: int) -> str:
    """« et 3 autres jours », nothing for none."""
    if not count:
        return ""
    return f" et {count} autre{'s' if count > 1 else ''} jour{'s' if count > 1 else ''}"


def minutes_between(start: dt.datetime, end: dt.datetime) -> int:
    """Whole minutes from one instant to another."""
    return int((end - start).total_seconds()) // 60


NEEDS = ("debut", "fin", "horaires", "beneficiaire")


def p11(title: str, source: str, level: Level, check: Check, example: str) -> Rule:
    """An entry of P11, over the fields that hours need."""
    return Rule("P11", title, source, level, ALWAYS, NEEDS, check, "secondary", example)


RULES: tuple[Rule, ...] = (
    p11(
        "48 h par semaine, 35 h avant 18 ans",
        "L5135-6, L3121-20, L3162-1",
        "error",
        _weekly_hours,
        "49 h dans une semaine du lundi au dimanche : refusé.",
    ),
    p11(
        "10 h par jour, 8 h avant 18 ans",
        "L5135-6, L3121-18, L3162-1",
        "warning",
        _daily_hours,
        "10 h 30 le mardi : avertissement ; 8 h 30 pour un mineur : refusé.",
    ),
    p11(
        "Pas de nuit avant 18 ans",
        "L3163-1, L3163-2",
        "error",
        _minors_nights,
        "Présence à 5 h 30 pour une personne de 17 ans : refusé.",
    ),
    p11(
        "Ni dimanche ni jour férié avant 18 ans",
        "L3164-2, L3164-5, L3164-6",
        "error",
        _minors_days_off,
        "Présence le lundi de Pâques pour une personne de 17 ans : refusé.",
    ),
    Rule(
        "P12",
        "Dimanche et jours fériés",
        "L5135-6 (règles de l’entreprise d’accueil)",
        "warning",
        ALWAYS,
        NEEDS,
        _adults_days_off,
        "secondary",
        "Présence un dimanche : avertissement, à vérifier avec l’entreprise.",
    ),
)
