"""The file itself: what is no Word document, what it must not hold, what was left in it."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Emu
from PIL import Image

from docgen.documents import fontconfig
from docgen.documents.lint import package as packages
from docgen.documents.lint import typefaces
from docgen.errors import Unavailable
from tests.documents.lint.drafts import (
    Change,
    appended,
    draft,
    flaws,
    named,
    only,
    paragraph,
    rules,
    run,
    speak,
)
from tests.documents.words import repacked

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def with_type(kind: str) -> bytes:
    """A draft whose main part claims another content type."""
    docx = draft()
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        types = package.read("[Content_Types].xml").decode()
    return repacked(docx, {"[Content_Types].xml": types.replace(packages.WORD, kind).encode()})


def odt() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<a/>")
    return out.getvalue()


def locked() -> bytes:
    """The flag of a zip with a password, as a reader meets it."""
    docx = bytearray(draft())
    at = docx.rindex(b"PK\x01\x02")
    while at >= 0:
        docx[at + 8] |= 1
        at = docx.rfind(b"PK\x01\x02", 0, at)
    return bytes(docx)


BASE = "application/vnd.openxmlformats-officedocument"
NO_WORD: list[tuple[str, bytes]] = [
    ("fichier-illisible", b""),
    ("fichier-illisible", b"du texte"),
    ("fichier-illisible", draft()[:3000]),
    ("fichier-illisible", repacked(draft(), {"[Content_Types].xml": b"<Types/>"})),
    ("fichier-illisible", repacked(draft(), {"_rels/.rels": b"<Relationships/>"})),
    ("fichier-autre-format", OLE + "WordDocument".encode("utf-16-le")),
    ("fichier-autre-format", b"{\\rtf1 x}"),
    ("fichier-autre-format", b"%PDF-1.7"),
    ("fichier-autre-format", odt()),
    ("fichier-autre-format", with_type("application/vnd.ms-word.document.macroEnabled.main+xml")),
    ("fichier-autre-format", with_type(f"{BASE}.wordprocessingml.template.main+xml")),
    ("fichier-autre-format", with_type(f"{BASE}.spreadsheetml.sheet.main+xml")),
    ("fichier-autre-format", repacked(draft(), {
        "word/document.xml": b'<a xmlns="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'})),
    ("fichier-chiffre", OLE + "EncryptedPackage".encode("utf-16-le")),
    ("fichier-chiffre", locked()),
    ("fichier-trop-gros", repacked(draft(), {"word/media/a.png": bytes(101 * 2**20)})),
    ("fichier-trop-gros", repacked(draft(), {f"word/media/{n}.png": b"" for n in range(2001)})),
    ("xml-illisible", repacked(draft(), {"word/document.xml": b"<w:document"})),
    ("xml-illisible", repacked(draft(), {
        "word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "docx"), NO_WORD, ids=named(NO_WORD))
def test_what_is_no_word_document_is_told_by_its_kind(rule: str, docx: bytes) -> None:
    only(docx, rule)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def linked(kind: str, target: str) -> bytes:
    return draft(
        change=lambda document: document.part.relate_to(
            target, f"{OFFICE}/{kind}", is_external=True
        )
    )


HOLDS: list[tuple[str, bytes, bytes]] = [
    ("macros", repacked(draft(), {"word/vbaProject.bin": b"x"}), draft()),
    ("macros", repacked(draft(), {"word/activeX/activeX1.bin": b"x"}), draft()),
    ("objet-incorpore", repacked(draft(), {"word/embeddings/o.bin": b"x"}), draft()),
    ("objet-incorpore", draft(change=paragraph("<w:r><w:object/></w:r>")), draft()),
    ("contenu-importe", linked("aFChunk", "a.html"), draft()),
    ("lien-externe", linked("image", "http://127.0.0.1/a.png"),
     linked("hyperlink", "https://a.fr")),
    ("lien-externe", linked("attachedTemplate", "file:///C:/a.dotm"), draft()),
    ("lien-externe", linked("hyperlink", "file:///C:/a.docx"),
     linked("hyperlink", "mailto:a@b.fr")),
    ("lien-externe", linked("hyperlink", "javascript:x"), linked("hyperlink", "tel:0102030405")),
    ("marque-non-remplie", linked("hyperlink", "https://a.fr/{{ titre }}"), draft("{{ titre }}")),
    ("marque-non-remplie", repacked(draft(), {"word/charts/chart1.xml": b"<a>{{ titre }}</a>"}),
     repacked(draft(), {"word/charts/chart1.xml": b"<a>titre</a>"})),
    ("suivi-modifications",
     draft(change=paragraph(f'<w:ins w:id="1" w:author="a">{run("x")}</w:ins>')),
     draft(change=paragraph(run("x")))),
    ("suivi-modifications", draft(change=paragraph(
        '<w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del>')), draft()),
    ("suivi-modifications", draft(change=paragraph(
        run("x", '<w:rPrChange w:id="1" w:author="a"><w:rPr/></w:rPrChange>'))), draft()),
    ("suivi-modifications", draft(change=appended(
        '<w:tbl><w:tr><w:trPr><w:ins w:id="1" w:author="a"/></w:trPr><w:tc><w:p/></w:tc></w:tr>'
        "</w:tbl>")), draft()),
    ("commentaires", draft(change=paragraph('<w:r><w:commentReference w:id="1"/></w:r>')), draft()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken", "clean"), HOLDS, ids=named(HOLDS))
def test_what_a_template_must_not_hold_is_told(rule: str, broken: bytes, clean: bytes) -> None:
    assert rules(broken) == {rule}
    assert flaws(clean) == ()


def test_a_missing_font_is_told_where_it_is_first_met() -> None:
    def set_in(font: str, theme: str = "") -> Change:
        attribute = f'w:asciiTheme="{theme}" w:hAnsiTheme="{theme}"' if theme else ""
        fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" {attribute}/>'
        return paragraph(run("Bonjour", fonts))

    one = only(draft(change=set_in("Marianne")), "police-absente")
    assert "«\u00a0Marianne\u00a0»" in one.message
    assert (one.place, one.excerpt) == ("paragraphe 1", "Bonjour")
    for font in ("Calibri", "Cambria", "Arial", "Times New Roman", "Courier New", "Symbol"):
        assert flaws(draft(change=set_in(font))) == (), font
    # python-docx's theme has Cambria for texts and Calibri for titles.
    assert flaws(draft(change=set_in("Marianne", "minorHAnsi"))) == ()
    # What nothing shows is not missed.
    assert flaws(draft(change=paragraph(run(" ", '<w:rFonts w:ascii="Marianne"/>')))) == ()


def test_a_font_comes_from_a_style_and_what_it_is_based_on() -> None:
    def styled(document: Word) -> None:
        base = document.styles.add_style("Titre", WD_STYLE_TYPE.PARAGRAPH)
        base.font.name = "Marianne"
        document.styles.add_style("Sous-titre", WD_STYLE_TYPE.PARAGRAPH).base_style = base
        document.add_paragraph("Chapitre", style="Sous-titre")

    assert only(draft(change=styled), "police-absente").excerpt == "Chapitre"

    def themed(document: Word) -> None:
        styled(document)
        fonts = document.styles["Titre"].element.rPr.rFonts
        for kind in ("ascii", "hAnsi"):
            fonts.set(qn(f"w:{kind}Theme"), "majorHAnsi")

    # Word obeys the theme before the name.
    assert flaws(draft(change=themed)) == ()


def test_fonts_that_cannot_be_listed_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    typefaces._replaced_by.cache_clear()
    monkeypatch.setattr(fontconfig, "FC_MATCH", "fc-match-absent")
    with pytest.raises(Unavailable, match="make setup"):
        flaws(draft("Bonjour"))


def test_the_document_s_language_and_each_foreign_passage_are_told() -> None:
    one = only(draft(change=lambda document: speak(document, "en-US")), "langue-absente")
    assert "en-US" in one.message
    passage = draft(change=paragraph(run("Hello", '<w:lang w:val="en-GB"/>')))
    assert only(passage, "langue-autre").excerpt == "Hello"
    canadian = draft(change=paragraph(run("Bonjour", '<w:lang w:val="fr-CA"/>')))
    assert flaws(canadian) == ()


def pictured(
    pixels: int, centimetres: float, *, words: str = "Logo", weight: int = 0, extra: str = ""
) -> bytes:
    """A draft with a picture of so many pixels, printed so wide."""
    out = io.BytesIO()
    Image.new("1", (pixels, 10)).save(out, "PNG")
    data = out.getvalue() + bytes(weight)

    def put(document: Word) -> None:
        shape = document.add_picture(io.BytesIO(data), width=Cm(centimetres), height=Emu(1000))
        shape._inline.docPr.set("descr", words)
        if extra:
            shape._inline.docPr.set("title", extra)

    return draft(change=put)


def test_a_picture_without_words_is_told() -> None:
    assert "texte de remplacement" in only(pictured(100, 5, words=" "), "image-sans-texte").message
    assert flaws(pictured(100, 5)) == ()
    assert flaws(pictured(100, 5, words="", extra="Logo")) == ()
    decorative = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="1" name="x">'
        "<a:extLst><a:ext><d:decorative xmlns:d="
        '"http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        '</wp:docPr><a:graphic><a:graphicData><a:blip r:embed="rId99"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    assert flaws(draft(change=appended(decorative))) == ()
    assert rules(draft(change=appended(decorative.replace('val="1"', 'val="0"')))) == {
        "image-sans-texte"
    }
    old = '<w:p><w:r><w:pict><v:shape {}><v:imagedata r:id="rId99"/></v:shape></w:pict></w:r></w:p>'
    assert rules(draft(change=appended(old.format("")))) == {"image-sans-texte"}
    assert flaws(draft(change=appended(old.format('alt="Logo"')))) == ()


def test_a_picture_much_larger_than_printed_is_told() -> None:
    assert "points par pouce" in only(pictured(1300, 5), "image-trop-grande").message
    assert flaws(pictured(1100, 5)) == ()
    assert "1,1 Mo" in only(pictured(100, 5, weight=1_150_000), "image-trop-grande").message
    assert flaws(pictured(100, 5, weight=1_000_000)) == ()
