"""What Word does to a template that people edit in it: read as meant, and filled as read."""

from __future__ import annotations

import io
import random
import re
import zipfile
from itertools import pairwise

import pytest
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from hypothesis import given
from hypothesis import strategies as st

from docgen.documents.lint.marks import marks_of
from docgen.documents.lint.package import Package, open_package
from docgen.documents.lint.reading import parts_of
from docgen.documents.render import render
from docgen.french import FILTERS
from tests.documents.lint.drafts import (
    SIGNATURES,
    appended,
    cells,
    draft,
    flaws,
    only,
    paragraph,
    run,
)
from tests.documents.words import repacked, word
from tests.samples import PMSMP, TODAY, agreement

PROOF = '<w:proofErr w:type="spellStart"/>'
BOOKMARK = '<w:bookmarkStart w:id="7" w:name="_GoBack"/><w:bookmarkEnd w:id="7"/>'
BOLD = "<w:b/>"
CONTROL = '<w:sdt><w:sdtPr><w:alias w:val="Nom"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
NAME = "Fatou Diallo"


def printed(docx: bytes) -> str:
    """Every text of the body of the filled template."""
    one = agreement(PMSMP)
    marks = {**one.marques(), **one.communes("PMSMP-2026-0001", TODAY)}
    document = Document(io.BytesIO(render(docx, marks, FILTERS)))
    return "".join(t.text or "" for t in document.element.body.iter() if t.tag.endswith("}t"))


@pytest.mark.parametrize(
    "inside",
    [
        run("{") + run("{ bene", BOLD) + run("ficiaire.nom") + run("_complet }") + run("}"),
        run("{{ beneficiaire") + PROOF + run(".nom_complet") + PROOF + run(" }}"),
        run("{{ beneficiaire.") + BOOKMARK + run("nom_complet }}"),
        CONTROL.format(run("{{ beneficiaire") + run(".nom_complet }}")),
        run("{{\u00a0beneficiaire.nom_complet\u00a0}}"),
        run("{{ beneficiaire.nom_complet\u202f}}"),
        run("{{ beneficiaire.nom_complet if objet == “confirmer” else ‘x’ }}"),
        run('{{ beneficiaire.nom_complet | replace("a", "a") }}'),
        run("{{ beneficiaire.nom_complet") + "<w:r><w:tab/></w:r>" + run("}}"),
        run("{{- beneficiaire.nom_complet -}}"),
        run("{% if total_minutes") + run(" &gt; 1 %}{{ beneficiaire.nom_complet }}{% endif %}"),
    ],
    ids=["runs", "spelling", "bookmark", "control", "no-break", "narrow", "curly", "straight",
         "tab", "dashes", "compare"],
)  # fmt: skip
def test_a_mark_that_word_has_cut_is_whole_for_the_check_and_for_the_filling(inside: str) -> None:
    template = draft(change=paragraph(inside))
    assert [flaw.sentence() for flaw in flaws(template)] == []
    assert printed(template).startswith(NAME)


def test_a_content_control_around_paragraphs_is_seen_through() -> None:
    inside = "<w:p>{}</w:p><w:p>{}</w:p>".format(
        run("{{ beneficiaire.nom_complet }}"), run("{{ titr }}")
    )
    one = only(draft(change=appended(CONTROL.format(inside))), "marque-inconnue")
    assert (one.mark, one.place) == ("{{ titr }}", "paragraphe 2")


BOX = (
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor>"
    "<wp:extent cx='1' cy='1'/><wp:docPr id='1' name='Zone de texte 1'/><a:graphic>"
    "<a:graphicData uri='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>"
    "<wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
    "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
    "<w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>{1}</w:p>"
)


def test_a_text_box_that_word_writes_twice_is_told_once() -> None:
    def box(mark: str) -> bytes:
        inner = f"<w:p>{run(mark)}</w:p>"
        return draft(change=appended(BOX.format(inner, run("autour {{ titre }}"))))

    assert flaws(box("{{ beneficiaire.nom_complet }}")) == ()
    assert printed(box("{{ beneficiaire.nom_complet }}")).startswith(NAME * 2 + "autour ")
    one = only(box("{{ beneficiaire.nom_complt }}"), "marque-inconnue")
    assert one.place == "zone de texte 1"


