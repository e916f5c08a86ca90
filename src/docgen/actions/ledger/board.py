"""A company at a glance: what it promised, what was done, who to call, what comes next."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.around import amended_data, end_by_notice
from docgen.actions.ledger.about import about
from docgen.actions.ledger.entries import Entry, entries_about
from docgen.actions.ledger.events import EventRow, event_rows
from docgen.actions.ledger.next_steps import NextStep, Running, next_steps
from docgen.actions.reporting.gather import Missing, Whose, stays_in
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import current_period
from docgen.agreements.rules.windows import Stretch
from docgen.indicators import Stay
from docgen.ledger import (
    ACTS,
    SORTS,
    Basis,
    Done,
    Life,
    Line,
    Promise,
    balance,
    life_of,
    promises_of,
)
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import ledger

# How far ahead PMSMP already signed are shown.
AHEAD = dt.timedelta(days=366)


@dataclass(frozen=True)
class ConventionRow:
    """A convention: its current period on the day of the board, and what its end follows from."""

    reference: str
    taken_over: bool
    first: dt.date
    last: dt.date | None
    notice: dt.date | None
    in_force: bool
    denounced: dt.date | None


@dataclass(frozen=True)
class PersonRow:
    """Someone to call: on which side, as what, and how."""

    side: str
    name: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True)
class Board:
    """Everything about a company over a window, seen from a day."""

    siren: str
    company: str
    window: Stretch
    on: dt.date
    conventions: tuple[ConventionRow, ...]
    lines: tuple[Line, ...]
    stays: tuple[Stay, ...]
    entries: tuple[Entry, ...]
    events: tuple[EventRow, ...]
    people: tuple[PersonRow, ...]
    next_steps: tuple[NextStep, ...]


@dataclass(frozen=True)
class _Convention:
    """A convention as it stands, with its row."""

    row: tables.Agreement
    words: Partenariat
    life: Life
    denounced: dt.date | None
    promises: tuple[Promise, ...]
    review: int | None


def board(database: Database, words: str, window: Stretch, on: dt.date) -> Board:
    """The board of a company by its SIREN, or of the company of an agreement. Raises NotFound."""
    missing = Missing()
    with database.read() as session:
        whose = about(session, words)
        siren = whose.siren
        conventions = _conventions(session, siren, on)
        stays = stays_in(session, window.first, on + AHEAD, Whose(siren), missing, {})
        noted = entries_about(session, about(session, siren))
        events = event_rows(session, window.first, window.last, siren)
        begun = [one for one in stays if window.first <= one.first <= window.last]
        lines = balance(
            [(promise, one.life) for one in conventions for promise in one.promises],
            list(_done(stays, noted, events)),
            window,
            sum(one.renews is None for one in begun),
        )
    missing.keep(database)
    held = tuple(one for one in stays if one.first <= window.last and one.last >= window.first)
    rows = tuple(_row(one, on) for one in conventions)
    return Board(
        siren=siren,
        company=whose.company,
        window=window,
        on=on,
        conventions=rows,
        lines=lines,
        stays=held,
        entries=tuple(one for one in noted if window.first <= one.day <= window.last),
        events=tuple(events),
        people=tuple(_people(conventions)),
        next_steps=tuple(
            next_steps(
                [
                    Running(one.row.reference, one.words, one.denounced, one.review)
                    for one in conventions
                ],
                lines,
                stays,
                noted,
                window,
                on,
            )
        ),
    )


def _conventions(session: Session, siren: str, on: dt.date) -> list[_Convention]:
    rows = ledger.agreements_with(session, siren, ("partenariat",))
    ids = [row.id for row in rows]
    children = queries.children_of(session, ids)
    added: dict[str, list[tables.Commitment]] = {}
    for commitment in ledger.commitments_of(session, ids):
        added.setdefault(commitment.agreement_id, []).append(commitment)
    found = []
    for row in rows:
        words = _words(row, amended_data(row, children))
        denounced = end_by_notice(row.id, children)
        promises = (*_promised(row, words), *map(_promise, added.get(row.id, ())))
        life = life_of(words, on, denounced)
        said = row.state is not Status.REPRIS or "mois_bilan" in row.data
        review = words.mois_bilan if said else None
        found.append(_Convention(row, words, life, denounced, promises, review))
    return found


def _words(row: tables.Agreement, data: dict[str, Any]) -> Partenariat:
    if row.state is Status.REPRIS:
        part = agreements.sound_part(Partenariat, data)[0]
        assert isinstance(part, Partenariat)
        return part
    return Partenariat.model_validate(data)


def _promised(row: tables.Agreement, words: Partenariat) -> tuple[Promise, ...]:
    """Of a convention taken over, only what its company is known to have promised."""
    if row.state is not Status.REPRIS:
        return promises_of(words)
    if not hasattr(words, "engagements_entreprise"):
        return ()
    return tuple(one for one in promises_of(words) if SORTS[one.sort].side == "entreprise")


def _promise(row: tables.Commitment) -> Promise:
    basis: Basis = row.basis  # type: ignore[assignment]  # written from a Basis alone
    return Promise(row.sort, row.quantity, basis, row.source)


def _done(
    stays: Sequence[Stay], noted: Sequence[Entry], events: Sequence[EventRow]
) -> Iterator[Done]:
    """What counts against promises: each fact once, by where it is recorded."""
    during = {one.reference: one for one in stays}
    for stay in stays:
        if stay.realised and stay.renews is None:
            yield Done("pmsmp", stay.last, 1, stay.reference)
    for event in events:
        if event.kind in SORTS:
            yield Done(event.kind, event.day, 1, event.reference)
    for entry in noted:
        if entry.kind == "embauche":
            yield Done("recrutement", entry.day, 1, entry.id)
            continue
        counts_for = ACTS[entry.kind].counts_for
        if entry.kind == "visite":
            stay_of = during.get(entry.about)
            # Before the first day it prepares the stay, and is not one of those promised.
            if stay_of is None or entry.day < stay_of.first:
                continue
        if counts_for:
            yield Done(counts_for, entry.day, entry.quantity, entry.id)


def _row(one: _Convention, on: dt.date) -> ConventionRow:
    period = current_period(one.words, on, one.denounced)
    return ConventionRow(
        reference=one.row.reference,
        taken_over=one.row.state is Status.REPRIS,
        first=period.first,
        last=period.last,
        notice=period.notice,
        in_force=period.first <= on and period.runs_on(on),
        denounced=one.denounced,
    )


def _people(conventions: Sequence[_Convention]) -> Iterator[PersonRow]:
    """Those of the latest convention: referents and deputies, then who signed for the company."""
    if not conventions:
        return
    data = json.loads(conventions[-1].row.data)
    named = data.get("referents") or {}
    signer = (data.get("entreprise") or {}).get("representant")
    for side, person in (
        ("entreprise", named.get("entreprise")),
        ("entreprise", named.get("suppleant_entreprise")),
        ("entreprise", signer),
        ("organisation", named.get("organisation")),
        ("organisation", named.get("suppleant_organisation")),
    ):
        if person:
            name = " ".join(filter(None, (person.get("prenom"), person.get("nom"))))
            yield PersonRow(
                side,
                name,
                person.get("fonction") or "",
                person.get("courriel") or "",
                person.get("telephone") or "",
            )
