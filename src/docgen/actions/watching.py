"""What the records say of one agreement's deadlines: its life, its stay, whom to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.around import Law, amended_data, end_by_notice, look_around
from docgen.actions.paper import words_of
from docgen.agreements.periods import Terms, terms
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.reading import Source
from docgen.deadlines import (
    HORIZON,
    Clause,
    Due,
    Life,
    Stay,
    half_reminders,
    reminders,
    review_reminders,
    stay_reminders,
)
from docgen.errors import Broken
from docgen.lifecycle import Status
from docgen.records import queries, tables

# No reminder is of any use so long after the day it was due.
LOOK_BACK = timedelta(days=200)
# The rules that say no to a renewal, whatever its length; P5 admits a written derogation.
_FORBIDS = frozenset({"P2", "P3", "P4", "P6", "P13"})
_BEGUN = {Status.ENVOYE, *queries.SIGNED}


@dataclass(frozen=True)
class Watched:
    """An agreement as its reminders see it: a stay for a PMSMP, a life for the others.

    `recipient` is the organisation's person in charge, "" when what was taken over names nobody;
    `about` what they know it by.
    """

    row: tables.Agreement
    data: Mapping[str, Any]
    life: Life | None
    stay: Stay | None
    recipient: str
    about: str

    def dues(self, today: date, clause: Clause) -> list[Due]:
        """Its reminders, from those that could still be said to the horizon."""
        if self.stay is not None:
            return stay_reminders(self.stay)
        assert self.life is not None
        since, until = today - LOOK_BACK, today + HORIZON
        found = reminders(self.life, since, until, clause)
        found += review_reminders(self.life, since, until)
        found += half_reminders(self.life, since, until)
        return found

    def followed_by(self, start: date) -> Watched:
        """The same, once the convention that takes its place is known."""
        assert self.life is not None
        return replace(self, life=replace(self.life, next_start=start))


def watched(row: tables.Agreement, children: Sequence[tables.Agreement]) -> Watched:
    """Read an agreement and those that cite it. Raises Broken when its data can't be read."""
    try:
        data = amended_data(row, children)
        if row.kind in PMSMP_KINDS:
            person = data["beneficiaire"]
            return Watched(
                row,
                data,
                None,
                _stay(row, data, children),
                (data.get("referent") or {}).get("courriel", ""),
                # A mail may be read over a shoulder: a first name and a letter are enough here.
                f"{person['prenom']} {person['nom'][:1]}. chez {row.company}",
            )
        life = life_of(row, data, children)
        return Watched(row, data, life, None, _contact(row, data, life), row.company)
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise Broken(
            f"{row.reference} : ses données ne peuvent plus être lues ({type(error).__name__}) ; "
            "ses échéances ne sont pas suivies."
        ) from error


def life_of(
    row: tables.Agreement, data: Mapping[str, Any], children: Sequence[tables.Agreement]
) -> Life:
    """All that was signed about an agreement; `data` with its amendments."""
    # A whole model costs a hundred times the terms of a partnership, and a pass reads thousands.
    agreement = terms(data) if row.kind == "partenariat" else words_of(row, data)
    moved = row.last_day if row.last_day != agreement.fin else None
    return Life(agreement, end_by_notice(row.id, children), moved)


def _contact(row: tables.Agreement, data: Mapping[str, Any], life: Life) -> str:
    if isinstance(life.agreement, Terms):
        named = data.get("referents") if row.state is Status.REPRIS else data["referents"]
        return str(named["organisation"]["courriel"]) if named else ""
    return life.agreement.contact().courriel


def _stay(
    row: tables.Agreement, data: Mapping[str, Any], children: Sequence[tables.Agreement]
) -> Stay:
    begun = {child.kind for child in children if child.state in _BEGUN}
    return Stay(
        first=date.fromisoformat(data["debut"]),
        last=date.fromisoformat(data["fin"]),
        bilan="bilan" in begun or "bilan" in data,
        renewed=not begun.isdisjoint(PMSMP_KINDS),
        taken_over=row.state is Status.REPRIS,
    )


def may_be_renewed(session: Session, one: Watched, today: date, law: Law) -> bool:
    """Whether the law lets a PMSMP be renewed from the day after its end, were it for a day."""
    assert one.stay is not None
    if one.data.get("renouvellement"):
        return False  # P2: once
    day = (one.stay.last + timedelta(days=1)).isoformat()
    renewal = {"reference": one.row.reference, "motif": "Objectifs à poursuivre"}
    asked = {"type": "renouvellement", "debut": day, "fin": day, "renouvellement": renewal}
    # The register is not asked whether the company still stands: that would be the world's delay.
    source, context = look_around(session, Source(asked), today, Law(law.reading))
    found = agreements.check(source, today, context).findings
    return not any(one.level == "error" and one.rule in _FORBIDS for one in found)


def taken_over_on(
    one: Watched, others: Sequence[tables.Agreement], end: date, slack: timedelta
) -> date | None:
    """First day of the signed convention with the same company that follows, if one does."""
    return next(
        (
            other.first_day
            for other in others
            if other.id != one.row.id
            and (other.company_siret or "")[:9] == (one.row.company_siret or "")[:9]
            and one.row.first_day < other.first_day <= end + slack
            and other.last_day > end
        ),
        None,
    )


def staff(session: Session) -> dict[str, dict[str, Any]]:
    """The sheets of the organisation's advisers, by address."""
    return {one.key: json.loads(one.data) for one in queries.sheets(session, "referent")}


def in_post(address: str, people: Mapping[str, Mapping[str, Any]], today: date) -> str:
    """Who answers for that address today: its deputy once they have left, and so on."""
    met = {address}
    while (sheet := people.get(address)) and sheet.get("en_poste_jusqu_au"):
        deputy = sheet.get("suppleant")
        gone = date.fromisoformat(sheet["en_poste_jusqu_au"]) < today
        if not gone or not deputy or deputy in met:
            break
        address = deputy
        met.add(address)
    return address
