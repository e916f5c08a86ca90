"""What was left in by the author's work: tracked changes, comments; marks where none are filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from docgen.documents.lint.package import Package, W, fault, is_xml, owner_of, relations
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw

_TRACKED = {
    "ins": "un ajout",
    "del": "un retrait",
    "moveFrom": "un déplacement",
    "moveTo": "un déplacement",
    "rPrChange": "une mise en forme",
    "pPrChange": "une mise en forme",
    "tblPrChange": "une mise en forme",
    "trPrChange": "une mise en forme",
    "tcPrChange": "une mise en forme",
    "sectPrChange": "une mise en page",
    "numberingChange": "une numérotation",
    "cellIns": "une cellule ajoutée",
    "cellDel": "une cellule retirée",
}
_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# What Word copies elsewhere, or shows nobody.
_QUIET = ("word/webSettings.xml", "word/settings.xml", "docProps/core.xml", "docProps/app.xml")


def check_review(parts: Sequence[Part]) -> Iterator[Flaw]:
    """Tracked changes and comments, each told once a paragraph."""
    for part in parts:
        for paragraph in part.paragraphs:
            kinds = {
                _TRACKED[name]
                for element in _of(paragraph)
                if (name := etree.QName(element).localname) in _TRACKED
            }
            for what in sorted(kinds):
                yield paragraph.flaw("suivi-modifications", "", f"{what} en suivi de modifications")
            comments = sum(1 for _ in paragraph.element.iter(f"{W}commentReference"))
            if comments:
                yield paragraph.flaw("commentaires", "", "un commentaire est attaché ici")
        yield from _outside_paragraphs(part)


def _of(paragraph: Paragraph) -> Iterator[Any]:
    for element in paragraph.element.iter(*(W + name for name in _TRACKED)):
        if next(element.iterancestors(f"{W}p"), None) is paragraph.element:
            yield element


def _outside_paragraphs(part: Part) -> Iterator[Flaw]:
    """Changes of tables, rows and sections belong to no paragraph."""
    for element in part.root.iter(*(W + name for name in _TRACKED)):
        if next(element.iterancestors(f"{W}p"), None) is None:
            what = _TRACKED[etree.QName(element).localname]
            yield fault("suivi-modifications", f"{what} en suivi de modifications", part=part.title)


def check_unfilled(package: Package, parts: Sequence[Part]) -> Iterator[Flaw]:
    """Marks in the stories, charts and links that docxtpl does not fill."""
    for part in parts:
        if part.filled:
            continue
        for paragraph in part.paragraphs:
            for found in _MARK.findall(paragraph.text):
                yield paragraph.flaw(
                    "marque-non-remplie", found, f"rien n’est rempli en {part.title}"
                )
    read = {part.name for part in parts} | set(_QUIET)
    for name in sorted(package.parts):
        if name.endswith(".rels"):
            yield from _addresses(package, name)
        elif is_xml(name) and name not in read and not name.startswith("customXml/"):
            for found in _MARK.findall("".join(package.xml(name).itertext())):
                words = " ".join(found.split())
                yield fault("marque-non-remplie", f"`{words}` dans {name}")


def _addresses(package: Package, name: str) -> Iterator[Flaw]:
    """Links are kept beside the text, where nothing is filled."""
    for relation in relations(package.parts, owner_of(name)):
        if "{{" in relation.target or "%7B%7B" in relation.target.upper():
            yield fault("marque-non-remplie", f"adresse d’un lien\u00a0: {relation.target}")
