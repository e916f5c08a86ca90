"""Gather what surrounds an agreement: what its parent says, and the facts its rules need.

`look_around` reads; the rules then decide on plain values. The same gathering is done again inside
the transaction that registers, so that two agreements issued at once can't each miss the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy.orm import Session

from docgen import agreements
from docgen.agreements.amending import amended, as_amended, changes_of
from docgen.agreements.question import Question, question
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import (
    Capacity,
    Context,
    Contract,
    OtherConvention,
    Parent,
    PastPmsmp,
    Reading,
    StateConvention,
)
from docgen.agreements.sheets import ContratSuivi, ConventionEtat, Pouvoir
from docgen.agreements.timetable import Horaires
from docgen.errors import NotFound
from docgen.indicators.extracts import partnership_extract
from docgen.journal import canonical
from docgen.lifecycle import Status
from docgen.public_holidays import public_holidays
from docgen.records import queries, tables

SIGNED = {Status.SIGNE, Status.ARCHIVE, Status.REPRIS}
Standing = Literal["open", "closed", "unknown"]


@dataclass(frozen=True)
class Law:
    """How this installation applies the rules: its readings, and where it asks after a company."""

    reading: Reading
    site: Callable[[str], Standing] = lambda _siret: "unknown"


def look_around(
    session: Session | None, source: Source, on: date, law: Law
) -> tuple[Source, Context]:
    """The data completed from the agreement it cites, and the facts around it.

    Without a session nothing was looked up, and the context says so.
    """
    if session is None:
        return source, context_of(None, question(source.data), on, law)
    parent = _parent(session, question(source.data))
    kind = agreements.KINDS.get(str(source.data.get("type")))
    if (
        parent is not None
        and kind is not None
        and kind.complete
        and parent.kind in kind.parents
        # What the past tells of it does not fill another agreement.
        and not parent.taken_over
    ):
        source = Source(kind.complete(source.data, parent), source.lines)
    own = _already_issued(session, source.data)
    asked, itself = question(source.data), own
    if kind is not None and kind.amends and parent is not None:
        # The rules of the agreement as amended will speak: it never counts against itself.
        asked, itself = question(as_amended(parent.data, source.data)), parent.reference
    context = context_of(session, asked, on, law, itself)
    return source, replace(context, parent=_without(parent, own))


def context_of(
    session: Session | None, asked: Question, on: date, law: Law, own: str | None = None
) -> Context:
    """The facts that a question asks for; `own` is the number that never counts against itself."""
    site = law.site(asked.company) if asked.company and asked.kind == "pmsmp" else "unknown"
    holidays = public_holidays(asked.years, asked.postal_code)
    context = Context(on, law.reading, holidays=holidays, site=site)
    return context if session is None else _known(session, asked, own, context)


def amended_data(
    row: tables.Agreement, children: Sequence[tables.Agreement], *, pending: bool = False
) -> dict[str, Any]:
    """What an agreement says now: its data with every signed amendment, in order.

    With `pending`, what it will say if those that wait for signatures are signed.
    """
    data: dict[str, Any] = json.loads(row.data)
    for child in children:
        counts = pending or child.state in SIGNED
        if child.parent_id == row.id and child.kind == "avenant" and counts:
            data = amended(data, changes_of(json.loads(child.data)))
    return data


def _parent(session: Session, asked: Question) -> Parent | None:
    if asked.cited is None:
        return None
    try:
        row = queries.agreement_by_reference(session, asked.cited)
    except NotFound:
        return None
    if row.state is Status.DETRUIT:
        return None
    children = queries.children_of(session, [row.id])
    by_kind: dict[str, tuple[str, ...]] = {}
    for child in children:
        by_kind[child.kind] = (*by_kind.get(child.kind, ()), child.reference)
    return Parent(
        reference=row.reference,
        kind=row.kind,
        position=row.status,
        data=amended_data(row, children),
        children=by_kind,
        said={child.reference: json.loads(child.data) for child in children},
        pending=tuple(child.reference for child in children if child.state not in SIGNED),
        denounced=end_by_notice(row.id, children),
    )


def _without(parent: Parent | None, own: str | None) -> Parent | None:
    """The parent as it would be if this very agreement had not been issued yet."""
    if parent is None or own is None:
        return parent
    others = {
        kind: tuple(reference for reference in references if reference != own)
        for kind, references in parent.children.items()
    }
    pending = tuple(reference for reference in parent.pending if reference != own)
    return replace(parent, children=others, pending=pending)


def _already_issued(session: Session, data: Mapping[str, Any]) -> str | None:
    """The number under which the same data was issued already: it must not count against itself."""
    kind = agreements.KINDS.get(str(data.get("type")))
    if kind is None:
        return None
    try:
        agreement = kind.model.model_validate(data)
    except ValidationError:
        return None
    known = queries.live_request(session, request_key(agreement.model_dump(mode="json")))
    return known.reference if known else None


def request_key(data: Mapping[str, Any]) -> str:
    """What tells a request from another: the hash of its whole data."""
    return hashlib.sha256(canonical(data)).hexdigest()


def _known(session: Session, asked: Question, own: str | None, context: Context) -> Context:
    past = _past(session, asked.person, own, context.reading) if asked.person else ()
    sheet = queries.sheet(session, "organisation", asked.organisation or "") or {}
    company = queries.sheet(session, "entreprise", (asked.company or "")[:9]) or {}
    person = queries.sheet(session, "beneficiaire", asked.person or "") or {}
    conventions = (
        _conventions(session, asked.company, own)
        if asked.kind == "partenariat" and asked.company
        else ()
    )
    started = queries.pmsmp_started_in(session, asked.years[0]) if asked.years else 0
    return replace(
        context,
        known=True,
        past=past,
        conventions=conventions,
        contract=_contract(person.get("contrat")),
        state=_state(sheet.get("convention_etat")),
        nature=sheet.get("nature"),
        eligible_for_gifts=sheet.get("eligible_mecenat"),
        capacities=_capacities([*sheet.get("contacts", ()), *company.get("contacts", ())]),
        started_this_year=started - (own is not None and asked.kind == "pmsmp"),
    )


def _past(
    session: Session, person: str, own: str | None, reading: Reading
) -> tuple[PastPmsmp, ...]:
    rows = [row for row in queries.pmsmp_of(session, person) if row.reference != own]
    children = queries.children_of(session, [row.id for row in rows])
    reached = {
        child.parent_id: _reached(json.loads(child.data))
        for child in children
        if child.kind == "bilan" and child.state in SIGNED
    }
    # Read again only where it may differ: a history is long, and an avenant that waits is rare.
    waiting = {
        child.parent_id
        for child in children
        if child.kind == "avenant" and child.state not in SIGNED
    }
    found = []
    for row in rows:
        data = awaited = amended_data(row, children)
        if row.id in waiting:
            awaited = amended_data(row, children, pending=True)
        found.append(_past_one(row, data, awaited, reached.get(row.id), reading))
    return tuple(found)


def _reached(bilan: Mapping[str, Any]) -> bool:
    """True when a bilan says every objective reached; after an absence it evaluates none."""
    results = [one["resultat"] for one in bilan["objectifs"]]
    return bool(results) and all(result == "atteint" for result in results)


def _past_one(
    row: tables.Agreement,
    data: Mapping[str, Any],
    awaited: Mapping[str, Any],
    reached: bool | None,
    reading: Reading,
) -> PastPmsmp:
    agreed, to_be = _days(data), _days(awaited)
    presence: set[date] = set()
    if reading.days == "presence" and "horaires" in data:
        # A timetable costs a model to read: only where days of presence are counted.
        for said in (data,) if awaited is data else (data, awaited):
            timetable = Horaires.model_validate(said["horaires"])
            presence |= {day.date for day in timetable.days(*_days(said))}
    renewal = data.get("renouvellement")
    return PastPmsmp(
        reference=row.reference,
        first=min(agreed[0], to_be[0]),
        last=max(agreed[1], to_be[1]),
        siret=data["entreprise"]["siret"],
        objet=data["objet"],
        objectifs=tuple(data["objectifs"]),
        renews=renewal["reference"] if renewal else None,
        signed=row.state in SIGNED,
        presence=tuple(sorted(presence)),
        objectives_reached=reached,
        agreed=agreed,
    )


def _days(data: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(data["debut"]), date.fromisoformat(data["fin"])


def _conventions(session: Session, siret: str, own: str | None) -> tuple[OtherConvention, ...]:
    rows = [row for row in queries.partnerships_with(session, siret[:9]) if row.reference != own]
    children = queries.children_of(session, [row.id for row in rows])
    found = []
    for row in rows:
        data = amended_data(row, children)
        last = end_by_notice(row.id, children) or partnership_extract(data).possible_end
        found.append(OtherConvention(row.reference, _days(data)[0], last))
    return tuple(found)


def end_by_notice(agreement_id: str, children: Sequence[tables.Agreement]) -> date | None:
    """The last day that a signed notice leaves a convention, None when nobody gave any."""
    return min(
        (
            child.last_day
            for child in children
            if child.parent_id == agreement_id
            and child.kind == "denonciation"
            and child.state in SIGNED
        ),
        default=None,
    )


def _contract(data: Mapping[str, Any] | None) -> Contract | None:
    if data is None:
        return None
    contract = ContratSuivi.model_validate(data)
    return Contract(contract.nature, contract.debut, contract.dernier_jour)


def _state(data: Mapping[str, Any] | None) -> StateConvention | None:
    if data is None:
        return None
    state = ConventionEtat.model_validate(data)
    return StateConvention(
        state.numero, state.debut, state.fin, frozenset(state.objets), state.effectif_prevu
    )


def _capacities(contacts: Sequence[Mapping[str, Any]]) -> tuple[Capacity, ...]:
    found = []
    for contact in contacts:
        if contact.get("pouvoir"):
            power = Pouvoir.model_validate(contact["pouvoir"])
            found.append(Capacity(contact["courriel"], power.reference or "", power.fin))
    return tuple(found)
