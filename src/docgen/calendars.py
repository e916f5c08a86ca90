"""Calendars as iCalendar files (RFC 5545); the home of `icalendar`.

Days are days, without hour nor zone; hours are those of Paris, with its zone written out, so that
a meeting at nine stays at nine across a change of hour wherever the calendar is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event

# How often a subscribed calendar is asked for again.
REFRESH = dt.timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One entry: whole days (`first` to `last`, both included), or hours (aware, `last` the end).

    `uid` names it for good: the next edition of the calendar replaces it.
    """

    uid: str
    title: str
    first: dt.date
    last: dt.date
    text: str = ""
    place: str = ""

    @property
    def timed(self) -> bool:
        """True when it has hours."""
        return isinstance(self.first, dt.datetime)


def calendar_of(name: str, entries: Iterable[Entry], made_at: dt.datetime) -> bytes:
    """The calendar of those entries, in order; the same arguments give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//docgen//Echeances//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/Paris")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", REFRESH, parameters={"value": "DURATION"})
    for entry in sorted(entries, key=lambda one: (one.first.isoformat(), one.uid)):
        calendar.add_component(_event(entry, made_at))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, made_at: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@docgen")
    event.add("dtstamp", made_at.astimezone(dt.UTC))
    event.add("summary", entry.title)
    event.add("dtstart", entry.first)
    # The end of whole days is the first one that is not of them.
    event.add("dtend", entry.last if entry.timed else entry.last + dt.timedelta(days=1))
    if not entry.timed:
        event.add("transp", "TRANSPARENT")
    if entry.text:
        event.add("description", entry.text)
    if entry.place:
        event.add("location", entry.place)
    return event
