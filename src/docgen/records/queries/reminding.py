"""Queries on reminders: what to look at, what was said, what was put off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, case, delete, func, insert, or_, select, text
from sqlalchemy.orm import Session, aliased

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.lifecycle import Status
from docgen.records.reminding import Matter, Reminder, Watch
from docgen.records.tables import Agreement

# What binds: signed here, or taken over from before.
SIGNED = (Status.SIGNE, Status.ARCHIVE, Status.REPRIS)
# A PMSMP that ended longer ago has nothing left to remind of, whatever amended it since.
_LONG_OVER = dt.timedelta(days=200)
# Where an agreement that cites another stands; each move that counts makes the sum grow.
_STAMP = case(
    (Agreement.status == Status.BROUILLON, 0),
    (Agreement.status == Status.ENVOYE, 1),
    (Agreement.status.in_(SIGNED), 2),
    else_=3,
)


@dataclass(frozen=True)
class ToLookAt:
    """An agreement whose deadlines are to be looked at, and the stamp that it has now."""

    agreement_id: str
    stamp: int


def to_look_at(
    session: Session, kinds: Sequence[str], today: dt.date, reading: str
) -> Sequence[ToLookAt]:
    """The signed agreements of those kinds for which something may be due, or has changed."""
    child = aliased(Agreement)
    stamps = (
        select(
            Agreement.parent_id.label("parent_id"), func.sum(_STAMP).cast(Integer).label("stamp")
        )
        .where(Agreement.parent_id.is_not(None))
        .group_by(Agreement.parent_id)
        .subquery()
    )
    stamp = func.coalesce(stamps.c.stamp, 0)
    rows = session.execute(
        select(child.id, stamp)
        .outerjoin(Watch, Watch.agreement_id == child.id)
        .outerjoin(stamps, stamps.c.parent_id == child.id)
        .where(
            child.kind.in_(kinds),
            child.status.in_(SIGNED),
            or_(child.kind.not_in(PMSMP_KINDS), child.last_day >= today - _LONG_OVER),
            or_(
                Watch.agreement_id.is_(None),
                Watch.next_on <= today,
                Watch.stamp != stamp,
                Watch.reading != reading,
            ),
        )
        .order_by(child.reference)
    )
    return [ToLookAt(agreement_id, int(number)) for agreement_id, number in rows]


def look_again(session: Session, watches: Iterable[Watch]) -> None:
    """Keep when to look at each agreement again."""
    wanted = list(watches)
    if not wanted:
        return
    forget_watches(session, [one.agreement_id for one in wanted])
    session.add_all(wanted)
    session.flush()


def forget_watches(session: Session, agreement_ids: Sequence[str]) -> None:
    """Look at these at the next pass, whatever was thought of them."""
    session.execute(delete(Watch).where(Watch.agreement_id.in_(agreement_ids)))


def bare_agreements(session: Session, ids: Sequence[str]) -> Sequence[Agreement]:
    """Those agreements by number, without their signers."""
    return session.scalars(
        select(Agreement).where(Agreement.id.in_(ids)).order_by(Agreement.reference)
    ).all()


def reminders_of(session: Session, subjects: Sequence[str]) -> Sequence[Reminder]:
    """Every reminder given about those subjects, by day."""
    return session.scalars(
        select(Reminder).where(Reminder.subject.in_(subjects)).order_by(Reminder.due)
    ).all()


def matters_of(session: Session, subjects: Sequence[str]) -> Sequence[Matter]:
    """What people did with the matters of those subjects."""
    return session.scalars(select(Matter).where(Matter.subject.in_(subjects))).all()


def matter(session: Session, subject: str, kind: str, target: dt.date) -> Matter | None:
    """That matter, None when nobody touched it."""
    return session.get(Matter, (subject, kind, target))


def remember(session: Session, reminders: Sequence[Mapping[str, object]]) -> None:
    """Keep reminders as given (rows of the table); the caller knows that none was."""
    if reminders:
        session.execute(insert(Reminder), list(reminders))


def hold_reminders(session: Session) -> None:
    """Let one transaction at a time look at reminders and change them.

    SQLite's write transaction already excludes every other writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('docgen.reminders'))"))
