"""Agreements put straight into the records, as signed and archived as need be, without a PDF."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import Any

from docgen import agreements
from docgen.agreements.question import question
from docgen.journal import canonical
from docgen.records import tables
from docgen.records.database import Database

_numbers = itertools.count(1)


def row_of(
    data: dict[str, Any],
    reference: str,
    *,
    status: str = "archive",
    parent: tables.Agreement | None = None,
    at: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
) -> tables.Agreement:
    """The row of an agreement of that data."""
    model = agreements.get(data["type"]).model.model_validate(data)
    told = model.model_dump(mode="json")
    asked = question(told)
    number = next(_numbers)
    return tables.Agreement(
        id=f"{number:032x}",
        reference=reference,
        kind=data["type"],
        status=status,
        request_key=hashlib.sha256(f"{number}".encode()).hexdigest(),
        data=canonical(told).decode(),
        company=model.partenaire(),
        person_key=asked.person,
        company_siret=asked.company,
        parent_id=parent.id if parent else None,
        first_day=model.debut,
        last_day=model.fin,
        created_at=at,
        expires_at=at + dt.timedelta(days=30),
    )


def keep(database: Database, *rows: tables.Agreement) -> None:
    """Put rows into the records, parents before children."""
    for row in rows:
        with database.write() as session:
            session.add(row)


def avenant(
    parent: tables.Agreement, data: dict[str, Any], reference: str, **changes: Any
) -> dict[str, Any]:
    """The data of a signed amendment of that agreement: dotted paths, with two underscores."""
    return {
        "type": "avenant",
        "debut": data["debut"],
        "fin": data["fin"],
        "convention": {"reference": parent.reference, "debut": data["debut"], "fin": data["fin"]},
        "type_convention": data["type"],
        "organisation": data["organisation"],
        "entreprise": {
            name: value
            for name, value in data["entreprise"].items()
            if name not in {"activite_principale", "assurance", "convention_collective"}
        },
        "referent": data["referents"]["organisation"],
        "parties": [
            {"role": role, "nom": one["nom"], "prenom": one["prenom"], "qualite": one["fonction"]}
            for role in ("entreprise", "organisation")
            for one in (data[role]["representant"],)
        ],
        "modifications": [
            {"champ": path.replace("__", "."), "apres": value} for path, value in changes.items()
        ],
        "motif": reference,
    }


def denonciation(
    parent: tables.Agreement, data: dict[str, Any], given: str, ends: str
) -> dict[str, Any]:
    """The data of a signed notice, received that day, and the day it ends the convention."""
    return {
        "type": "denonciation",
        "debut": given,
        "fin": ends,
        "convention": {"reference": parent.reference, "debut": data["debut"], "fin": data["fin"]},
        "auteur": "entreprise",
        "nature": "non_reconduction",
        "forme": "lettre_recommandee",
        "preavis": data["preavis"],
        "periode": {"debut": data["debut"], "fin": data["fin"]},
        "organisation": data["organisation"],
        "entreprise": {
            name: value
            for name, value in data["entreprise"].items()
            if name not in {"activite_principale", "assurance", "convention_collective"}
        },
        "referents": data["referents"],
    }
