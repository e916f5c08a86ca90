"""Queries on the office's journal: it grows, and is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docgen import office_journal
from docgen.journal import canonical
from docgen.office_journal import Entry, OfficeAct
from docgen.records.office import OfficeEvent, OfficeHead


def note(
    session: Session,
    act: OfficeAct,
    at: dt.datetime,
    account_id: str | None,
    subject: str = "",
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """Add a line to the office's journal, in the caller's transaction; one writer at a time."""
    head = session.scalars(
        select(OfficeHead)
        .where(OfficeHead.id == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    entry = office_journal.follow((head.seq, head.hash), act, at, account_id, subject, data or {})
    session.add(_row(entry))
    head.seq, head.hash = entry.seq, entry.hash
    session.flush()
    return entry


def office_head(session: Session) -> tuple[int, str]:
    """(number, hash) of the last line of the office's journal; (0, "") before the first."""
    head = session.scalars(select(OfficeHead).where(OfficeHead.id == 1)).one()
    return head.seq, head.hash


def office_hashes(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The hash of each of those lines, where it is there."""
    found = session.execute(
        select(OfficeEvent.seq, OfficeEvent.hash).where(OfficeEvent.seq.in_(list(numbers)))
    )
    return {one.seq: one.hash for one in found}


def office_again(session: Session, entries: Sequence[Entry]) -> None:
    """Put a journal that was lost back in a database that has none."""
    session.add_all(_row(one) for one in entries)
    head = session.scalars(select(OfficeHead).where(OfficeHead.id == 1)).one()
    head.seq, head.hash = entries[-1].seq, entries[-1].hash
    session.flush()


def office_entries(
    session: Session,
    *,
    acts: Sequence[OfficeAct] = (),
    account_id: str | None = None,
    subject: str | None = None,
    since: dt.datetime | None = None,
    after: int | None = None,
    before: int | None = None,
    most: int | None = None,
) -> tuple[Entry, ...]:
    """Lines of the office's journal, in order; with `most`, the last ones before `before`."""
    query = select(OfficeEvent)
    if acts:
        query = query.where(OfficeEvent.act.in_(acts))
    if account_id is not None:
        query = query.where(OfficeEvent.account_id == account_id)
    if subject is not None:
        query = query.where(OfficeEvent.subject == subject)
    if since is not None:
        query = query.where(OfficeEvent.at >= since)
    if after is not None:
        query = query.where(OfficeEvent.seq > after)
    if before is not None:
        query = query.where(OfficeEvent.seq < before)
    if most is not None:
        query = query.order_by(OfficeEvent.seq.desc()).limit(most)
        return tuple(_entry(row) for row in reversed(session.scalars(query).all()))
    return tuple(_entry(row) for row in session.scalars(query.order_by(OfficeEvent.seq)))


def _row(entry: Entry) -> OfficeEvent:
    return OfficeEvent(
        seq=entry.seq,
        act=entry.act,
        at=entry.at,
        account_id=entry.account,
        subject=entry.subject,
        data=canonical(dict(entry.data)).decode(),
        previous=entry.previous,
        hash=entry.hash,
    )


def _entry(row: OfficeEvent) -> Entry:
    return Entry(
        seq=row.seq,
        act=OfficeAct(row.act),
        at=row.at,
        account=row.account_id,
        subject=row.subject,
        data=office_journal.data_of(row.data),
        previous=row.previous,
        hash=row.hash,
    )
