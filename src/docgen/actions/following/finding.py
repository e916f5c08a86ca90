"""The list of agreements as the staff searches it: a company's, a person's, or by any words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from docgen.actions.audit.finding import FoundRow, row_of
from docgen.actions.drafts import reusing
from docgen.actions.drafts.reusing import Known
from docgen.actions.ledger.board import PersonRow, board
from docgen.actions.ledger.entries import Entry
from docgen.actions.ledger.events import EventRow
from docgen.actions.ledger.next_steps import NextStep
from docgen.actions.ports import Ports
from docgen.actions.reporting.company_sheet import Ligne, ligne
from docgen.actions.reporting.period import year_of
from docgen.errors import NotFound
from docgen.french import siren as spaced
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.records.queries.search import Scope, Wanted

PAGE = 50
A_FEW = 6


@dataclass(frozen=True)
class Listed:
    """A page of agreements; `after` goes on to the next, None at the end."""

    rows: list[FoundRow]
    after: tuple[date, str] | None


@dataclass(frozen=True)
class Folder:
    """What there is about one company or one person; `counts` by kind's title."""

    name: str
    detail: str
    rows: list[FoundRow]
    counts: dict[str, int]
    promises: tuple[Ligne, ...] = ()
    steps: tuple[NextStep, ...] = ()
    people: tuple[PersonRow, ...] = ()
    noted: tuple[Entry, ...] = ()
    events: tuple[EventRow, ...] = ()
    year: int = 0
    siren: str = ""

    @property
    def conventions(self) -> tuple[str, ...]:
        """The numbers of its conventions of partnership, the latest first."""
        return tuple(
            one.reference
            for one in self.rows
            if one.kind == "partenariat" and not Status(one.status).over
        )


@dataclass(frozen=True)
class Suggested:
    """What a few words may mean: agreements, companies by SIREN, people by their key."""

    agreements: list[FoundRow]
    companies: list[Known]
    people: list[Known]

    @property
    def nothing(self) -> bool:
        return not (self.agreements or self.companies or self.people)


def suggest(ports: Ports, words: str) -> Suggested:
    """The first things that hold every word by its beginning, accents apart."""
    with ports.database.read() as session:
        entries = queries.search(session, Wanted(words=words), Scope(), most=A_FEW)
    companies = {one.key[:9]: one for one in reversed(reusing.companies(ports, words))}
    known = [Known(key, one.label, f"SIREN {spaced(key)}") for key, one in companies.items()]
    return Suggested(
        [row_of(one) for one in entries],
        known[:A_FEW],
        reusing.people(ports, words)[:A_FEW],
    )


def find(ports: Ports, wanted: Wanted, after: tuple[date, str] | None = None) -> Listed:
    """Agreements that hold all that is wanted, the latest first."""
    with ports.database.read() as session:
        entries = queries.search(session, wanted, Scope(), after, PAGE + 1)
    shown = entries[:PAGE]
    last = shown[-1] if len(entries) > PAGE else None
    return Listed(
        [row_of(one) for one in shown], (last.first_day, last.agreement_id) if last else None
    )


def of_company(ports: Ports, siren: str, year: int, today: date) -> Folder:
    """A company by its SIREN, with what was promised and done in a year. Raises NotFound.

    Raises InvalidData for a year that is none.
    """
    if not (siren.isascii() and siren.isdigit() and len(siren) == 9):
        raise NotFound("L’entreprise", siren[:20])
    window = year_of(year)
    with ports.database.read() as session:
        entries = queries.search(session, Wanted(siret=siren), Scope(), most=200)
    if not entries:
        raise NotFound("L’entreprise", siren)
    folder = _folder(entries[0].company, f"SIREN {spaced(siren)}", [row_of(one) for one in entries])
    seen = board(ports.database, siren, window, today)
    return replace(
        folder,
        promises=tuple(ligne(one) for one in seen.lines),
        steps=seen.next_steps,
        people=seen.people,
        noted=seen.entries,
        events=seen.events,
        year=year,
        siren=siren,
    )


def of_person(ports: Ports, key: str) -> Folder:
    """A person by their key. Raises NotFound."""
    with ports.database.read() as session:
        met = session.get(tables.Person, key[:64])
        if met is None:
            raise NotFound("La personne", "demandée")
        rows = queries.agreements_of_person(session, met.key)
    name = f"{met.given_name} {met.family_name}"
    return _folder(name, f"né(e) le {met.born_on:%d/%m/%Y}", [row_of(one) for one in rows])


def _folder(name: str, detail: str, rows: list[FoundRow]) -> Folder:
    counts: dict[str, int] = {}
    for one in rows:
        counts[one.title] = counts.get(one.title, 0) + 1
    return Folder(name, detail, rows, counts)
