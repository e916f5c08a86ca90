"""Queries that put archived agreements back in an empty database, and compare two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from docgen import journal
from docgen.journal import EventType
from docgen.lifecycle import Status
from docgen.records.tables import Agreement, Event, LogLine, Numbering, Revision

_NUMBER = re.compile(
    r"(?P<stem>.+-[A-Z]+)(?P<last>\d+)|(?P<prefix>[A-Z]+)-(?P<year>\d{4})-(?P<n>\d+)"
)
_COMPARED = (
    "id", "kind", "status", "request_key", "data", "company", "person_key", "company_siret",
    "parent_id", "first_day", "last_day", "created_at", "template_sha256", "template_version",
    "frozen_sha256", "current_sha256", "evidence_sha256", "closed_at", "manifest_key",
    "archived_at",
)  # fmt: skip


def agreements_count(session: Session) -> int:
    """How many agreements there are."""
    return session.scalar(select(func.count()).select_from(Agreement)) or 0


def put_again(session: Session, row: Agreement, events: Sequence[journal.Event]) -> None:
    """Put an agreement back with its journal, its revisions and its number."""
    session.add(row)
    session.flush()
    session.add_all(
        Event(
            agreement_id=row.id,
            seq=event.seq,
            type=event.type,
            at=event.at,
            actor=event.actor,
            data=journal.canonical(dict(event.data)).decode(),
            previous=event.previous,
            hash=event.hash,
        )
        for event in events
    )
    states = {EventType.FROZEN, EventType.SEALED, EventType.CLOSED}
    session.add_all(
        Revision(
            agreement_id=row.id,
            number=number,
            sha256=str(event.data["sha256"]),
            signer_id=event.data.get("signer"),
            created_at=event.at,
        )
        for number, event in enumerate(one for one in events if one.type in states)
    )
    _numbered(session, row.reference)
    session.flush()


def join_again(session: Session, cited: Mapping[str, str]) -> None:
    """Tie each agreement (by id) to the one it cites (by number), once all are there."""
    known = {
        number: one for one, number in session.execute(select(Agreement.id, Agreement.reference))
    }
    for agreement_id, reference in cited.items():
        if reference in known:
            session.execute(
                update(Agreement)
                .where(Agreement.id == agreement_id)
                .values(parent_id=known[reference])
            )


def index_of(session: Session) -> dict[str, dict[str, Any]]:
    """What the index says of each agreement in the archive, by its number, in comparable values."""
    rows = session.scalars(
        select(Agreement)
        .where(Agreement.manifest_key.is_not(None), Agreement.status != Status.DETRUIT)
        .options(selectinload(Agreement.signers))
    ).all()
    found = {}
    revisions = _by_agreement(session, select(Revision.agreement_id, Revision.sha256).order_by(
        Revision.agreement_id, Revision.number))  # fmt: skip
    journals = _by_agreement(session, select(Event.agreement_id, Event.hash).order_by(
        Event.agreement_id, Event.seq))  # fmt: skip
    lines = _by_agreement(session, select(LogLine.dossier, LogLine.n).where(
        LogLine.subject.is_not(None)).order_by(LogLine.n))  # fmt: skip
    for row in rows:
        found[row.reference] = {
            **{name: getattr(row, name) for name in _COMPARED},
            "signers": tuple(
                (
                    one.id,
                    one.rank,
                    one.role,
                    one.field,
                    one.way,
                    one.turn,
                    one.signed_at,
                    one.sealed_at,
                )
                for one in row.signers
            ),
            "revisions": revisions.get(row.id, ()),
            "journal": journals.get(row.id, ()),
            "log": lines.get(row.id, ()),
        }
    return found


def _by_agreement(session: Session, query: Any) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for agreement_id, value in session.execute(query):
        found.setdefault(agreement_id, []).append(value)
    return {one: tuple(values) for one, values in found.items()}


def _numbered(session: Session, reference: str) -> None:
    """The next agreement of that kind is numbered after this one."""
    found = _NUMBER.fullmatch(reference)
    if found is None:
        return
    if found["stem"]:
        prefix, year, number = found["stem"], 0, int(found["last"])
    else:
        prefix, year, number = found["prefix"], int(found["year"]), int(found["n"])
    last = session.get(Numbering, (prefix, year))
    if last is None:
        session.add(Numbering(prefix=prefix, year=year, last=number))
    else:
        last.last = max(last.last, number)
