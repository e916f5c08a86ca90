"""Queries on the ledger: promises added by hand, acts, hires, events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.errors import NotFound
from docgen.records.queries.agreements import CONCLUDED
from docgen.records.tables import (
    Agreement,
    Commitment,
    CorporateEvent,
    EventCompany,
    EventPerson,
    LoggedAct,
    LoggedHire,
    Scan,
)

Recorded = LoggedAct | LoggedHire | Commitment | CorporateEvent
RECORDED: tuple[type[Recorded], ...] = (LoggedAct, LoggedHire, Commitment, CorporateEvent)


def recorded(session: Session, entry_id: str) -> Recorded:
    """What was recorded under that id, or the beginning of one that no other has.

    Raises NotFound, also when several begin so.
    """
    found: list[Recorded] = []
    if len(entry_id) >= 6 and entry_id.isalnum():
        for table in RECORDED:
            found.extend(session.scalars(select(table).where(table.id.startswith(entry_id))))
    if len(found) != 1:
        raise NotFound("L’inscription", entry_id)
    return found[0]


def acts_on(session: Session, ids: Iterable[str]) -> Sequence[LoggedAct]:
    """What was noted on those agreements and counts, by day."""
    return session.scalars(
        select(LoggedAct)
        .where(LoggedAct.agreement_id.in_(list(ids)), LoggedAct.undone_at.is_(None))
        .order_by(LoggedAct.day, LoggedAct.recorded_at)
    ).all()


def acts_with(session: Session, siren: str) -> Sequence[LoggedAct]:
    """What was noted with that company, on an agreement or not, and counts, by day."""
    return session.scalars(
        select(LoggedAct)
        .where(LoggedAct.company_siren == siren, LoggedAct.undone_at.is_(None))
        .order_by(LoggedAct.day, LoggedAct.recorded_at)
    ).all()


def given_between(
    session: Session, first: dt.date, last: dt.date, siren: str = ""
) -> Sequence[Row[Any]]:
    """(day, minutes) of skills sponsorship noted for a day of that range."""
    query = select(LoggedAct.day, LoggedAct.quantity).where(
        LoggedAct.kind == "mecenat",
        LoggedAct.day.between(first, last),
        LoggedAct.undone_at.is_(None),
    )
    return session.execute(query.where(LoggedAct.company_siren == siren) if siren else query).all()


def hires_on(session: Session, ids: Iterable[str]) -> Sequence[LoggedHire]:
    """The contracts noted on those PMSMP, by first day."""
    return session.scalars(
        _hires().where(LoggedHire.agreement_id.in_(list(ids))).order_by(LoggedHire.start)
    ).all()


def hires_with(session: Session, siren: str) -> Sequence[LoggedHire]:
    """The contracts noted at that company, by first day."""
    return session.scalars(
        _hires().where(LoggedHire.company_siren == siren).order_by(LoggedHire.start)
    ).all()


def hires_between(session: Session, first: dt.date, last: dt.date) -> Sequence[Row[Any]]:
    """(person, siren, start, contract) of those that began in that range."""
    return session.execute(
        select(
            LoggedHire.person_key, LoggedHire.company_siren, LoggedHire.start, LoggedHire.contract
        ).where(LoggedHire.undone_at.is_(None), LoggedHire.start.between(first, last))
    ).all()


def hires_of(session: Session, person_keys: Iterable[str]) -> Sequence[LoggedHire]:
    """The hires of those people, oldest first."""
    wanted = LoggedHire.person_key.in_(list(person_keys))
    return session.scalars(_hires().where(wanted).order_by(LoggedHire.start)).all()


def events_met(session: Session, person_keys: Iterable[str]) -> Sequence[CorporateEvent]:
    """The events that those people came to, oldest first."""
    return session.scalars(
        select(CorporateEvent)
        .join(EventPerson, EventPerson.event_id == CorporateEvent.id)
        .where(
            EventPerson.person_key.in_(list(person_keys)),
            CorporateEvent.undone_at.is_(None),
        )
        .order_by(CorporateEvent.day)
    ).all()


def same_hire(session: Session, person_key: str, start: dt.date) -> LoggedHire | None:
    """A contract of that person that begins that day, if one is noted."""
    return session.scalar(
        _hires().where(LoggedHire.person_key == person_key, LoggedHire.start == start)
    )


def _hires() -> Select[tuple[LoggedHire]]:
    return select(LoggedHire).where(LoggedHire.undone_at.is_(None))


def commitments_of(session: Session, ids: Iterable[str]) -> Sequence[Commitment]:
    """The promises added by hand to those conventions."""
    return session.scalars(
        select(Commitment)
        .where(Commitment.agreement_id.in_(list(ids)), Commitment.undone_at.is_(None))
        .order_by(Commitment.recorded_at)
    ).all()


def events_between(
    session: Session, first: dt.date, last: dt.date, siren: str = ""
) -> Sequence[CorporateEvent]:
    """The events of that range, with a company if one is given, by day."""
    query = select(CorporateEvent).where(
        CorporateEvent.undone_at.is_(None), CorporateEvent.day.between(first, last)
    )
    if siren:
        there = select(EventCompany.event_id).where(EventCompany.siren == siren)
        query = query.where(CorporateEvent.id.in_(there))
    return session.scalars(query.order_by(CorporateEvent.day, CorporateEvent.reference)).all()


def event_by_reference(session: Session, reference: str) -> CorporateEvent:
    """The event of that number. Raises NotFound."""
    found = session.scalar(select(CorporateEvent).where(CorporateEvent.reference == reference))
    if found is None or found.undone_at is not None:
        raise NotFound("L’événement", reference)
    return found


def companies_at(session: Session, ids: Iterable[str]) -> Sequence[EventCompany]:
    """The companies at those events, by name."""
    return session.scalars(
        select(EventCompany)
        .where(EventCompany.event_id.in_(list(ids)))
        .order_by(EventCompany.company)
    ).all()


def people_at(session: Session, ids: Iterable[str]) -> Sequence[EventPerson]:
    """The beneficiaries named at those events."""
    return session.scalars(select(EventPerson).where(EventPerson.event_id.in_(list(ids)))).all()


def stays_after_events(session: Session, ids: Iterable[str]) -> Sequence[Row[Any]]:
    """(event, person, first day) of the PMSMP that people named at those events then did there."""
    return session.execute(
        select(EventPerson.event_id, EventPerson.person_key, Agreement.first_day)
        .join(Agreement, Agreement.person_key == EventPerson.person_key)
        .join(
            EventCompany,
            (EventCompany.event_id == EventPerson.event_id)
            & (EventCompany.siren == func.substr(Agreement.company_siret, 1, 9)),
        )
        .where(
            EventPerson.event_id.in_(list(ids)),
            Agreement.kind.in_(PMSMP_KINDS),
            Agreement.status.in_(CONCLUDED),
        )
    ).all()


def hires_after_events(session: Session, ids: Iterable[str]) -> Sequence[Row[Any]]:
    """(event, person, first day) of the contracts that people named at those events got there."""
    return session.execute(
        select(EventPerson.event_id, EventPerson.person_key, LoggedHire.start)
        .join(LoggedHire, LoggedHire.person_key == EventPerson.person_key)
        .join(
            EventCompany,
            (EventCompany.event_id == EventPerson.event_id)
            & (EventCompany.siren == LoggedHire.company_siren),
        )
        .where(EventPerson.event_id.in_(list(ids)), LoggedHire.undone_at.is_(None))
    ).all()


def agreements_with(session: Session, siren: str, kinds: Sequence[str]) -> Sequence[Agreement]:
    """The concluded agreements of those kinds with that company, by first day."""
    return session.scalars(
        select(Agreement)
        .where(
            Agreement.company_siret.between(f"{siren}00000", f"{siren}99999"),
            Agreement.kind.in_(kinds),
            Agreement.status.in_(CONCLUDED),
        )
        .order_by(Agreement.first_day, Agreement.reference)
    ).all()


def name_of_company(session: Session, siren: str) -> str | None:
    """What the latest agreement with that company calls it."""
    return session.scalar(
        select(Agreement.company)
        .where(Agreement.company_siret.between(f"{siren}00000", f"{siren}99999"))
        .order_by(Agreement.created_at.desc(), Agreement.reference.desc())
        .limit(1)
    )


def scans_of(session: Session, ids: Iterable[str]) -> Sequence[Scan]:
    """The scans received for those agreements."""
    return session.scalars(
        select(Scan).where(Scan.agreement_id.in_(list(ids))).order_by(Scan.received_at)
    ).all()
