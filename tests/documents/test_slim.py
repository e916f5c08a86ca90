"""Slimming: what goes, what stays, and pages that do not move."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from PIL import Image

from docgen.documents.compare import seen_difference
from docgen.documents.convert import Converter
from docgen.documents.slim import slim
from docgen.errors import Broken
from tests.documents.words import repacked, texts, word

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("template.docx"))


def names(docx: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return set(package.namelist())


def styles(docx: bytes) -> set[str]:
    return {style.name for style in Document(io.BytesIO(docx)).styles}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name)
def test_slimming_halves_a_template_and_doing_it_again_changes_nothing(path: Path) -> None:
    given = path.read_bytes()
    light = slim(given)
    assert len(light) < len(given) * 0.6
    assert slim(light) == light
    assert texts(Document(io.BytesIO(light))) == texts(Document(io.BytesIO(given)))
    with zipfile.ZipFile(io.BytesIO(light)) as package:
        assert b"latentStyles" not in package.read("word/styles.xml")
    left = {"word/stylesWithEffects.xml", "docProps/thumbnail.jpeg", "customXml/item1.xml"}
    assert names(light) & left == set()


def test_the_styles_in_use_stay_with_all_they_lead_to() -> None:
    def styled(document: Word) -> None:
        document.add_paragraph("a", style="Heading 3")
        document.add_paragraph("b", style="List Bullet 2")
        document.add_table(1, 1, style="Light Grid Accent 1")
        document.sections[0].footer.paragraphs[0].style = "Quote"
        document.styles["Heading 3"].base_style = document.styles["Subtitle"]

    kept = styles(slim(word("x", change=styled)))
    assert {"Normal", "Heading 3", "Subtitle", "List Bullet 2", "Quote", "Table Grid"} - kept == {
        "Table Grid"
    }
    assert "Light Grid Accent 1" in kept
    assert "Intense Quote" not in kept
    # Heading 3 leads to its character style.
    assert "Heading 3 Char" in kept


def lists(docx: bytes) -> tuple[int, int]:
    """How many lists a document holds, and how many shapes of lists."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        told = package.read("word/numbering.xml").decode()
    return len(re.findall("<w:num ", told)), len(re.findall("<w:abstractNum ", told))


def test_a_list_in_use_stays_with_its_shape_and_its_style_and_the_others_go() -> None:
    bulleted = word("x", change=lambda document: document.add_paragraph("b", style="List Bullet"))
    assert lists(bulleted) == (9, 9)
    light = slim(bulleted)
    assert lists(light) == (1, 1)
    # "List Bullet 2" was named by a list that nobody uses.
    assert {"List Bullet"} == {name for name in styles(light) if name.startswith("List ")}
    assert lists(slim(word("x"))) == (0, 0)


def test_a_list_named_by_a_paragraph_alone_leads_to_the_style_of_its_levels() -> None:
    def numbered(document: Word) -> None:
        document.add_paragraph("a")._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/>'
                f'<w:numId w:val="{of_bullets}"/></w:numPr>'
            )
        )

    style = Document(io.BytesIO(word("x"))).styles["List Bullet"]
    of_bullets = style.element.pPr.numPr.numId.val
    light = slim(word("x", change=numbered))
    assert lists(light) == (1, 1)
    assert "List Bullet" in styles(light)


def test_a_table_of_contents_keeps_the_styles_it_will_be_made_of() -> None:
    def contents(document: Word) -> None:
        run = document.paragraphs[0].add_run()._r
        run.append(
            parse_xml(f'<w:instrText {nsdecls("w")}> TOC \\t "Intense Quote;1" </w:instrText>')
        )

    kept = styles(slim(word("x", change=contents)))
    assert {"Heading 1", "Heading 9", "Intense Quote"} <= kept
    assert "Heading 9" not in styles(slim(word("x")))


def test_the_names_of_people_and_words_editing_notes_go_but_the_title_stays() -> None:
    def edited(document: Word) -> None:
        document.core_properties.author = "Samira Benali"
        document.core_properties.last_modified_by = "Luc Petit"
        document.core_properties.subject = "Objet"
        document.paragraphs[0]._p.set(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}rsidR", "00A1B2C3"
        )
        document.paragraphs[0]._p.append(parse_xml(f"<w:proofErr {nsdecls('w')} w:type='x'/>"))

    light = slim(word("x", title="Titre", change=edited))
    properties = Document(io.BytesIO(light)).core_properties
    assert (properties.title, properties.subject) == ("Titre", "Objet")
    assert (properties.author, properties.last_modified_by) == ("", "")
    with zipfile.ZipFile(io.BytesIO(light)) as package:
        whole = b"".join(package.read(name) for name in package.namelist())
    for word_ in (b"Samira", b"Luc Petit", b"rsidR", b"proofErr", b"<Company>"):
        assert word_ not in whole


def test_a_picture_that_nothing_shows_goes_and_one_that_is_shown_stays() -> None:
    picture = io.BytesIO()
    Image.new("1", (9, 9)).save(picture, "PNG")

    def put(document: Word) -> None:
        document.add_picture(picture, width=Cm(1))

    shown = word("x", change=put)
    assert "word/media/image1.png" in names(slim(shown))

    def taken_out(document: Word) -> None:
        put(document)
        body = document.element.body
        body.remove(document.paragraphs[-1]._p)

    assert "word/media/image1.png" not in names(slim(word("x", change=taken_out)))


def test_custom_xml_stays_for_the_controls_that_read_it() -> None:
    def bound(document: Word) -> None:
        document.element.body.insert(
            0,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr><w:dataBinding w:xpath='/a'/></w:sdtPr>"
                "<w:sdtContent><w:p/></w:sdtContent></w:sdt>"
            ),
        )

    assert "customXml/item1.xml" in names(slim(word("x", change=bound)))
    assert "customXml/item1.xml" not in names(slim(word("x")))


def test_what_is_no_word_document_is_refused() -> None:
    for bytes_ in (b"", b"PK", repacked(word("x"), {"word/document.xml": b"<a"})):
        with pytest.raises(Broken, match="Word"):
            slim(bytes_)


@pytest.mark.slow
def test_the_first_difference_of_two_documents_is_named(office: Converter) -> None:
    one = office.to_pdf(word("a", "b"))
    assert seen_difference(one, office.to_pdf(slim(word("a", "b")))) == ""
    assert seen_difference(one, office.to_pdf(word("a", "c"))) == "le texte de la page 1"
    bold = word("a", change=lambda document: document.add_paragraph().add_run("b"))
    assert seen_difference(one, office.to_pdf(bold)) == ""

    def emphasis(document: Word) -> None:
        document.add_paragraph().add_run("b").underline = True

    assert seen_difference(one, office.to_pdf(word("a", change=emphasis))) == (
        "le dessin de la page 1, au même texte"
    )
    longer = office.to_pdf(word("a", *"b" * 100))
    assert "pages au lieu de 1" in seen_difference(one, longer)
