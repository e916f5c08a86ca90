"""Queries on the journal: it grows, and is read."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from docgen import journal
from docgen.records.tables import Event, Signer


def append(
    session: Session,
    agreement_id: str,
    type_: journal.EventType,
    at: dt.datetime,
    actor: str,
    data: journal.Data | None = None,
) -> journal.Event:
    """Add an event to the agreement's journal (hold the agreement by `locked` first)."""
    row = session.scalar(
        select(Event).where(Event.agreement_id == agreement_id).order_by(Event.seq.desc()).limit(1)
    )
    last = _event(row) if row else None
    event = journal.follow(agreement_id, last, type_, at, actor, data or {})
    session.add(
        Event(
            agreement_id=agreement_id,
            seq=event.seq,
            type=event.type,
            at=event.at,
            actor=event.actor,
            data=journal.canonical(dict(event.data)).decode(),
            previous=event.previous,
            hash=event.hash,
        )
    )
    session.flush()
    return event


def events(session: Session, agreement_id: str) -> tuple[journal.Event, ...]:
    """The agreement's journal, in order."""
    rows = session.scalars(
        select(Event).where(Event.agreement_id == agreement_id).order_by(Event.seq)
    )
    return tuple(_event(row) for row in rows)


def happened_to(
    session: Session, signer_id: str, type_: journal.EventType, since: dt.datetime
) -> bool:
    """Whether that has happened to a signer since then."""
    rows = session.scalars(
        select(Event)
        .join(Signer, Signer.agreement_id == Event.agreement_id)
        .where(
            Signer.id == signer_id,
            Event.type == type_,
            Event.at >= journal.to_milliseconds(since),
        )
    )
    return any(_event(row).data.get("signer") == signer_id for row in rows)


def _event(row: Event) -> journal.Event:
    return journal.Event(
        seq=row.seq,
        type=journal.EventType(row.type),
        at=row.at,
        actor=row.actor,
        data=json.loads(row.data),
        previous=row.previous,
        hash=row.hash,
    )
