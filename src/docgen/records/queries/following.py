"""Queries on what deadlines look at beside reminders: companies, sheets, renewals to write down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from docgen.lifecycle import Status
from docgen.records.queries.reminding import SIGNED
from docgen.records.registers import Sheet
from docgen.records.reminding import Reminder
from docgen.records.tables import Agreement


def followed(session: Session, kinds: Sequence[str]) -> Sequence[Agreement]:
    """The agreements of those kinds archived or taken over, by number, without their signers."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.kind.in_(kinds), Agreement.status.in_((Status.ARCHIVE, Status.REPRIS)))
        .order_by(Agreement.reference)
    ).all()


def pmsmp_at(session: Session, siren: str, first: dt.date, last: dt.date) -> int:
    """How many signed PMSMP, renewals apart, began at a company between those days."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Agreement)
            .where(
                Agreement.kind == "pmsmp",
                Agreement.status.in_(SIGNED),
                Agreement.company_siret.between(*_sirets_of(siren)),
                Agreement.first_day.between(first, last),
            )
        )
        or 0
    )


def conventions_with(session: Session, sirens: Sequence[str]) -> Sequence[Agreement]:
    """The signed partnership conventions of those companies, by first day."""
    ranges = [Agreement.company_siret.between(*_sirets_of(siren)) for siren in sirens]
    if not ranges:
        return ()
    return session.scalars(
        select(Agreement)
        .where(Agreement.kind == "partenariat", Agreement.status.in_(SIGNED), or_(*ranges))
        .order_by(Agreement.first_day, Agreement.reference)
    ).all()


def _sirets_of(siren: str) -> tuple[str, str]:
    """The range of a company's establishments: an index finds it, which LIKE would not use."""
    return f"{siren}00000", f"{siren}99999"


def dated_sheets(session: Session, kind: str) -> Sequence[Sheet]:
    """The latest edition of each sheet of a kind that holds a last day."""
    latest = (
        select(Sheet.key, func.max(Sheet.edition).label("edition"))
        .where(Sheet.kind == kind)
        .group_by(Sheet.key)
        .subquery()
    )
    return session.scalars(
        select(Sheet)
        .join(latest, (Sheet.key == latest.c.key) & (Sheet.edition == latest.c.edition))
        .where(Sheet.kind == kind, Sheet.data.contains('"fin":"', autoescape=True))
        .order_by(Sheet.key)
    ).all()


def somebody_named(session: Session, address: str) -> bool:
    """Whether an agreement's data holds that address (canonical JSON: between its quotes)."""
    found = session.scalar(
        select(Agreement.id)
        .where(Agreement.data.contains(f'"courriel":"{address}"', autoescape=True))
        .limit(1)
    )
    return found is not None


def reconductions_to_note(session: Session, most: int) -> Sequence[str]:
    """Ids of the conventions whose renewal was announced and not written down, oldest first."""
    return session.scalars(
        select(Agreement.id)
        .join(Reminder, Reminder.subject == Agreement.reference)
        .where(Reminder.kind == "reconduction", Reminder.noted_at.is_(None))
        .group_by(Agreement.id)
        .order_by(func.min(Reminder.due), Agreement.id)
        .limit(most)
    ).all()


def announced_renewals(session: Session, subject: str) -> Sequence[dt.date]:
    """The last days of the periods of a convention whose renewal is still to be written down."""
    return session.scalars(
        select(Reminder.target)
        .where(
            Reminder.subject == subject,
            Reminder.kind == "reconduction",
            Reminder.noted_at.is_(None),
        )
        .distinct()
        .order_by(Reminder.target)
    ).all()


def renewal_noted(session: Session, subject: str, target: dt.date, now: dt.datetime) -> None:
    """Say that the renewal after that day was looked at, and written down if it took place."""
    session.execute(
        update(Reminder)
        .where(
            Reminder.subject == subject,
            Reminder.kind == "reconduction",
            Reminder.target == target,
        )
        .values(noted_at=now)
    )
