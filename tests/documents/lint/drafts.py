"""Small templates for the check: whole and clean, but for what a test puts in."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import _Cell

from docgen.agreements.base import Agreement
from docgen.agreements.pmsmp import Pmsmp
from docgen.documents.lint import Flaw, check
from docgen.documents.slim import slim
from docgen.french import FILTERS
from tests.documents.words import word

SIGNATURES = (
    "{%p for signataire in signataires %}",
    "{{ signataire.cadre }}",
    "{%p endfor %}",
    "Cachet de clôture de l’organisation",
)
Change = Callable[[Word], object]


def draft(
    *paragraphs: str, change: Change | None = None, signatures: tuple[str, ...] = SIGNATURES
) -> bytes:
    """A template of these paragraphs, in French and in Carlito, then the signature boxes."""
    document = Document(io.BytesIO(_sheet()))
    for text in (*paragraphs, *signatures):
        document.add_paragraph(text)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def _sheet() -> bytes:
    """An empty document, without the hundred styles of python-docx: it is read a thousand times."""
    return slim(word(change=lambda document: speak(document, "fr-FR")))


def speak(document: Word, language: str) -> None:
    """Set the document's language."""
    run = document.styles.element.find(qn("w:docDefaults")).find(".//" + qn("w:rPr"))
    run.find(qn("w:lang")).set(qn("w:val"), language)


def flaws(docx: bytes, model: type[Agreement] | None = Pmsmp) -> tuple[Flaw, ...]:
    """Every flaw but the required fields that these small templates leave out."""
    found = check(docx, model, FILTERS)
    return tuple(flaw for flaw in found if flaw.rule != "champ-absent")


def rules(docx: bytes, model: type[Agreement] | None = Pmsmp) -> set[str]:
    return {flaw.rule for flaw in flaws(docx, model)}


def only(docx: bytes, rule: str, model: type[Agreement] | None = Pmsmp) -> Flaw:
    """The one flaw of a template, which must be of that rule."""
    found = flaws(docx, model)
    assert [flaw.rule for flaw in found] == [rule], [flaw.sentence() for flaw in found]
    return found[0]


def appended(xml: str) -> Change:
    """Put a paragraph, a table … of raw XML before the document's first paragraph."""
    names = nsdecls("w", "r", "wp", "a", "pic") + (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    )

    def put(document: Word) -> None:
        name, _, rest = xml.partition(">")
        slash = "/" if name.endswith("/") else ""
        element = parse_xml(f"{name.removesuffix('/')} {names}{slash}>{rest}")
        document.element.body.insert(0, element)

    return put


def cells(*rows: tuple[str, ...]) -> Change:
    """A table before the first paragraph."""

    def put(document: Word) -> None:
        table = document.add_table(len(rows), len(rows[0]))
        document.element.body.insert(0, table._tbl)
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                _fill(cell, text)

    return put


def _fill(cell: _Cell, text: str) -> None:
    first, *others = text.split("\n")
    cell.paragraphs[0].text = first
    for other in others:
        cell.add_paragraph(other)


def run(text: str, properties: str = "") -> str:
    """A run of raw XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> Change:
    return appended(f"<w:p>{''.join(runs)}</w:p>")


def named(cases: Sequence[tuple[Any, ...]]) -> list[str]:
    """A name for each case: its rule and its number."""
    return [f"{number}-{case[0]}" for number, case in enumerate(cases, 1)]
