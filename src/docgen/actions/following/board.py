"""The board: what needs somebody today, pile by pile, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.digest_words import Line, line_of
from docgen.actions.drafts.keeping import DraftView, listed
from docgen.actions.ports import Ports
from docgen.actions.record_signature import is_turn_of
from docgen.french import PARIS
from docgen.records import queries, tables

# Rows of a pile among the others, and alone.
FEW, MOST = 8, 200
YEARS = 5
REMINDERS = "echeances"


@dataclass(frozen=True)
class Row:
    """An agreement on the board; `who` are those it waits for, `since` an instant or a day."""

    reference: str
    title: str
    company: str
    person: str
    first: date
    last: date
    who: tuple[str, ...]
    since: datetime | date
    reason: str


@dataclass(frozen=True)
class Pile:
    """What waits for the same thing; `count` may be more than the rows shown."""

    slug: str
    title: str
    empty: str
    count: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Board:
    """Everything that needs somebody; `years` are (year, PMSMP begun) up to this year."""

    drafts: list[DraftView]
    piles: tuple[Pile, ...]
    reminders: tuple[Line, ...]
    years: tuple[tuple[int, int], ...]

    @property
    def nothing_yet(self) -> bool:
        """True for an office where nothing was ever begun."""
        return (
            not self.drafts
            and not any(one.count for one in self.piles)
            and not (self.lived or self.reminders)
        )

    @property
    def lived(self) -> bool:
        return any(count for _, count in self.years)


PILES = (
    ("attente", "En attente de signature", "Personne n’a de document à signer."),
    ("papier", "Papiers reçus à enregistrer", "Aucune page signée à la main n’attend."),
    ("echec", "Bloqués", "Rien n’est bloqué."),
    ("refus", "Refusés ou expirés", "Aucun refus, aucun délai passé depuis trois mois."),
    ("bilan", "Bilans à faire", "Aucune PMSMP terminée n’attend son bilan."),
)


def board(ports: Ports, now: datetime, kind: str = "", only: str = "") -> Board:
    """What needs somebody today; of one kind, or one pile at length, when asked."""
    today = now.astimezone(PARIS).date()
    found = []
    with ports.database.read() as session:
        piles = queries.piles(today, now)
        for slug, title, empty in PILES:
            pile = piles[slug]
            count = queries.count_pile(session, pile, kind)
            most = (0 if only else FEW) if slug != only else MOST
            rows = queries.first_of_pile(session, pile, kind, most) if count and most else ()
            found.append(Pile(slug, title, empty, count, _rows(session, slug, rows, today)))
        first = date(today.year - YEARS + 1, 1, 1)
        reminders = queries.open_reminders(session, today, MOST if only == REMINDERS else FEW)
        begun = queries.pmsmp_by_year(session, first, today)
    years = tuple((year, begun.get(year, 0)) for year in range(first.year, today.year + 1))
    drafts = [one for one in listed(ports) if not kind or one.kind == kind]
    told = tuple(line_of(one, today) for one in reminders)
    return Board(drafts, tuple(found), told, years)


def _rows(
    session: Session, pile: str, rows: Sequence[tables.Agreement], today: date
) -> tuple[Row, ...]:
    unsent = queries.unsent_reasons(session, [one.id for one in rows]) if rows else {}
    return tuple(_row(one, pile, unsent.get(one.id, []), today) for one in rows)


def _row(row: tables.Agreement, pile: str, unsent: Sequence[str], today: date) -> Row:
    turn = [one for one in row.signers if one.signed_at is None and is_turn_of(row, one)]
    since: datetime | date
    match pile:
        case "bilan":
            since, reason, turn = row.last_day, "", []
        case "refus":
            since, reason = _ended(row)
        case _:
            asked = [one.invited_at for one in turn if one.invited_at]
            since = min(asked, default=row.created_at)
            # What hinders is said once, in the pile of what is stuck.
            reason = _late(row, today) if pile == "attente" else _hindered(row, unsent)
    return Row(
        row.reference,
        agreements.get(row.kind).title,
        row.company,
        next((one.name for one in row.signers if one.role == "beneficiaire"), ""),
        row.first_day,
        row.last_day,
        tuple(f"{one.name} ({one.route.label})" for one in turn),
        since,
        reason,
    )


def _late(row: tables.Agreement, today: date) -> str:
    if row.person_key and today >= row.first_day:
        return f"A commencé le {row.first_day:%d/%m/%Y} sans toutes les signatures."
    return ""


def _hindered(row: tables.Agreement, unsent: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, [row.last_error, *unsent])))


def _ended(row: tables.Agreement) -> tuple[datetime, str]:
    """When an agreement came to nothing, and by whom or why."""
    for one in row.signers:
        if one.declined_at is not None:
            return one.declined_at, f"{one.name} : {one.decline_reason or 'sans raison donnée'}"
    return row.expires_at, "Le délai de signature est passé."
