"""The Word templates and their data: complete, valid, and everything they are given is printed.

Parametrized over the folders: a new kind of agreement is tried here without a new test.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml

from docgen import agreements, english, french
from docgen.actions.paper import document
from docgen.actions.ports import Ports
from docgen.actions.summary import summaries
from docgen.actions.template import template_of
from docgen.agreements.base import Agreement
from docgen.documents.pages import page_count, page_text
from docgen.documents.render import render
from docgen.french import FILTERS
from docgen.web.plain import html_of
from tests.databases import on_sqlite
from tests.verapdf import validate

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates" / "conventions"
ON = dt.date(2026, 11, 24)
AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
CASES = [
    (folder.name, name) for folder in sorted(TEMPLATES.iterdir()) for name in ("full", "minimal")
]
# Chosen in a list: the document says them in a sentence of its own.
CHOICES = {"type", "objet", "base", "intention", "nature", "unite", "forme", "presence"} | {
    "deroulement",
    "resultat",
    "niveau",
    "position",
}
# Said by a title or a role of the document: the path of a field, who is who.
CHOICES |= {"auteur", "champ", "role", "type_convention"}


def data_of(slug: str, name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((TEMPLATES / slug / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def agreement_of(slug: str, name: str) -> Agreement:
    content = (TEMPLATES / slug / f"{name}.yaml").read_bytes()
    return agreements.parse(content, ON, f"{slug}/{name}.yaml")


def word_of(slug: str, name: str) -> docx.document.Document:
    agreement = agreement_of(slug, name)
    marks = {
        **agreement.marques(),
        "reference": "REF-2026-0001",
        "titre": agreement.titre(),
        "emis_le": ON,
        "signataires": agreement.signataires(),
    }
    template = (TEMPLATES / slug / "template.docx").read_bytes()
    return docx.Document(io.BytesIO(render(template, marks, FILTERS)))


def text_of(word: docx.document.Document) -> str:
    parts = [word.element.body]
    for section in word.sections:
        parts += [section.header._element, section.footer._element]
    paragraphs = [p for part in parts for p in part.iter() if p.tag.endswith("}p")]
    lines = ["".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")) for p in paragraphs]
    return squeezed(" ".join(lines))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def strings(value: object, key: str = "") -> list[str]:
    """Every text that a person wrote, apart from choices in a list and the timetable."""
    if isinstance(value, dict):
        return [
            s
            for k, inner in value.items()
            if k not in CHOICES | {"horaires"}
            for s in strings(inner, k)
        ]
    if isinstance(value, list):
        return [s for inner in value for s in strings(inner, key)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(("slug", "name"), CASES)
def test_everything_that_is_given_is_printed(slug: str, name: str) -> None:
    text = text_of(word_of(slug, name))
    missing = [s for s in strings(data_of(slug, name)) if squeezed(s) not in text]
    # The mail of who signs is where the link goes, not part of the document.
    agreement = agreement_of(slug, name)
    signers = {signer.courriel for signer in agreement.signataires()}
    signers |= {whom.courriel for whom in agreement.destinataires()}
    respaced = {s for s in missing if re.fullmatch(r"[\d ]{14}|\d\d:\d\d-\d\d:\d\d", s)}
    assert set(missing) - signers - respaced == set()
    assert "None" not in text
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize(("slug", "name"), CASES)
def test_every_signer_has_a_box_and_there_is_one_for_the_closing(slug: str, name: str) -> None:
    text = text_of(word_of(slug, name))
    signers = agreement_of(slug, name).signataires()
    for signer in signers:
        assert text.count(squeezed(signer.cadre)) == 1
        assert squeezed(signer.nom_complet) in text
    assert text.count(squeezed("Cachet de clôture de l’organisation")) == 1


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in CASES}))
def test_full_uses_every_field_of_the_model_and_minimal_no_optional_one(slug: str) -> None:
    model = agreements.get(slug).model
    # A reason to set a rule aside is not printed, and an example breaks none.
    assert set(data_of(slug, "full")) == set(model.model_fields) - {"derogations", "signatures"}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert set(data_of(slug, "minimal")) - {"type"} == required


@pytest.mark.parametrize(("slug", "name"), CASES)
def test_every_signer_has_a_summary_that_says_which_document_when_and_whom_to_call(
    slug: str, name: str
) -> None:
    agreement = agreement_of(slug, name)
    read = summaries(TEMPLATES, agreement, "REF-2026-0001", ON)
    assert set(read) == {signer.role for signer in agreement.signataires()}
    for role, texts in read.items():
        assert set(texts) >= {"fr"}
        html = str(html_of(texts["fr"]))
        said = unescape(re.sub(r"<[^>]+>", "", html))
        assert "REF-2026-0001" in said
        assert french.date(agreement.debut) in said
        assert french.date(agreement.fin) in said
        assert agreement.contact().courriel in said
        assert "Signer est gratuit." in said
        assert "Vous avez le droit de refuser." in said
        assert html.count("<h4>") >= 4, role
        # Nothing of Markdown or of the template is left for a person to read.
        assert not re.search(r"\*\*|##|\\|[{}]|None", said)
        assert max(len(re.findall(r"[\w’-]+", one)) for one in re.split(r"[.!?:]\s|\n", said)) <= 30


def test_the_two_first_kinds_are_summed_up_in_english_as_well() -> None:
    for slug in ("partenariat", "pmsmp"):
        agreement = agreement_of(slug, "full")
        for texts in summaries(TEMPLATES, agreement, "REF-2026-0001", ON).values():
            assert english.date(agreement.debut) in texts["en"].replace("\\", "")
            assert "You have the right to refuse." in texts["en"]


TEMPLATE_FILES = sorted((ROOT / "templates").rglob("template.docx"))


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=lambda path: path.parent.name)
def test_a_template_is_french_numbered_by_page_and_keeps_its_rows_whole(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        styles = package.read("word/styles.xml").decode()
        body = package.read("word/document.xml").decode()
        footers = "".join(
            package.read(name).decode() for name in package.namelist() if "footer" in name
        )
    assert '<w:lang w:val="fr-FR"' in styles
    assert body.count("<w:cantSplit/>") >= body.count("<w:tblHeader/>")
    assert "<w:cantSplit/>" in body
    assert "PAGE" in footers
    assert "NUMPAGES" in footers
    assert {"Carlito", "Caladea"} <= set(re.findall(r'w:ascii="([^"]+)"', styles))


@on_sqlite
@pytest.mark.slow
def test_the_product_makes_pdf_a_3b_and_pdf_ua_1_and_the_same_bytes_twice(
    ports: Ports, tmp_path: Path
) -> None:
    paths = []
    for slug, name in CASES:
        agreement, template = agreement_of(slug, name), template_of(ports.templates, slug)
        pdf = document(ports, agreement, template, "REF-2026-0001", AT)
        assert document(ports, agreement, template, "REF-2026-0001", AT) == pdf, (slug, name)
        # No page is empty or nearly: what is alone on the last one is a signature box at least.
        texts = [page_text(pdf, number) for number in range(page_count(pdf))]
        assert min(map(len, texts)) > 250, (slug, name, list(map(len, texts)))
        assert f"Page {len(texts)} / {len(texts)}" in texts[-1]
        paths.append(tmp_path / f"{slug}-{name}.pdf")
        paths[-1].write_bytes(pdf)
    assert len(paths) == 2 * len(agreements.KINDS)
    # Together: a virtual machine for each file would cost more than the checks.
    assert validate(paths, "3b") == []
    assert validate(paths, "ua1") == []
