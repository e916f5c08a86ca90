"""What came of events: the numbers that were noted, else what is on record of who was named."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from docgen.agreements.rules.dates import add_months
from docgen.records import tables
from docgen.records.queries import ledger

# How long after an event what happens at a company that was there is its fruit.
MONTHS = 6


def outcomes(
    session: Session, events: Sequence[tables.CorporateEvent]
) -> dict[str, tuple[int, int]]:
    """(entries in PMSMP, hires) of each event, by its id."""
    ids = [event.id for event in events if event.stays is None or event.hires is None]
    days = {event.id: event.day for event in events}
    stays = _after(ledger.stays_after_events(session, ids), days) if ids else {}
    hires = _after(ledger.hires_after_events(session, ids), days) if ids else {}
    return {
        event.id: (
            len(stays.get(event.id, ())) if event.stays is None else event.stays,
            len(hires.get(event.id, ())) if event.hires is None else event.hires,
        )
        for event in events
    }


def _after(rows: Iterable[Any], days: dict[str, dt.date]) -> dict[str, set[str]]:
    """The people, by event, to whom it happened in time: each counts once."""
    found: dict[str, set[str]] = defaultdict(set)
    for event_id, person, day in rows:
        if days[event_id] <= day <= add_months(days[event_id], MONTHS):
            found[event_id].add(person)
    return found
