"""Entries of the ledger as people and programs read them, and how one is undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen.actions.ledger.about import About, about
from docgen.errors import Refused
from docgen.french import duree, euros, nombre
from docgen.indicators.compute import CONTRACTS
from docgen.ledger import ACTS
from docgen.records import tables
from docgen.records.database import Database
from docgen.records.queries import ledger

SHORT = 8  # characters of an id that people type; `ledger.recorded` refuses what is not unique


@dataclass(frozen=True)
class Entry:
    """An act or a hire; the flat shape of `docgen log --json`.

    `quantity` is a count, minutes or cents, as `unit` says.
    """

    id: str
    kind: str
    title: str
    day: date
    about: str
    company: str
    quantity: int
    unit: str
    note: str
    source: str

    @property
    def shown(self) -> str:
        """The quantity for a person; nothing where one goes without saying."""
        match self.unit:
            case "minutes":
                return duree(self.quantity)
            case "centimes":
                return euros(self.quantity)
            case _:
                return nombre(self.quantity) if self.quantity != 1 else ""


def entry_of_act(row: tables.LoggedAct, whose: About, agreement: tables.Agreement | None) -> Entry:
    """A row as an entry; `agreement` is what it is noted on, to tell a visit before the start."""
    act = ACTS[row.kind]
    early = row.kind == "visite" and agreement is not None and row.day < agreement.first_day
    return Entry(
        id=row.id[:SHORT],
        kind=row.kind,
        title="Visite avant le début" if early else act.title,
        day=row.day,
        about=agreement.reference if agreement else "",
        company=whose.company,
        quantity=row.quantity,
        unit=act.unit,
        note=row.note,
        source=row.source,
    )


def entry_of_hire(row: tables.LoggedHire, agreement: tables.Agreement | None) -> Entry:
    """A contract as an entry."""
    return Entry(
        id=row.id[:SHORT],
        kind="embauche",
        title=f"Embauche, {CONTRACTS.get(row.contract, row.contract)}",
        day=row.start,
        about=agreement.reference if agreement else "",
        company=row.company,
        quantity=1,
        unit="nombre",
        note="",
        source=row.source,
    )


def entries(database: Database, words: str) -> list[Entry]:
    """What was noted on an agreement, or with a company, by day. Raises NotFound, InvalidData."""
    with database.read() as session:
        return entries_about(session, about(session, words))


def entries_about(session: Session, whose: About) -> list[Entry]:
    """The same, in an open session."""
    if whose.agreement is not None:
        acts = ledger.acts_on(session, [whose.agreement.id])
        hires = ledger.hires_on(session, [whose.agreement.id])
    else:
        acts = ledger.acts_with(session, whose.siren)
        hires = ledger.hires_with(session, whose.siren)
    ids = {row.agreement_id for row in acts} | {row.agreement_id for row in hires}
    known = {one: session.get(tables.Agreement, one) for one in ids if one is not None}
    found = [entry_of_act(row, whose, known.get(row.agreement_id or "")) for row in acts]
    found += [entry_of_hire(row, known.get(row.agreement_id or "")) for row in hires]
    return sorted(found, key=lambda one: (one.day, one.kind, one.id))


def undo(database: Database, entry_id: str, now: datetime) -> str:
    """Make an act, a hire, an event or a promise count no more; what it was, in a few words.

    Raises NotFound, or Refused when it is undone already.
    """
    with database.write() as session:
        return undo_in(session, entry_id, now)


def undo_in(session: Session, entry_id: str, now: datetime) -> str:
    """The same, in the caller's transaction."""
    row = ledger.recorded(session, entry_id)
    if row.undone_at is not None:
        raise Refused(f"L’inscription {row.id[:SHORT]} est déjà annulée.")
    row.undone_at = now
    match row:
        case tables.LoggedAct():
            return f"{ACTS[row.kind].title} du {row.day:%d/%m/%Y}"
        case tables.LoggedHire():
            return f"Embauche du {row.start:%d/%m/%Y}"
        case tables.CorporateEvent():
            return f"Événement {row.reference} du {row.day:%d/%m/%Y}"
        case tables.Commitment():
            return f"Engagement « {row.source} »"
