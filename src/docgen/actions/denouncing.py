"""Prepare the notice that ends a partnership convention, and say which deadline it meets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from docgen import agreements
from docgen.actions.around import Law, look_around
from docgen.actions.renewing import Draft, old_one
from docgen.agreements.denonciation import Denonciation
from docgen.agreements.periods import current_period
from docgen.agreements.reading import Source
from docgen.deadlines.convention import POSTING_DAYS
from docgen.deadlines.due import working_days_after
from docgen.errors import Refused
from docgen.records.database import Database


@dataclass(frozen=True)
class NoticeDraft:
    """A notice prepared: the day it is received, the deadline it meets or not, what it ends."""

    draft: Draft
    received: date
    deadline: date | None
    in_time: bool
    ends: date


def denounce(
    database: Database,
    reference: str,
    today: date,
    law: Law,
    *,
    auteur: Literal["organisation", "entreprise"] = "organisation",
    nature: Literal["non_reconduction", "resiliation"] | None = None,
    received: date | None = None,
    motif: str | None = None,
) -> NoticeDraft:
    """A notice prepared, and the deadline it meets.

    `received` None: the day the convention's form of sending takes it to arrive. Raises NotFound,
    Refused (no partnership, or nothing left to end).
    """
    with database.read() as session:
        old = old_one(session, reference, today)
        if old.row.kind != "partenariat":
            raise Refused(f"{reference} n’est pas une convention de partenariat : rien à dénoncer.")
        forme = old.data["preavis"]["forme"]
        if received is None:
            by_post = forme == "lettre_recommandee"
            received = working_days_after(today, POSTING_DAYS) if by_post else today
        model = agreements.get("partenariat").model.model_validate(old.data)
        period = current_period(model, received, old.denounced)
        data: dict[str, Any] = {
            "type": "denonciation",
            "convention": reference,
            "debut": received.isoformat(),
            "auteur": auteur,
            "nature": nature or ("non_reconduction" if period.notice else "resiliation"),
            "forme": forme,
        }
        if motif:
            data["motif"] = motif
        source, context = look_around(session, Source(data), today, law)
        checked = agreements.check(source, today, context)
    told = checked.agreement
    ends = date.fromisoformat(source.data["fin"])
    draft = Draft("denonciation", reference, data, (), checked.findings, checked.valid)
    in_time = period.notice is None or received <= period.notice
    if isinstance(told, Denonciation):
        in_time = told.dans_le_delai()
    return NoticeDraft(draft, received, period.notice, in_time, ends)