def test_nested_tables_headers_of_each_section_and_footnotes_are_named() -> None:
    def change(document: Word) -> None:
        cells(("x", "y"))(document)
        inner = document.tables[0].rows[0].cells[1].add_table(1, 2)
        inner.rows[0].cells[1].text = "{{ a }}"
        document.tables[0].rows[0].cells[1].add_paragraph("")
        document.sections[0].header.paragraphs[0].text = "{{ b }}"
        document.sections[0].footer.paragraphs[0].text = "{{ c }}"
        second = document.add_section(WD_SECTION.NEW_PAGE)
        second.header.is_linked_to_previous = False
        second.header.paragraphs[0].text = "{{ d }}"

    found = flaws(with_notes(draft(change=change), "footnotes", "{{ e }}"))
    assert [(flaw.part, flaw.place, flaw.mark) for flaw in found] == [
        (
            "corps",
            "tableau 1, ligne 1, cellule 2, tableau intérieur 1, ligne 1, cellule 2",
            "{{ a }}",
        ),
        ("en-tête 1", "paragraphe 1", "{{ b }}"),
        ("en-tête 2", "paragraphe 1", "{{ d }}"),
        ("pied de page 1", "paragraphe 1", "{{ c }}"),
        ("note de bas de page 1", "paragraphe 1", "{{ e }}"),
    ]


def with_notes(docx: bytes, kind: str, text: str) -> bytes:
    """The document with one footnote or endnote."""
    one = kind.removesuffix("s")
    base = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        types = package.read("[Content_Types].xml").decode()
        links = package.read("word/_rels/document.xml.rels").decode()
    part = f'<Override PartName="/word/{kind}.xml" ContentType="{base}.{kind}+xml"/></Types>'
    link = (
        f'<Relationship Id="rId98" Type="{relation}/{kind}" Target="{kind}.xml"/></Relationships>'
    )
    return repacked(
        docx,
        {
            "[Content_Types].xml": types.replace("</Types>", part).encode(),
            "word/_rels/document.xml.rels": links.replace("</Relationships>", link).encode(),
            f"word/{kind}.xml": (
                f'<w:{kind} xmlns:w="{namespace}"><w:{one} w:id="1">'
                f"<w:p>{run(text)}</w:p></w:{one}></w:{kind}>"
            ).encode(),
        },
    )


def test_a_mark_where_nothing_is_filled_is_told() -> None:
    one = only(with_notes(draft(), "endnotes", "{{ titre }}"), "marque-non-remplie")
    assert (one.part, one.mark) == ("note de fin 1", "{{ titre }}")
    assert flaws(with_notes(draft(), "endnotes", "Sans marque")) == ()


WORDS = st.lists(
    st.sampled_from(
        ["texte ", "{{ titre }}", "{{ total_minutes | duree }}", "{% if avantages %}",
         "{% endif %}", "{# note #}", "«\u00a0été\u00a0» ", "{{ lieu['ville'] }}", "{{ “a” }}"]
    ),
    max_size=5,
).map("".join)  # fmt: skip


@pytest.mark.slow
@given(st.lists(WORDS, max_size=4), st.integers())
def test_the_marks_read_from_the_tree_are_those_that_docxtpl_reads(
    texts: list[str], seed: int
) -> None:
    """Cut at random into runs, with what Word puts between them."""
    cut = random.Random(seed)

    def pieces(text: str) -> str:
        where = sorted({cut.randrange(len(text)) for _ in range(cut.randrange(6))} if text else ())
        bounds = [0, *where, len(text)]
        runs = [run(text[a:b].replace("&", "&amp;")) for a, b in pairwise(bounds)]
        return "".join(one + cut.choice(["", PROOF, BOOKMARK]) for one in runs)

    body = "".join(f"<w:p>{pieces(text)}</w:p>" for text in texts)
    docx = word(change=appended(f"<w:sdt><w:sdtContent>{body}<w:p/></w:sdtContent></w:sdt>"))
    package = open_package(docx)
    assert isinstance(package, Package)
    marks, wrong = marks_of(parts_of(package)[0])
    assert wrong == []
    assert [_bare(mark.raw) for mark in marks] == [_bare(mark) for mark in _docxtpl_marks(docx)]


def _docxtpl_marks(docx: bytes) -> list[str]:
    from docxtpl import DocxTemplate

    template = DocxTemplate(io.BytesIO(docx))
    template.init_docx()
    return re.findall(r"\{\{.*?\}\}|\{%.*?%\}", template.patch_xml(template.get_xml()))


def _bare(mark: str) -> str:
    for curly, straight in (("“", '"'), ("”", '"')):
        mark = mark.replace(curly, straight)
    return mark


def test_signature_boxes_may_stand_in_a_table() -> None:
    assert flaws(draft(signatures=(), change=cells(*((text,) for text in (
        SIGNATURES[0].replace("%p", "%tr"), SIGNATURES[1], "{%tr endfor %}", SIGNATURES[3],
    ))))) == ()  # fmt: skip
