"""Compile: the same document as docxtpl's, to the canonical XML, whatever the data."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docxtpl import InlineImage, RichText
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pydantic import BaseModel

from docgen import agreements
from docgen.actions.evidence_facts import (
    DocumentFacts,
    Fact,
    JournalFacts,
    Moment,
    RevisionFacts,
    SignatureFacts,
)
from docgen.documents import reference
from docgen.documents.compile import compiled, coverage
from docgen.documents.render import render
from docgen.documents.sandbox import environment
from docgen.errors import Broken, DocgenError
from docgen.french import FILTERS
from tests import samples
from tests.documents.words import filled, repacked, texts, word

TEMPLATES = Path(__file__).parents[2] / "templates"
ON = dt.date(2026, 11, 24)
AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
CASES = [
    (folder.name, name)
    for folder in sorted((TEMPLATES / "conventions").iterdir())
    for name in ("full", "minimal")
]


def marks(slug: str, name: str) -> dict[str, object]:
    content = (TEMPLATES / "conventions" / slug / f"{name}.yaml").read_bytes()
    agreement = agreements.parse(content, ON)
    return {
        **agreement.marques(),
        "reference": "REF-2026-0001",
        "titre": agreement.titre(),
        "emis_le": ON,
        "signataires": agreement.signataires(),
    }


def evidence_marks() -> dict[str, object]:
    facts = [Fact("Nom écrit", "Été & <fils>"), Fact("Navigateur", "inconnu")]
    signature = SignatureFacts(1, "Été & <fils>", "gérant", "hier", "sur place", facts)
    return {
        "reference": "REF-2026-0001",
        "titre": "Convention",
        "organisation": samples.agreement(samples.PARTENARIAT).emetteur(),
        "parties": ["Jean Dupont, gérant"],
        "document": DocumentFacts("a.pdf", "ab" * 32, 1234, 4, "pmsmp", "ef" * 32),
        "niveaux": ["Signature électronique simple."],
        "identites": ["Contrôlée par un code."],
        "temps": ["Horodatage interne."],
        "revisions": [RevisionFacts(0, "Document figé", AT, "ab" * 32, 1234)],
        "horodatages": [],
        "signatures": [signature],
        "chronologie": [Moment(1, AT, "Accord enregistré", "")],
        "certificats": [],
        "journal": JournalFacts("cd" * 32, 12),
        "verification": ["Avec docgen."],
        "emis_le": AT,
    }


def template_of(slug: str) -> bytes:
    return (TEMPLATES / "conventions" / slug / "template.docx").read_bytes()


def parts(docx: bytes) -> dict[str, bytes]:
    """Every part, XML in its canonical form."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.testzip() is None
        contents = {name: package.read(name) for name in package.namelist()}
    return {
        name: etree.tostring(etree.fromstring(content), method="c14n")
        if name.endswith((".xml", ".rels"))
        else content
        for name, content in contents.items()
    }


def same(template: bytes, context: Mapping[str, object]) -> None:
    ours = compiled(template, FILTERS).filled(context)
    theirs = reference.fill(template, context, environment(FILTERS))
    assert parts(ours) == parts(theirs)


def told(act: Callable[[], bytes]) -> bytes | str:
    """What was made, or why not."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001 # a filter raises what it likes
        return error.explain() if isinstance(error, DocgenError) else repr(error)


TEXTS = st.text(
    st.sampled_from("aàéœ€’«» &<>\"'{}%_#\n\tŁ 1\u00a0\u202f") | st.sampled_from("ЩД😀دה"),
    max_size=12,
)


def varied(draw: st.DrawFn, value: Any) -> Any:
    """Another value of the same shape."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return value.model_copy(
            update={
                name: None
                if fields[name].default is None and draw(st.booleans())
                else varied(draw, getattr(value, name))
                for name in fields
                if name != "type"
            }
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(
            value, **{name: varied(draw, getattr(value, name)) for name in names}
        )
    if isinstance(value, dict):
        return {key: varied(draw, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)) and value:
        chosen = draw(st.lists(st.sampled_from(range(len(value))), max_size=4))
        return type(value)(varied(draw, value[n]) for n in chosen)
    if type(value) is str:
        return draw(st.just(value) | TEXTS)
    if type(value) is int:
        return draw(st.just(value) | st.integers(0, 3000))
    if type(value) is dt.date:
        return draw(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)))
    return value


@st.composite
def contexts(draw: st.DrawFn, origin: Mapping[str, object]) -> dict[str, object]:
    """The origin with some of its values changed: filters keep meeting what they know."""
    changed = draw(st.sets(st.sampled_from(sorted(origin))))
    return {key: varied(draw, value) if key in changed else value for key, value in origin.items()}


@pytest.mark.parametrize(("slug", "name"), CASES)
def test_a_shipped_template_is_filled_as_docxtpl_fills_it(slug: str, name: str) -> None:
    same(template_of(slug), marks(slug, name))


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "name"), CASES)
def test_so_it_is_with_any_data(slug: str, name: str) -> None:
    template, origin, compared = template_of(slug), marks(slug, name), []

    @hypothesis_settings(max_examples=30)
    @given(contexts(origin))
    def compare(context: dict[str, object]) -> None:
        ours = told(lambda: compiled(template, FILTERS).filled(context))
        theirs = told(lambda: reference.fill(template, context, environment(FILTERS)))
        if isinstance(theirs, bytes):
            assert isinstance(ours, bytes)
            assert parts(ours) == parts(theirs)
            compared.append(context)
        else:
            assert told(lambda: render(template, context, FILTERS)) == theirs

    compare()
    assert len(compared) > 10


