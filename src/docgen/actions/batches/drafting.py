"""Drafts from a workbook: a person and dates on each row, the rest as in an agreement cited.

Every fault is said with its cell before anything is written. A draft's id follows from its row:
the same workbook again makes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from docgen.actions.around import amended_data
from docgen.actions.drafts import beginning, keeping, reusing
from docgen.actions.ports import Ports
from docgen.actions.takeover.columns import Asked
from docgen.actions.takeover.model import book_of
from docgen.actions.takeover.sheets import Row, read_sheets
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.journal import canonical
from docgen.records import queries, tables
from docgen.spreadsheets import read_book

MOST_ROWS = 500
COLUMNS = (
    Asked("nom", "Nom", required=True),
    Asked("prenom", "Prénom", required=True),
    Asked("date_naissance", "Date de naissance", "date", required=True),
    Asked("courriel", "Courriel", "courriel", width=28),
    Asked("telephone", "Téléphone", width=18),
    Asked("debut", "Premier jour", "date", required=True),
    Asked("fin", "Dernier jour", "date", required=True),
    Asked(
        "comme",
        "Comme l’accord n°",
        required=True,
        hint="Une PMSMP déjà faite ici (PMSMP-2026-0001) : entreprise, tuteur, métier, horaires.",
        width=20,
    ),
)
SHEETS: Mapping[str, tuple[Asked, ...]] = MappingProxyType({"Brouillons": COLUMNS})
MODEL = "repartir du modèle de la page Importer"
_LINES = (
    "Une ligne par personne : un brouillon de PMSMP pour chacune, à relire puis à envoyer.",
    "L’entreprise, le tuteur, le métier et les horaires sont ceux de l’accord cité.",
    "Les colonnes marquées * sont obligatoires. Ni cellules fusionnées, ni formules.",
    "Importer deux fois le même classeur n’ajoute rien.",
    "Données personnelles : effacer ce fichier une fois importé.",
)


@dataclass(frozen=True)
class Drafted:
    """What came of a workbook: drafts made or there already, in one group."""

    group: str
    added: int
    known: int
    notices: list[Finding]


def model_file(at: datetime) -> bytes:
    """The workbook to fill."""
    return book_of("Brouillons de PMSMP", _LINES, SHEETS, at)


def draft_all(
    ports: Ports,
    content: bytes,
    name: str,
    account: str,
    now: datetime,
    told: Callable[[int, int], None],
    *,
    trial: bool,
) -> Drafted:
    """A draft for each row, all of them or none. Raises InvalidData with every fault's cell."""
    sheets = read_sheets(read_book(content, name), SHEETS, "import", MODEL)
    findings = [*sheets.findings, *_judged(sheets.rows)]
    cited: dict[str, dict[str, Any]] = {}
    for row in sheets.rows:
        try:
            words = row.get("comme")
            cited[words] = cited.get(words) or _cited(ports, words)
        except (NotFound, Refused) as error:
            findings.append(row.finding("comme", error.explain()))
    wrong = [one for one in findings if one.level == "error"]
    if not wrong and not sheets.rows:
        wrong.append(Finding("import", "error", "", "aucune ligne remplie : rien à importer."))
    if wrong:
        raise InvalidData(wrong, name)
    by_id = {_id(row): {**cited[row.get("comme")], **_said(ports, row)} for row in sheets.rows}
    group = hashlib.sha256(content).hexdigest()[:32]
    told(0, len(by_id))
    with ports.database.read() if trial else ports.database.write() as session:
        if not trial:
            queries.hold_register(session)
        known = {one for one in by_id if session.get(tables.Draft, one)}
        for draft_id, data in by_id.items():
            if draft_id not in known and not trial:
                keeping.begin_in(session, draft_id, data, account, now, group)
    told(len(by_id), len(by_id))
    return Drafted(group, len(by_id) - len(known), len(known), findings)


def _judged(rows: Sequence[Row]) -> list[Finding]:
    found = []
    if len(rows) > MOST_ROWS:
        message = f"{len(rows)} lignes : {MOST_ROWS} au plus à la fois."
        found.append(Finding("import", "error", "Brouillons", message, allowed=MOST_ROWS))
    seen: dict[str, Row] = {}
    for row in rows:
        if row.get("fin") < row.get("debut"):
            message = f"le dernier jour précède le premier ({row.get('debut'):%d/%m/%Y})."
            found.append(row.finding("fin", message, row.get("debut").isoformat()))
        if twin := seen.get(_id(row)):
            message = f"la même personne, aux mêmes dates, est déjà en ligne {twin.number}."
            found.append(row.finding("nom", message))
        seen.setdefault(_id(row), row)
    return found


def _cited(ports: Ports, words: str) -> dict[str, Any]:
    """What the agreement cited says, without person and dates. Raises NotFound or Refused."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, words.strip())
        data = amended_data(row, queries.children_of(session, [row.id]))
    if row.kind not in PMSMP_KINDS or not data.get("horaires"):
        raise Refused(f"« {words} » n’est pas une PMSMP faite ici : citer une PMSMP.")
    kept = beginning.words_for_another(data, row.kind)
    kept.pop("beneficiaire", None)
    return kept


def _said(ports: Ports, row: Row) -> dict[str, Any]:
    person = {
        key: str(value)
        for key in ("nom", "prenom", "date_naissance", "courriel", "telephone")
        if (value := row.get(key)) is not None
    }
    return {
        "beneficiaire": reusing.person_named(ports, person) or person,
        "debut": row.get("debut").isoformat(),
        "fin": row.get("fin").isoformat(),
    }


def _id(row: Row) -> str:
    """The draft's id: the same row, of any workbook, is the same draft."""
    said = {key: str(value) for key, value in row.values.items()}
    return hashlib.sha256(b"docgen:draft:" + canonical(said)).hexdigest()[:32]
