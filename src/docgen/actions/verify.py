"""Check a document, a dossier or an agreement: bytes, journal, signatures, timestamps, level.

A PDF alone is judged by what it holds: a signature field left empty means an earlier revision. When
this installation knows the agreement, its recorded hash settles what PAdES can't see (bytes flipped
in the padding of a signature, a whole revision cut off).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docgen import journal
from docgen.actions.paper import CLOSING_FIELD, DATA_NAME
from docgen.actions.ports import Ports
from docgen.archive.check import check_dossier
from docgen.archive.check import export as export_objects
from docgen.documents.finish import attachments
from docgen.errors import Broken, DocgenError, NotFound, Refused
from docgen.lifecycle import Status
from docgen.records import queries
from docgen.signing.verify import Report

SIGNED_NAME = "convention-signee.pdf"
EVIDENCE_NAME = "dossier-de-preuve.pdf"
JOURNAL_NAME = "journal.json"
MANIFEST_NAME = "manifeste.json"


@dataclass(frozen=True)
class Verdict:
    """What was checked, in French, and every problem found."""

    path: str
    reference: str
    signatures: Report | None
    checked: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems


def verify(ports: Ports, path: str, now: datetime) -> Verdict:
    """Check a PDF file, an exported dossier's folder, or an archived agreement by its number.

    Raises NotFound when there is nothing of that name.
    """
    place = Path(path)
    if place.is_dir():
        return _verify_folder(ports, place, now)
    if place.is_file():
        return _verify_pdf(ports, path, place.read_bytes(), now)
    return _verify_archived(ports, path, now)
