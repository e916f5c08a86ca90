"""What one PDF holds, found without any record: run on bytes that may be hostile.

`docgen.actions.confined` runs this in a process of its own; nothing here needs a key or a database.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from docgen import journal
from docgen.documents.finish import DATA_NAME, JOURNAL_NAME, attachments
from docgen.documents.marks import Marks, marks_of
from docgen.errors import DocgenError
from docgen.signing.report import Report
from docgen.signing.roots import Roots, check_under

# More than any agreement's life writes; a longer one is not read.
MOST_JOURNAL = 4 * 1024 * 1024
MOST_PROBLEMS = 60
LONGEST = 400
T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """A PDF's own facts. `problems` are French sentences, those of `report` included.

    `reference` is the number that the attached data claims; `journal` the attached journal as text,
    empty when there is none, in which case the PDF is no evidence file.
    """

    sha256: str
    size: int
    marks: Marks
    reference: str
    journal: str
    report: Report
    problems: tuple[str, ...]


def examine(pdf: bytes, expected: Sequence[str] | None, roots: Roots, now: datetime) -> Facts:
    """Examine a PDF against the fields that must be signed, when the caller knows them.

    Bytes that are no PDF, or a broken one, give facts like others: nothing is raised of them.
    """
    marks = marks_of(pdf)
    held = {} if marks.encrypted or not marks.readable else _attachments(pdf)
    attached = held.get(JOURNAL_NAME, b"")
    problems = [f"Ce PDF contient {program} : ce qu’il montre peut changer à l’ouverture."
                for program in marks.programs]  # fmt: skip
    if marks.encrypted:
        report = Report((), ())
        problems.append("Ce PDF est protégé par un mot de passe : il ne peut pas être contrôlé.")
    else:
        report = check_under(pdf, expected, now, roots)
    if len(attached) > MOST_JOURNAL:
        problems.append("Le journal joint est trop long : il n’est pas contrôlé.")
        attached = b""
    elif attached:
        problems += journal.verify(attached)
    facts = Facts(
        hashlib.sha256(pdf).hexdigest(),
        len(pdf),
        marks,
        _reference_in(held),
        attached.decode(errors="replace"),
        report,
        (*report.problems, *problems)[:MOST_PROBLEMS],
    )
    return replace(printable(facts), journal=facts.journal)


def unexamined(pdf: bytes, why: str) -> Facts:
    """The facts of a PDF whose examination did not come to its end."""
    digest = hashlib.sha256(pdf).hexdigest()
    return Facts(digest, len(pdf), Marks(readable=False), "", "", Report((), ()), (why,))


def printable(value: T) -> T:
    """The same value, every text in it short and without a character that could act on a screen."""
    made: Any = value
    if isinstance(value, str):
        shown = value if len(value) <= LONGEST else value[:LONGEST] + "…"
        made = "".join("�" if unicodedata.category(c)[0] == "C" else c for c in shown)
    elif isinstance(value, (tuple, list)):
        made = type(value)(printable(inner) for inner in value)
    elif is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: getattr(value, field.name) for field in fields(value)}
        made = replace(value, **{name: printable(inner) for name, inner in kept.items()})
    return made  # type: ignore[no-any-return]


def _attachments(pdf: bytes) -> dict[str, bytes]:
    try:
        return dict(attachments(pdf))
    except (DocgenError, RuntimeError, RecursionError):
        return {}


def _reference_in(held: Mapping[str, bytes]) -> str:
    """The number that the attached data says; empty when there is none."""
    try:
        data = json.loads(held.get(DATA_NAME, b"{}"))
        return str(data.get("reference", "")) if isinstance(data, dict) else ""
    except (ValueError, RecursionError):
        return ""
