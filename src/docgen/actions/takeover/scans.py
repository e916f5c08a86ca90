"""Scans of what was signed before docgen: kept as they are, saying nothing of any signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.takeover.sheets import Row
from docgen.documents.counting import pages_of_anything
from docgen.errors import Broken, Finding, InvalidData, Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import ledger

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 200
WHAT = (
    "Numérisation d’un document conclu avant docgen, reçue telle quelle : docgen n’a vu personne "
    "le signer et n’y a contrôlé aucune signature."
)


@dataclass(frozen=True)
class Paper:
    """A scan: its bytes and its number of pages."""

    content: bytes
    pages: int


class Papers:
    """The scans of a folder by their file name: how to read each, one at a time in memory."""

    def __init__(self, files: Mapping[str, Callable[[], bytes]]) -> None:
        self._files = files

    def get(self, name: str) -> Paper:
        """The scan of that name. Raises KeyError, or InvalidData with the reason."""
        return paper(self._files[name]())

    def missing(self, rows: Sequence[Row]) -> Iterator[Finding]:
        """What is wrong with the scans that rows name."""
        for row in rows:
            name = row.get("scan")
            if name is None:
                continue
            if name not in self._files:
                message = "ce fichier n’est pas dans le dossier donné par --scans."
                yield row.finding("scan", message)
                continue
            try:
                self.get(name)
            except InvalidData as error:
                yield row.finding("scan", error.findings[0].message)


def paper(content: bytes) -> Paper:
    """A scan that may be kept. Raises InvalidData: not a PDF, or too large."""
    most = MOST_BYTES // (1024 * 1024)
    if len(content) > MOST_BYTES:
        raise _wrong(f"ce PDF dépasse {most} Mo ; le numériser en 200 points par pouce.")
    try:
        pages = pages_of_anything(content)
    except Broken as error:
        raise _wrong("ce fichier n’est pas un PDF lisible.") from error
    if pages > MOST_PAGES:
        raise _wrong(f"ce PDF a {pages} pages ; au plus {MOST_PAGES}.")
    return Paper(content, pages)


def _wrong(message: str) -> InvalidData:
    return InvalidData([Finding("reprise", "error", "scan", message)])


def attach(database: Database, reference: str, content: bytes, now: datetime) -> bool:
    """Keep a scan with what was taken over; False: it was there. Raises Refused, NotFound."""
    scan = paper(content)
    with database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        if row.state is not Status.REPRIS:
            raise Refused(
                f"{reference} est {row.state.label} : une numérisation ne s’ajoute qu’à un accord "
                "repris. Une signature sur papier se donne par docgen scan."
            )
        return keep_scan(session, row, scan, now)


def keep_scan(session: Session, row: tables.Agreement, scan: Paper, now: datetime) -> bool:
    """Keep it once; True when it was not there."""
    digest = queries.keep(session, scan.content, now, row.id)
    if any(one.sha256 == digest for one in ledger.scans_of(session, [row.id])):
        return False
    session.add(tables.Scan(agreement_id=row.id, sha256=digest, pages=scan.pages, received_at=now))
    facts = {"sha256": digest, "size": len(scan.content), "pages": scan.pages, "what": WHAT}
    queries.append(session, row.id, EventType.SCAN_RECEIVED, now, Actor.OFFICER, facts)
    return True


def scans(database: Database, reference: str) -> list[bytes]:
    """The scans kept with an agreement, in the order they came. Raises NotFound."""
    with database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        return [queries.content(session, one.sha256) for one in ledger.scans_of(session, [row.id])]
