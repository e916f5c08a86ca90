"""Keep what the organisation knows of itself, companies and people: sheets, edition by edition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docgen.agreements.reading import read
from docgen.agreements.sheets import SHEETS, FicheBeneficiaire, read_sheet
from docgen.errors import NotFound
from docgen.journal import canonical
from docgen.records import queries
from docgen.records.database import Database


@dataclass(frozen=True)
class Registered:
    """A sheet on record: its kind, what a person calls it, and its edition, from 1."""

    kind: str
    label: str
    edition: int


def register_sheet(database: Database, content: bytes, now: datetime, name: str) -> Registered:
    """Read a sheet and keep it as the latest edition. Raises InvalidData; nothing is kept then."""
    sheet = read_sheet(read(content, name), name)
    data = sheet.model_dump(mode="json")
    kind = str(data["type"])
    with database.write() as session:
        queries.hold_register(session)
        edition = queries.add_sheet(
            session, kind, sheet.cle(), sheet.libelle(), canonical(data).decode(), now
        )
        if isinstance(sheet, FicheBeneficiaire):
            queries.meet(session, sheet.cle(), sheet.nom, sheet.prenom, sheet.date_naissance)
    return Registered(kind, sheet.libelle(), edition)


def known_sheets(database: Database | None, kind: str | None = None) -> list[dict[str, Any]]:
    """The latest edition of each sheet; the shape of `docgen registry --json`. Raises NotFound."""
    if kind is not None and kind not in SHEETS:
        raise NotFound("Le type de fiche", kind)
    if database is None:
        return []
    with database.read() as session:
        return [
            {
                "type": one.kind,
                "label": one.label,
                "edition": one.edition,
                "recorded_at": one.created_at,
                "data": json.loads(one.data),
            }
            for one in queries.sheets(session, kind)
        ]
