"""Pages: pictures with their signatures, words, and the places of captions."""

from __future__ import annotations

import io
import threading

import pytest
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from docgen.documents.convert import Converter
from docgen.documents.pages import locate, page_count, page_image, page_text
from docgen.errors import Broken, NotFound
from tests.documents.words import word

CAPTION = "Cadre de signature n°\u00a0{}"


def pages(document: Word) -> None:
    document.add_paragraph(CAPTION.format(1) + " est annoncé ici.")
    document.add_paragraph(
        "affectif officiel attitude différé"
    ).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    cells = document.add_table(2, 2).rows
    for number, cell in enumerate([*cells[0].cells, *cells[1].cells], 1):
        cell.text = CAPTION.format(number if number < 4 else 12)


@pytest.fixture(scope="module")
def pdf(office: Converter) -> bytes:
    """Two pages: the captions are announced on the first and stand in a table on the second."""
    return office.to_pdf(word("Première page.", change=pages))


def drawn(size: tuple[float, float], widget: bool = False) -> bytes:
    """A blank page, with a black square as the appearance of a signature field if asked."""
    document = Pdf.new()
    document.add_blank_page(page_size=size)
    if widget:
        square = document.make_stream(b"0 g 0 0 72 72 re f", BBox=[0, 0, 72, 72])
        square.Type, square.Subtype = Name.XObject, Name.Form
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T="Signature_1",
                F=4,
                Rect=[72, 72, 144, 144],
                AP=Dictionary(N=square),
                P=document.pages[0].obj,
            )
        )
        document.pages[0].Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.slow
def test_pages_are_counted_drawn_and_read(pdf: bytes) -> None:
    assert page_count(pdf) == 2
    picture = Image.open(io.BytesIO(page_image(pdf, 0, dpi=72)))
    assert (picture.format, picture.size) == ("PNG", (612, 792))
    text = page_text(pdf, 0)
    assert text.splitlines()[0] == "Première page."
    assert "affectif officiel attitude différé" in text


@pytest.mark.slow
def test_the_last_place_of_each_caption_is_found_whatever_its_spaces(pdf: bytes) -> None:
    places = locate(pdf, [CAPTION.format(n) for n in (1, 2, 3, 12)])
    first, second, third, twelfth = places.values()
    assert {place.page for place in places.values()} == {1}
    assert first.left < second.left
    assert first.bottom == pytest.approx(second.bottom, abs=1)
    assert third.top < first.bottom
    assert twelfth.left == pytest.approx(second.left, abs=1)
    assert 80 < first.right - first.left < 150
    assert 5 < first.top - first.bottom < 20
    assert locate(pdf, ["Cadre de\u202fsignature n°\n1"]) == {
        "Cadre de\u202fsignature n°\n1": first
    }


@pytest.mark.slow
def test_a_phrase_on_an_earlier_page_is_found_through_its_ligatures(pdf: bytes) -> None:
    place = locate(pdf, ["affectif officiel attitude différé"]).popitem()[1]
    assert place.page == 0
    assert place.right - place.left > 100


@pytest.mark.slow
@pytest.mark.parametrize("phrase", [CAPTION.format(4), "adre de signature n° 1", ""])
def test_a_missing_caption_is_named(pdf: bytes, phrase: str) -> None:
    with pytest.raises(Broken, match=f"« {phrase} »"):
        locate(pdf, [CAPTION.format(1), phrase])


def test_a_visible_signature_is_on_the_picture() -> None:
    with_field = Image.open(io.BytesIO(page_image(drawn((200, 200), widget=True), 0, dpi=72)))
    without = Image.open(io.BytesIO(page_image(drawn((200, 200)), 0, dpi=72)))
    assert with_field.convert("L").getpixel((100, 92)) == 0
    assert without.convert("L").getpixel((100, 92)) == 255


def test_a_giant_page_is_drawn_smaller() -> None:
    picture = Image.open(io.BytesIO(page_image(drawn((14_400, 14_400)), 0)))
    assert picture.width == picture.height
    assert picture.width * picture.height <= 20_100_000


def test_a_page_that_does_not_exist_is_not_found() -> None:
    pdf = drawn((200, 200))
    for index in (-1, 1):
        with pytest.raises(NotFound):
            page_image(pdf, index)
        with pytest.raises(NotFound):
            page_text(pdf, index)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"du texte", drawn((9, 9))[:200]])
def test_what_is_no_pdf_is_told(pdf: bytes) -> None:
    for act in (page_count, lambda pdf: page_image(pdf, 0), lambda pdf: locate(pdf, ["a"])):
        with pytest.raises(Broken):
            act(pdf)


def test_threads_may_draw_at_once() -> None:
    pdf = drawn((400, 400), widget=True)
    expected = page_image(pdf, 0)
    pictures: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: pictures.extend(page_image(pdf, 0) for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pictures == [expected] * 40
