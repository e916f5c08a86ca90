"""Corporate events: who came, which companies, what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen.actions.ledger.outcomes import outcomes
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS
from docgen.ledger import EVENTS
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import ledger

MOST_PARTICIPANTS = 10_000
MOST_NOTE = 1000
MOST_COMPANIES = 100


@dataclass(frozen=True)
class Planned:
    """An event as an officer says it.

    `companies`: name by SIREN; `people`: keys of those named (identity.person_key), counted in
    `participants` or, without it, the only ones; `stays`, `hires`: what came of it, when known.
    """

    kind: str
    day: date
    companies: dict[str, str]
    participants: int | None = None
    people: frozenset[str] = frozenset()
    stays: int | None = None
    hires: int | None = None
    note: str = ""


@dataclass(frozen=True)
class EventRow:
    """One event; the flat shape of `docgen event list --json`. `companies`: their names."""

    reference: str
    id: str
    kind: str
    title: str
    day: date
    companies: str
    participants: int
    named: int
    stays: int
    hires: int
    note: str


def add_event(database: Database, said: Planned, new_id: str, now: datetime) -> EventRow:
    """Record an event, as EV-2026-0001. Raises InvalidData, or Refused (noted already)."""
    with database.write() as session:
        return add_event_in(session, said, new_id, now)


def add_event_in(session: Session, said: Planned, new_id: str, now: datetime) -> EventRow:
    """The same, in the caller's transaction."""
    if findings := _faults(said, now.astimezone(PARIS).date()):
        raise InvalidData(findings)
    queries.hold_register(session)
    _refuse_twin(session, said)
    count = len(said.people) if said.participants is None else said.participants
    number = queries.next_number(session, "EV", said.day.year)
    event = tables.CorporateEvent(
        id=new_id,
        reference=f"EV-{said.day.year}-{number:04d}",
        kind=said.kind,
        day=said.day,
        participants=count,
        stays=said.stays,
        hires=said.hires,
        note=said.note.strip(),
        recorded_at=now,
    )
    session.add(event)
    session.flush()
    session.add_all(
        tables.EventCompany(event_id=new_id, siren=siren, company=name)
        for siren, name in said.companies.items()
    )
    session.add_all(
        tables.EventPerson(event_id=new_id, person_key=key) for key in sorted(said.people)
    )
    session.flush()
    return _rows(session, [event])[0]


def _faults(said: Planned, today: date) -> list[Finding]:
    named = len(said.people)
    count = named if said.participants is None else said.participants
    checks: list[tuple[bool, str, str, str | int | None]] = [
        (said.kind in EVENTS, "nature", f"natures admises : {', '.join(EVENTS)}.", None),
        (
            said.day <= today,
            "le",
            "un événement se note une fois passé.",
            today.isoformat(),
        ),
        (
            1 <= len(said.companies) <= MOST_COMPANIES,
            "entreprise",
            f"de une à {MOST_COMPANIES} entreprises.",
            None,
        ),
        (
            named <= count <= MOST_PARTICIPANTS and count > 0,
            "participants",
            f"de {max(named, 1)} (personnes nommées comprises) à {MOST_PARTICIPANTS}.",
            max(named, 1),
        ),
        (len(said.note) <= MOST_NOTE, "note", f"{MOST_NOTE} caractères au plus.", MOST_NOTE),
    ]
    for place, number in (("pmsmp", said.stays), ("embauches", said.hires)):
        reason = f"de 0 à {count}, le nombre de participants."
        checks.append((number is None or 0 <= number <= count, place, reason, count))
    checks += [
        (
            siren.isascii() and siren.isdigit() and len(siren) == 9 and bool(name),
            "entreprise",
            (
                f"« {siren} » : attend un SIREN de neuf chiffres, et un nom pour une entreprise "
                "inconnue ici (123456789=Nom)."
            ),
            None,
        )
        for siren, name in said.companies.items()
    ]
    return [
        Finding("evenement", "error", place, message, allowed=allowed)
        for good, place, message, allowed in checks
        if not good
    ]


def _refuse_twin(session: Session, said: Planned) -> None:
    for other in ledger.events_between(session, said.day, said.day):
        there = {one.siren for one in ledger.companies_at(session, [other.id])}
        if other.kind == said.kind and there == set(said.companies):
            raise Refused(
                f"Cet événement est déjà noté : {other.reference} (même jour, même nature, mêmes "
                "entreprises)."
            )


def complete_event(
    database: Database, reference: str, stays: int | None, hires: int | None
) -> EventRow:
    """Say later what came of an event. Raises NotFound or InvalidData."""
    with database.write() as session:
        return complete_event_in(session, reference, stays, hires)


def complete_event_in(
    session: Session, reference: str, stays: int | None, hires: int | None
) -> EventRow:
    """The same, in the caller's transaction."""
    event = ledger.event_by_reference(session, reference)
    for place, number in (("pmsmp", stays), ("embauches", hires)):
        if number is not None and not 0 <= number <= event.participants:
            message = f"de 0 à {event.participants}, le nombre de participants."
            allowed = event.participants
            raise InvalidData([Finding("evenement", "error", place, message, allowed=allowed)])
    event.stays = event.stays if stays is None else stays
    event.hires = event.hires if hires is None else hires
    session.flush()
    return _rows(session, [event])[0]


def cancel_event(database: Database, reference: str, now: datetime) -> None:
    """Make an event noted by mistake count no more. Raises NotFound."""
    with database.write() as session:
        ledger.event_by_reference(session, reference).undone_at = now


def company_named(database: Database, words: str) -> tuple[str, str]:
    """The SIREN and the name that « SIREN », « SIRET » or « SIREN=Nom » mean."""
    digits, _, name = words.partition("=")
    siren = digits.replace(" ", "")
    siren = siren[:9] if len(siren) == 14 else siren
    if not name.strip():
        with database.read() as session:
            name = ledger.name_of_company(session, siren) or ""
    return siren, name.strip()


def events(database: Database, first: date, last: date, siren: str = "") -> list[EventRow]:
    """The events of a period, by day."""
    with database.read() as session:
        return event_rows(session, first, last, siren)


def event_rows(session: Session, first: date, last: date, siren: str = "") -> list[EventRow]:
    """The same, in an open session."""
    return _rows(session, ledger.events_between(session, first, last, siren))


def _rows(session: Session, found: Sequence[tables.CorporateEvent]) -> list[EventRow]:
    ids = [event.id for event in found]
    names: dict[str, list[str]] = defaultdict(list)
    for company in ledger.companies_at(session, ids):
        names[company.event_id].append(company.company)
    named: dict[str, int] = defaultdict(int)
    for person in ledger.people_at(session, ids):
        named[person.event_id] += 1
    came = outcomes(session, found)
    return [
        EventRow(
            reference=event.reference,
            id=event.id[:8],
            kind=event.kind,
            title=EVENTS[event.kind],
            day=event.day,
            companies=", ".join(names[event.id]),
            participants=event.participants,
            named=named[event.id],
            stays=came[event.id][0],
            hires=came[event.id][1],
            note=event.note,
        )
        for event in found
    ]
