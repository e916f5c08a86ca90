"""Render: the data is kept to the letter, the template may do little, faults name their place."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from pydantic import BaseModel

from docgen.documents import fontconfig, glyphs
from docgen.documents.render import render
from docgen.errors import Broken, InvalidData, Unavailable
from tests.documents.words import FILTERS, filled, repacked, texts, word

STRANGE = [
    "{{ 7*7 }} {% if x %} {# note #} {%p endif %}",
    "<b>gras</b> & <w:br/> &amp; &lt; ]]> <!-- -->",
    "{_{ entre accolades }_} {_% %_}",
    "😀 محمد الأمين דוד Nguyễn Щербаков Œuvre «\u00a0l’été\u202f»",
    "“guillemets” ‘anglais’ \"droits\" 'simples'",
    "deux  espaces   trois ",
    "é" * 300,
]


class Person(BaseModel):
    nom: str = "Diallo"


@dataclass(frozen=True)
class Firm:
    siret: str


@pytest.mark.parametrize("text", STRANGE)
def test_data_is_kept_to_the_letter(text: str) -> None:
    document = filled(word("Avant {{ x }} après", title="{{ x }}"), x=text)
    assert texts(document) == [f"Avant {text} après"]
    assert document.core_properties.title == text[:255]


@pytest.mark.parametrize("text", STRANGE)
def test_data_is_kept_to_the_letter_in_headers_and_loops_and_after_filters(text: str) -> None:
    def header(document: Word) -> None:
        document.sections[0].header.paragraphs[0].text = "Réf. {{ x }}"

    template = word("{%p for y in xs %}", "{{ loop.index }} {{ y|majuscules }}", "{%p endfor %}")
    with_header = word("{%p if x %}", "{{ x }}", "{%p endif %}", change=header)
    assert texts(filled(template, xs=[text])) == [f"1 {text.upper()}"]
    document = filled(with_header, x=text)
    assert document.sections[0].header.paragraphs[0].text == f"Réf. {text}"
    assert texts(document) == [text]


def test_footnotes_are_filled_once_even_with_several_sections() -> None:
    notes = (
        '<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w='
        '"http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="1"><w:p><w:r><w:t>{{ x }}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    plain = word("Texte", change=lambda document: document.add_section(WD_SECTION.NEW_PAGE))
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        types = package.read("[Content_Types].xml").decode()
        links = package.read("word/_rels/document.xml.rels").decode()
    reltype = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    template = repacked(
        plain,
        {
            "[Content_Types].xml": types.replace(
                "</Types>",
                f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>',
            ).encode(),
            "word/_rels/document.xml.rels": links.replace(
                "</Relationships>",
                f'<Relationship Id="rId99" Type="{reltype}" Target="footnotes.xml"/>'
                "</Relationships>",
            ).encode(),
            "word/footnotes.xml": notes.encode(),
        },
    )
    docx = render(template, {"x": "{{ 7*7 }}"}, FILTERS)
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert "{{ 7*7 }}" in package.read("word/footnotes.xml").decode()


def test_a_line_end_in_the_data_is_a_line_end_in_the_document() -> None:
    document = filled(word("{{ x }}"), x="12 rue\r\nBâtiment B\rÉtage 2\n")
    assert texts(document) == ["12 rue\nBâtiment B\nÉtage 2\n"]


def test_a_missing_title_is_the_agreement_s() -> None:
    titled = filled(word("Texte"), titre="Convention & avenant" * 20)
    assert titled.core_properties.title == ("Convention & avenant" * 20)[:255]
    assert filled(word("Texte", title="Écrit"), titre="Autre").core_properties.title == "Écrit"


def test_numbers_and_dates_are_printed_as_they_are() -> None:
    document = filled(word("{{ n }} {{ n * 2 }} {{ jour }}"), n=35, jour=dt.date(2026, 3, 1))
    assert texts(document) == ["35 70 2026-03-01"]


def test_the_same_data_gives_the_same_bytes() -> None:
    template = word("{{ x }}")
    assert render(template, {"x": "a"}, FILTERS) == render(template, {"x": "a"}, FILTERS)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{ inconnu }}", "la marque « inconnu » est inconnue"),
        ("{{ personne.nmo }}", "la marque « nmo » est inconnue"),
        ("{{ personne.nmo.initiale }}", "la marque « nmo » est inconnue"),
        ("{{ firme.siren }}", "la marque « siren » est inconnue"),
        ("{% if inconnu %}x{% endif %}", "la marque « inconnu » est inconnue"),
        ("{{ rien }}", "une marque est vide"),
        ("{{ vrai }}", "une marque vaut « vrai » ou « faux »"),
        ("{{ personne }}", "une marque désigne un groupe (Person)"),
        ("{{ liste }}", "une marque désigne un groupe (list)"),
        ("{{ personne.nom", "une marque est mal écrite"),
        ("{% if vrai %}", "une marque est mal écrite"),
        ("{{ personne.nom|inexistant }}", "une marque est mal écrite"),
        ("{{ nombre|majuscules }}", "une marque ne peut pas être remplie"),
        ("{% include 'autre' %}", "une marque ne peut pas être remplie"),
    ],
)
def test_a_mark_that_cannot_be_filled_is_named_with_its_paragraph(mark: str, said: str) -> None:
    with pytest.raises(Broken) as caught:
        filled(
            word("Premier paragraphe.", f"Ici {mark} dedans.", "Dernier."),
            personne=Person(),
            firme=Firm("1"),
            rien=None,
            vrai=True,
            liste=["a"],
            nombre=3,
        )
    assert said in caught.value.explain()
    assert f"Paragraphe : « Ici {mark} dedans" in caught.value.explain()


@pytest.mark.parametrize(
    "mark",
    [
        "{{ cycler.__init__.__globals__.os.getpid() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ personne.parse_raw(charge, proto='pickle', allow_pickle=True) }}",
        "{{ personne|attr('parse_raw')(charge, proto='pickle', allow_pickle=True) }}",
        "{{ personne.model_copy() }}",
        "{{ liste.append(1) }}",
        "{{ '%s'.format(personne) }}",
        "{% for i in range(10**8) %}x{% endfor %}",
        "{{ 'x' * 10**6 }}",
        "{{ 10 ** 10 ** 8 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ balise|safe }}",
        "{{ lipsum() }}",
    ],
)
# A warning is no defence where it is not an error, and that is everywhere but here.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_template_runs_no_code_and_does_not_eat_the_memory(mark: str, tmp_path: Path) -> None:
    # A pickle that leaves a trace when it is read.
    charge = f"cos\nmkdir\n(S'{tmp_path}/trace'\ntR."
    with pytest.raises(Broken):
        filled(word(mark), personne=Person(), liste=[], balise="<w:br/>", charge=charge)
    assert list(tmp_path.iterdir()) == []


def test_escaping_cannot_be_turned_off() -> None:
    template = word("{% autoescape false %}{{ x }}{% endautoescape %}")
    assert texts(filled(template, x="<w:t>a</w:t>")) == ["<w:t>a</w:t>"]


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ufffe", "\ud800"])
def test_a_control_character_is_refused_by_its_number(letter: str) -> None:
    with pytest.raises(InvalidData, match=f"U\\+{ord(letter):04X}"):
        filled(word("{{ x }}"), x=f"a{letter}b")


def test_a_character_that_no_font_shows_is_refused_rather_than_printed_as_a_box() -> None:
    with pytest.raises(InvalidData, match="U\\+E000"):
        filled(word("{{ x }}"), x="logo \ue000")


def test_fonts_are_asked_only_for_rare_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    glyphs._shown.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(fontconfig, "FC_LIST", "fc-list-absent")
        assert not glyphs.unprintable("L’été à Œuvre : 3 € «\u202fŁódź\u202f»")
        with pytest.raises(Unavailable, match="make setup"):
            glyphs.unprintable("Щ")
    assert not glyphs.unprintable("Щ 😀 👩🏽‍🔧 ✍️ محمد")


def test_an_open_control_mark_that_breaks_the_document_is_told() -> None:
    def table(document: Word) -> None:
        document.add_table(1, 1).rows[0].cells[0].text = "b{% endif %} c"

    with pytest.raises(Broken, match="mal formé"):
        filled(word("{% if x %}a", change=table), x="")


@pytest.mark.parametrize(
    "template",
    [
        b"",
        b"du texte",
        word("x")[:2000],
        repacked(word("x"), {"word/document.xml": b"<w:document"}),
        repacked(word("x"), {"[Content_Types].xml": b"<Types/>"}),
    ],
    ids=["empty", "text", "cut", "bad xml", "no types"],
)
def test_what_is_no_word_file_is_refused(template: bytes) -> None:
    with pytest.raises(Broken, match="Word"):
        render(template, {}, FILTERS)


def test_a_zip_bomb_is_refused_before_it_unfolds() -> None:
    bomb = repacked(word("x"), {"word/media/image.png": b"\0" * (101 * 1024 * 1024)})
    assert len(bomb) < 200_000
    with pytest.raises(Broken, match="trop gros"):
        render(bomb, {}, FILTERS)


def test_a_template_that_fetches_from_elsewhere_is_refused_but_links_are_free() -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def link(kind: str) -> bytes:
        return word(
            "x",
            change=lambda document: document.part.relate_to(
                "http://127.0.0.1/a", f"{base}/{kind}", is_external=True
            ),
        )

    with pytest.raises(Broken, match=r"http://127\.0\.0\.1/a"):
        render(link("image"), {}, FILTERS)
    assert texts(filled(link("hyperlink"))) == ["x"]
