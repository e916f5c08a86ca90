"""Small Word files for these tests, and what is read back from them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.document import Document as Word

from docgen.documents.render import render

FILTERS: dict[str, Callable[..., object]] = {"majuscules": str.upper}


def word(
    *paragraphs: str, title: str = "", change: Callable[[Word], object] | None = None
) -> bytes:
    """A Word file of these paragraphs, in Calibri; `change` may do more to it."""
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled(template: bytes, **context: object) -> Word:
    """The document that a template makes."""
    return Document(io.BytesIO(render(template, context, FILTERS)))


def texts(document: Word) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def repacked(docx: bytes, parts: dict[str, bytes]) -> bytes:
    """The same package with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in package.namelist():
            if name not in parts:
                target.writestr(name, package.read(name))
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()