@pytest.mark.slow
@given(contexts(evidence_marks()))
@hypothesis_settings(max_examples=5)
def test_the_evidence_is_filled_as_docxtpl_fills_it(context: dict[str, object]) -> None:
    same((TEMPLATES / "preuve" / "template.docx").read_bytes(), context)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.docx")), ids=lambda p: p.parent.name)
def test_no_shipped_template_needs_docxtpl(path: Path) -> None:
    assert coverage(path.read_bytes()) == ()


def table(*rows: str, columns: int = 2) -> bytes:
    def change(document: Word) -> None:
        made = document.add_table(len(rows), columns)
        for row, text in zip(made.rows, rows, strict=True):
            row.cells[0].text = text

    return word(change=change)


def uneven() -> bytes:
    def change(document: Word) -> None:
        made = document.add_table(2, 2)
        row = made.rows[1]._tr
        row.remove(row.tc_lst[1])

    return word("{{ x }}", change=change)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (word("{{r x }}"), "texte enrichi"),
        (word("{{p x }}"), "sous-document"),
        (table("{%tc for y in xs %}"), "colonnes"),
        (table("{% colspan n %}a"), "cellules réunies"),
        (table("{% cellbg x %}a"), "fond de cellule"),
        (table("{% vm %}a"), "cellules réunies"),
        (table("{% hm %}a"), "cellules réunies"),
        (uneven(), "lignes inégales"),
    ],
)
def test_what_needs_docxtpl_is_known_and_said(template: bytes, why: str) -> None:
    (said,) = coverage(template)
    assert why in said
    assert not compiled(template, FILTERS).covers({})


def test_a_mark_cut_by_word_is_seen_all_the_same() -> None:
    def cut(document: Word) -> None:
        paragraph = document.add_paragraph("{")
        paragraph.add_run("{r").bold = True
        paragraph.add_run(" x }}")

    assert coverage(word(change=cut)) == ("texte enrichi {{r … }}",)


def test_docxtpl_fills_what_is_not_covered() -> None:
    columns = word(change=_columns)
    (made,) = filled(columns, xs=["un", "deux", "trois"]).tables
    assert [cell.text for cell in made.rows[0].cells] == ["un", "deux", "trois"]
    rich = filled(word("Avant {{r x }} après"), x=RichText("été & <fils>", bold=True))
    (paragraph,) = rich.paragraphs
    assert paragraph.text == "Avant été & <fils> après"
    assert [run.text for run in paragraph.runs if run.bold] == ["été & <fils>"]


def _columns(document: Word) -> None:
    made = document.add_table(1, 3)
    for cell, text in zip(
        made.rows[0].cells, ("{%tc for x in xs %}", "{{ x }}", "{%tc endfor %}"), strict=True
    ):
        cell.text = text


def test_a_picture_in_the_data_is_docxtpl_s_too() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    template = word("{{ x }}")
    for _ in range(2):
        document = filled(template, x=InlineImage(None, picture))
        assert len(document.inline_shapes) == 1


def test_pictures_in_a_loop_are_numbered_apart() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")

    def loop(document: Word) -> None:
        document.add_paragraph("{%p for x in xs %}")
        document.add_picture(picture)
        document.add_paragraph("{%p endfor %}")

    template = word(change=loop)
    same(template, {"xs": [1, 2, 3]})
    ids = [shape._inline.docPr.id for shape in filled(template, xs=[1, 2, 3]).inline_shapes]
    assert ids == [1001, 1002, 1003]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("{{ x }}", "une ligne\nune autre\n"),
        ("{{ x }}", "avant\taprès"),
        ("{_{ gardé }_} {{ x }} {_% %_}", "{_{ donné }_}"),
        ("sans marque", ""),
    ],
)
def test_what_docxtpl_turns_into_elements_is_turned_alike(paragraph: str, text: str) -> None:
    template = word(paragraph, title="{{ x }}")
    same(template, {"x": text})
    assert texts(filled(template, x=text)) == [paragraph.replace("{{ x }}", text)]


def test_a_template_without_properties_has_no_hour() -> None:
    plain = word("{{ x }}")
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        links = package.read("_rels/.rels").decode()
    bare = repacked(plain, {"_rels/.rels": _without_properties(links).encode()})
    docx = render(bare, {"x": "a"}, FILTERS)
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert "1980-01-01" in package.read("docProps/core.xml").decode()
    same(bare, {"x": "a"})


def _without_properties(links: str) -> str:
    root = etree.fromstring(links.encode())
    for link in root:
        if str(link.attrib["Type"]).endswith("core-properties"):
            root.remove(link)
    return etree.tostring(root).decode()


def test_a_fault_that_only_the_filled_xml_shows_is_told_as_docxtpl_tells_it() -> None:
    def across(document: Word) -> None:
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.text = "b{% endif %} c"
        cell._tc.get_or_add_tcPr().append(OxmlElement("w:noWrap"))

    template = word("{% if x %}a", change=across)
    with pytest.raises(Broken, match="mal formé"):
        render(template, {"x": ""}, FILTERS)


def test_threads_fill_the_same_template_at_once() -> None:
    template, made = word("{{ x }}", "{{ x }}"), {}

    def fill(n: int) -> None:
        for _ in range(20):
            made[n] = texts(filled(template, x=f"n° {n}"))

    threads = [threading.Thread(target=fill, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {n: [f"n° {n}"] * 2 for n in range(6)}
