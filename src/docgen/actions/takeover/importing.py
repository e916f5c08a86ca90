"""Take a workbook over: all of it in one transaction, or nothing, with every fault said.

Idempotent by the number of origin: what is there already with the same words is left alone; with
other words it is refused, since what figures and rules rested on must not change in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from docgen.actions.around import request_key
from docgen.actions.takeover.data import partnership_data, stay_data
from docgen.actions.takeover.judged import identity, judge_rows
from docgen.actions.takeover.scans import Papers, keep_scan
from docgen.actions.takeover.sheets import Row, read_sheets
from docgen.agreements.identity import person_key
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS
from docgen.indicators.extracts import bilan_extract, extract_of
from docgen.journal import EventType, canonical
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import figures, ledger
from docgen.spreadsheets import read_book

PREFIXES = {"PMSMP": "PMSMP", "Conventions": "CP"}
SOURCE = "reprise du passé"


@dataclass(frozen=True)
class Taken:
    """One row that is, or would be, on record. `new`: it was not there; `number`: of origin."""

    sheet: str
    row: int
    number: str
    reference: str
    new: bool


@dataclass
class Takeover:
    """What came of a file: rows taken, and what is to be looked at without stopping anything."""

    taken: list[Taken] = field(default_factory=list)
    notices: tuple[Finding, ...] = ()
    scans: int = 0
    dry_run: bool = False

    @property
    def added(self) -> int:
        return sum(one.new for one in self.taken)


def take_over(
    database: Database,
    content: bytes,
    now: datetime,
    new_id: Callable[[], str],
    name: str = "",
    papers: Papers | None = None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    dry_run: bool = False,
) -> Takeover:
    """Take over the conventions and PMSMP of a workbook; `told` hears (rows done, all).

    `papers` finds the scans that rows name. Raises InvalidData with every fault and its cell.
    """
    sheets = read_sheets(read_book(content, name))
    today = now.astimezone(PARIS).date()
    findings = [*sheets.findings, *judge_rows(sheets.rows, today)]
    if papers is not None or any(row.get("scan") for row in sheets.rows):
        findings += (papers or Papers({})).missing(sheets.rows)
    _refuse(findings, name)
    if not sheets.rows:
        message = "aucune ligne remplie : rien à reprendre."
        raise InvalidData([Finding("reprise", "error", "", message)], name)
    result = Takeover(
        notices=tuple(one for one in findings if one.level != "error"), dry_run=dry_run
    )
    source = hashlib.sha256(content).hexdigest()
    with database.read() if dry_run else database.write() as session:
        if not dry_run:
            queries.hold_register(session)
        work = _Work(session, now, new_id, source, papers or Papers({}), result)
        ordered = _parents_first(sheets.rows)
        for count, row in enumerate(ordered, 1):
            work.take(row)
            told(count, len(ordered))
        _refuse(work.findings, name)
    return result


def _refuse(findings: Sequence[Finding], name: str) -> None:
    wrong = [one for one in findings if one.level == "error"]
    if wrong:
        raise InvalidData(wrong, name)


def _parents_first(rows: Sequence[Row]) -> list[Row]:
    """Conventions, then PMSMP, then renewals; in the order of the file otherwise."""
    return sorted(rows, key=lambda row: (row.sheet != "Conventions", bool(row.get("renouvelle"))))


class _Work:
    """One pass over the rows, in one transaction."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        new_id: Callable[[], str],
        source: str,
        papers: Papers,
        result: Takeover,
    ) -> None:
        self._session, self._now, self._new_id = session, now, new_id
        self._source, self._papers, self._result = source, papers, result
        self._met: dict[str, tables.Agreement | None] = {}
        self.findings: list[Finding] = []

    def take(self, row: Row) -> None:
        key = key_of(row.sheet, identity(row))
        known = queries.live_request(self._session, key)
        renewed = self._renewed(row)
        if row.get("renouvelle") and renewed is None:
            return
        data = self._data(row, renewed)
        self._met[key] = known
        if known is not None:
            self._compare(row, known, data)
        else:
            self._met[key] = self._add(row, key, data, renewed)
        found = self._met[key]
        reference = found.reference if found is not None else ""
        number = str(row.get("numero"))
        taken = Taken(row.sheet, row.number, number, reference, known is None)
        self._result.taken.append(taken)
        if found is not None and not self._result.dry_run and (scan := row.get("scan")):
            paper = self._papers.get(scan)
            self._result.scans += keep_scan(self._session, found, paper, self._now)

    def _renewed(self, row: Row) -> tables.Agreement | None:
        """The PMSMP that a row renews; a finding when it is nowhere, or not that person's."""
        number = row.get("renouvelle")
        if number is None:
            return None
        key = key_of("PMSMP", " ".join(str(number).casefold().split()))
        parent = self._met.get(key) or queries.live_request(self._session, key)
        if parent is None:
            message = f"aucune PMSMP de numéro « {number} », ni dans cette feuille ni déjà reprise."
            self.findings.append(row.finding("renouvelle", message))
            return None
        person = person_key(
            row.get("nom"), row.get("prenom"), row.get("date_naissance").isoformat()
        )
        if parent.person_key != person or parent.company_siret != row.get("siret"):
            message = f"« {number} » est une PMSMP d’une autre personne, ou d’une autre entreprise."
            self.findings.append(row.finding("renouvelle", message))
            return None
        if row.get("debut") <= parent.last_day:
            message = (
                f"un renouvellement suit la PMSMP qu’il renouvelle (finie le "
                f"{parent.last_day:%d/%m/%Y})."
            )
            self.findings.append(row.finding("debut", message))
            return None
        return parent

    def _data(self, row: Row, renewed: tables.Agreement | None) -> dict[str, Any]:
        if row.sheet == "Conventions":
            return partnership_data(row)
        link = None
        if renewed is not None:
            link = {
                "reference": renewed.reference,
                "debut_initial": renewed.first_day.isoformat(),
                "fin_initiale": renewed.last_day.isoformat(),
            }
        return stay_data(row, link)

    def _compare(self, row: Row, known: tables.Agreement, data: Mapping[str, Any]) -> None:
        before = json.loads(known.data)
        changed = sorted(
            name for name in before.keys() | data.keys() if before.get(name) != data.get(name)
        )
        if changed:
            message = (
                f"« {row.get('numero')} » est déjà repris ({known.reference}) avec d’autres "
                f"données ({', '.join(changed)}). Pour les remplacer : docgen cancel "
                f"{known.reference} --motif « … », puis reprendre."
            )
            self.findings.append(row.finding("numero", message))

    def _add(
        self, row: Row, key: str, data: dict[str, Any], renewed: tables.Agreement | None
    ) -> tables.Agreement:
        kind = data["type"]
        found = tables.Agreement(
            id=self._new_id(),
            reference=f"nouveau-{row.sheet}-{row.number}",
            kind=kind,
            status=Status.REPRIS,
            request_key=key,
            data=canonical(data).decode(),
            company=row.get("entreprise"),
            company_siret=row.get("siret"),
            parent_id=renewed.id if renewed else None,
            first_day=row.get("debut"),
            last_day=row.get("terminee_le") or row.get("fin"),
            created_at=self._now,
            expires_at=self._now,
        )
        person = data.get("beneficiaire")
        if person:
            born = row.get("date_naissance")
            found.person_key = person_key(person["nom"], person["prenom"], born.isoformat())
        if self._result.dry_run:
            return found
        found.reference = self._reference(row, renewed)
        self._session.add(found)
        self._session.flush()
        if person and found.person_key:
            names = (person["nom"], person["prenom"])
            queries.meet(self._session, found.person_key, *names, row.get("date_naissance"))
        if extract := extract_of(kind, data):
            figures.keep_extract(self._session, found.id, extract)
        if bilan := data.get("bilan"):
            figures.keep_extract(self._session, found.id, bilan_extract(bilan))
        self._hire(row, found)
        facts = {
            "reference": found.reference,
            "kind": kind,
            "data_sha256": request_key(data),
            "file_sha256": self._source,
            "sheet": row.sheet,
            "row": row.number,
        }
        queries.append(
            self._session, found.id, EventType.TAKEN_OVER, self._now, Actor.OFFICER, facts
        )
        return found

    def _reference(self, row: Row, renewed: tables.Agreement | None) -> str:
        if renewed is not None:
            stem = f"{renewed.reference}-R"
            return f"{stem}{queries.next_number(self._session, stem, 0)}"
        prefix, year = f"REPRIS-{PREFIXES[row.sheet]}", row.get("debut").year
        return f"{prefix}-{year}-{queries.next_number(self._session, prefix, year):04d}"

    def _hire(self, row: Row, found: tables.Agreement) -> None:
        start, person = row.get("embauche_le"), found.person_key
        if start is None or person is None or ledger.same_hire(self._session, person, start):
            return
        at_host = row.get("chez_l_hote") == "oui"
        self._session.add(
            tables.LoggedHire(
                id=self._new_id(),
                person_key=person,
                # Elsewhere, nobody said where.
                company_siren=row.get("siret")[:9] if at_host else "",
                company=row.get("entreprise") if at_host else "",
                contract=row.get("contrat"),
                start=start,
                agreement_id=found.id,
                source=f"{SOURCE}, {row.get('numero')}",
                recorded_at=self._now,
            )
        )


def key_of(sheet: str, number: str) -> str:
    """What a row is for good: its sheet and its number of origin."""
    return hashlib.sha256(canonical({"reprise": sheet, "numero": number})).hexdigest()
