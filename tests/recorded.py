"""Agreements put straight on record, as signing would have left them: for what reads many."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.agreements.question import question
from docgen.indicators.extracts import extract_of
from docgen.journal import canonical
from docgen.records import queries, tables
from docgen.records.queries import figures
from tests.samples import BILAN, NOW, PMSMP, changed

SIREN = "356000000"
SIRET = "35600000000048"


def record(
    session: Session,
    data: dict[str, Any],
    reference: str,
    *,
    status: str = "archive",
    parent: str | None = None,
    extracted: bool = True,
    sent: dt.datetime | None = None,
    signed: dt.datetime | None = None,
) -> str:
    """One agreement of that data; its id. `parent`: the number of the one it hangs on."""
    asked = question(data)
    row = tables.Agreement(
        id=hashlib.sha256(reference.encode()).hexdigest()[:32],
        reference=reference,
        kind=data["type"],
        status=status,
        request_key=hashlib.sha256(f"{reference}{status}".encode()).hexdigest(),
        data=canonical(data).decode(),
        company=data["entreprise"]["raison_sociale"],
        person_key=asked.person,
        company_siret=asked.company,
        parent_id=queries.agreement_by_reference(session, parent).id if parent else None,
        first_day=dt.date.fromisoformat(data["debut"]),
        last_day=dt.date.fromisoformat(data["fin"]),
        created_at=NOW,
        expires_at=NOW,
    )
    if signed is not None:
        row.signers = [
            tables.Signer(
                id=hashlib.sha256(f"{reference}-1".encode()).hexdigest()[:32],
                rank=1,
                role="entreprise",
                name="Jean Dupont",
                capacity="gérant",
                email="jean@dupont.example.org",
                field="Signature_1_entreprise",
                turn=1,
                invited_at=sent,
                signed_at=signed,
            )
        ]
    session.add(row)
    session.flush()
    if asked.person:
        person = data["beneficiaire"]
        born = dt.date.fromisoformat(person["date_naissance"])
        queries.meet(session, asked.person, person["nom"], person["prenom"], born)
    if extracted and (extract := extract_of(data["type"], data)):
        figures.keep_extract(session, row.id, extract)
    return row.id


def stay(first: str, last: str, person: str = "Fatou", **more: Any) -> dict[str, Any]:
    """A PMSMP of those days, of that given name."""
    plain = agreements.get("pmsmp").model.model_validate(PMSMP).model_dump(mode="json")
    return changed(plain, debut=first, fin=last, beneficiaire__prenom=person, **more)


def bilan_of(data: dict[str, Any], reference: str, **more: Any) -> dict[str, Any]:
    """The bilan of that PMSMP: done to the end, nothing after, unless `more` says otherwise."""
    people = ("organisation", "entreprise", "beneficiaire", "referent", "objet", "metier", "lieu")
    held = {name: data[name] for name in (*people, "horaires", "debut", "fin")}
    link = {"reference": reference, "debut": data["debut"], "fin": data["fin"]}
    own = {key: BILAN[key] for key in ("type", "deroulement", "suite")}
    return {**held, **own, "convention": link, **more}
