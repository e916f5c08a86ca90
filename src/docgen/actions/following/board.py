"""The board: what needs somebody today, pile by pile, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from docgen import agreements
from docgen.actions.drafts.keeping import DraftView, listed
from docgen.actions.ports import Ports
from docgen.actions.record_signature import is_turn_of
from docgen.french import PARIS
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

MOST = 20


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
    """Everything that needs somebody."""

    drafts: list[DraftView]
    piles: tuple[Pile, ...]


PILES = (
    ("attente", "En attente de signature", "Personne n’a de document à signer."),
    ("echec", "Bloqués", "Rien n’est bloqué."),
    ("refus", "Refusés ou expirés depuis trois mois", "Aucun refus, aucun délai passé."),
    ("bilan", "Bilans à faire", "Aucune PMSMP terminée n’attend son bilan."),
)


def board(ports: Ports, now: datetime, kind: str = "", only: str = "") -> Board:
    """What needs somebody today; of one kind, or one pile, when asked."""
    today = now.astimezone(PARIS).date()
    found = []
    with ports.database.read() as session:
        conditions = queries.conditions(today, now)
        for slug, title, empty in PILES:
            if only and slug != only:
                continue
            count, rows = queries.pile(session, *conditions[slug], kind, MOST * (10 if only else 1))
            shown = tuple(
                _row(one, slug, queries.waiting_messages(session, one.id), now) for one in rows
            )
            found.append(Pile(slug, title, empty, count, shown))
    drafts = [] if only else [one for one in listed(ports) if not kind or one.kind == kind]
    return Board(drafts, tuple(found))


def _row(row: tables.Agreement, pile: str, unsent: Sequence[tables.Message], now: datetime) -> Row:
    waiting = [one for one in row.signers if one.signed_at is None]
    turn = [one for one in waiting if is_turn_of(row, one)]
    asked = [one.invited_at for one in turn if one.invited_at]
    reasons = dict.fromkeys(filter(None, [row.last_error, *(one.last_error for one in unsent)]))
    match pile:
        case "bilan":
            since: datetime | date = row.last_day
            reason = ""
        case "refus":
            declined = next((one for one in row.signers if one.declined_at), None)
            since = declined.declined_at if declined and declined.declined_at else row.expires_at
            reason = (
                f"{declined.name} : {declined.decline_reason or 'sans raison donnée'}"
                if declined
                else "le délai de signature est passé"
            )
        case _:
            since, reason = min(asked, default=row.created_at), " ".join(reasons)
    if pile == "attente" and row.person_key and now.date() >= row.first_day:
        reason = f"A commencé le {row.first_day:%d/%m/%Y} sans toutes les signatures. {reason}"
    return Row(
        row.reference,
        agreements.get(row.kind).title,
        row.company,
        next((one.name for one in row.signers if one.role == "beneficiaire"), ""),
        row.first_day,
        row.last_day,
        tuple(f"{one.name} ({one.route.label})" for one in turn) if pile != "bilan" else (),
        since,
        reason.strip(),
    )


def retry(ports: Ports, reference: str, account: str, now: datetime) -> None:
    """Let what was put off be tried at once; the sweep that follows does it. Raises NotFound."""
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        queries.try_again_now(session, row.id, now)
        queries.note(session, OfficeAct.RETRIED, now, account, reference)
