"""Compare: where two PDFs part, as a reader would find it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx.document import Document as Word
from pikepdf import Pdf

from docgen.documents.compare import difference
from docgen.documents.convert import Converter
from docgen.documents.finish import finish
from docgen.errors import Broken
from tests.documents.words import word

AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)

pytestmark = pytest.mark.slow


def titled(pdf: bytes) -> bytes:
    with Pdf.open(io.BytesIO(pdf)) as document:
        document.docinfo["/Subject"] = "autre"
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def test_the_first_difference_is_said_as_a_reader_sees_it(office: Converter) -> None:
    pdf = finish(office.to_pdf(word("Une page.")), AT)

    def bold(document: Word) -> None:
        document.add_paragraph().add_run("Une page.").bold = True

    assert difference(pdf, pdf) == ""
    assert difference(pdf, office.to_pdf(word("Une autre."))) == "le texte de la page 1"
    assert "dessin de la page 1" in difference(pdf, office.to_pdf(word(change=bold)))
    assert "l’objet" in difference(pdf, titled(pdf))
    long = word(*["Une page."] * 100)
    assert difference(pdf, office.to_pdf(long)) == "4 pages au lieu de 1"
    with pytest.raises(Broken):
        difference(pdf, b"du texte")
