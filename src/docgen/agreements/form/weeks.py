"""What the buttons of the timetable do to a draft's data, week by week and day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docgen.agreements.form.hours import minutes_of
from docgen.agreements.timetable import JOURS

# A PMSMP lasts a month or two: nothing longer is laid out week by week.
MOST_WEEKS = 14
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """A day of a week: its spans as data, its minutes (None when they can't be read)."""

    name: str
    date: dt.date | None
    spans: tuple[str, ...]
    minutes: int | None


@dataclass(frozen=True)
class CalendarWeek:
    """A week of the period; `apart` when it does not follow the typical one."""

    monday: dt.date
    days: tuple[Day, ...]
    apart: bool

    @property
    def minutes(self) -> int:
        return sum(day.minutes or 0 for day in self.days)


def typical(timetable: Mapping[str, Any]) -> tuple[Day, ...]:
    """The typical week, a day each."""
    week = _mapping(timetable.get("semaine"))
    return tuple(_day(name, None, week.get(name)) for name in JOURS)


def calendar(timetable: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[CalendarWeek, ...]:
    """Every week of the agreement's period; none while its days are not known."""
    first, last = _date(data.get("debut")), _date(data.get("fin"))
    if first is None or last is None or last < first or (last - first).days > 7 * MOST_WEEKS:
        return ()
    apart = _mapping(timetable.get("exceptions"))
    week = _mapping(timetable.get("semaine"))
    found, monday = [], first - dt.timedelta(first.weekday())
    while monday <= last:
        days = [monday + ONE_DAY * n for n in range(7)]
        inside = [day for day in days if first <= day <= last]
        shown = tuple(
            _day(
                JOURS[day.weekday()],
                day,
                apart.get(day.isoformat(), week.get(JOURS[day.weekday()])),
            )
            for day in inside
        )
        found.append(CalendarWeek(monday, shown, any(d.isoformat() in apart for d in inside)))
        monday += ONE_DAY * 7
    return tuple(found)


def act(what: str, arg: str, data: dict[str, Any]) -> None:
    """Do what a button says to the timetable of `data`; what makes no sense changes nothing.

    `jour`: a day's hours to the working days after it. `ouvrir`, `fermer`: a week of its own, or
    the typical one again. `suivante`: a week's hours to the next one.
    """
    timetable = data.setdefault("horaires", {})
    week = timetable.setdefault("semaine", {})
    apart = timetable.setdefault("exceptions", {})
    if what == "jour" and arg in JOURS:
        for name in JOURS[JOURS.index(arg) + 1 : 5]:
            week[name] = list(week.get(arg, []))
            if not week[name]:
                week.pop(name)
    else:
        _to_week(what, _date(arg), timetable, data)
    if not apart:
        timetable.pop("exceptions", None)


def _to_week(
    what: str, monday: dt.date | None, timetable: dict[str, Any], data: Mapping[str, Any]
) -> None:
    weeks = {one.monday: one for one in calendar(timetable, data)}
    if monday is None or monday not in weeks:
        return
    apart = timetable["exceptions"]
    match what:
        case "ouvrir":
            for day in weeks[monday].days:
                assert day.date
                apart.setdefault(day.date.isoformat(), list(day.spans))
        case "fermer":
            for day in weeks[monday].days:
                assert day.date
                apart.pop(day.date.isoformat(), None)
        case "suivante":
            following = weeks.get(monday + ONE_DAY * 7)
            hours = {day.name: day.spans for day in weeks[monday].days}
            for day in following.days if following else ():
                assert day.date
                apart[day.date.isoformat()] = list(hours.get(day.name, ()))
        case _:
            pass


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` without the dates that say what the typical week says already."""
    timetable = data.get("horaires")
    if not isinstance(timetable, Mapping) or not isinstance(timetable.get("exceptions"), Mapping):
        return dict(data)
    week = _mapping(timetable.get("semaine"))
    kept = {
        day: spans
        for day, spans in timetable["exceptions"].items()
        if (date := _date(day)) is None or list(spans) != list(week.get(JOURS[date.weekday()], []))
    }
    told = {name: value for name, value in timetable.items() if name != "exceptions"}
    return {**data, "horaires": {**told, **({"exceptions": kept} if kept else {})}}


def _day(name: str, date: dt.date | None, spans: Any) -> Day:
    told = [str(one) for one in spans] if isinstance(spans, (list, tuple)) else []
    return Day(name, date, tuple(told), minutes_of(told))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _date(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        return None
