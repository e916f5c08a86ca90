"""A template without what neither its pages nor its author need: done once, when it is published.

Word and python-docx carry hundreds of styles and lists that no paragraph has. LibreOffice reads
them all at every document: 25 to 30 ms, a quarter of a conversion. Names of people go as well: the
last author of a template would otherwise be written in each agreement's PDF.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from lxml import etree

from docgen.documents.lint.package import (
    Package,
    W,
    is_xml,
    links_of,
    open_package,
    owner_of,
    relations,
)
from docgen.documents.lint.rules import Flaw
from docgen.documents.unused import prune
from docgen.errors import Broken

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same template gives the same bytes
TYPES = "[Content_Types].xml"
_DROPPED = {"stylesWithEffects", "thumbnail", "webSettings"}
# What Word notes for itself: editing sessions, spelling, where a page once ended, how its gallery
# sorts the styles that the file does not hold (137 entries, 3 ms of each conversion).
_NOTES = ("proofErr", "lastRenderedPageBreak", "rsids", "latentStyles")
# docProps: LibreOffice looks at the program that wrote the file; the rest speaks of people.
_KEPT_OF_APP = {"Application", "AppVersion"}
_DROPPED_OF_CORE = {"creator", "lastModifiedBy", "revision", "lastPrinted"}


def slim(docx: bytes) -> bytes:
    """The same document, lighter; slimming it again changes nothing. Raises Broken (no docx)."""
    package = open_package(docx)
    if isinstance(package, Flaw):
        raise Broken(f"Le modèle n’est pas un document Word lisible ({package.message}).")
    roots = dict(package.roots)
    prune(package)
    for name, root in roots.items():
        if name.startswith("word/"):
            _forget_notes(root)
    _forget_people(roots)
    _drop_links(package, bound=any(_has(root, "dataBinding") for root in roots.values()))
    parts = {
        name: _written(roots[name]) if name in roots else data
        for name, data in package.parts.items()
    }
    kept = _reached(parts)
    _forget_types(roots[TYPES], kept)
    parts[TYPES] = _written(roots[TYPES])
    return _packed({name: data for name, data in parts.items() if name in kept})


def _has(root: Any, name: str) -> bool:
    return next(root.iter(W + name), None) is not None


def _written(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _forget_notes(root: Any) -> None:
    for element in list(root.iter(*(W + name for name in _NOTES))):
        element.getparent().remove(element)
    for element in root.iter():
        for key in [key for key in element.attrib if key.startswith(f"{W}rsid")]:
            del element.attrib[key]


def _forget_people(roots: Mapping[str, Any]) -> None:
    for name, root in roots.items():
        if name == "docProps/app.xml":
            for one in list(root):
                if etree.QName(one).localname not in _KEPT_OF_APP:
                    root.remove(one)
        elif name == "docProps/core.xml":
            for one in list(root):
                marked = "{{" in (one.text or "")
                if etree.QName(one).localname in _DROPPED_OF_CORE and not marked:
                    root.remove(one)


def _drop_links(package: Package, *, bound: bool) -> None:
    """Cut the links to what is dropped; `bound`: content controls read the custom XML."""
    dropped = _DROPPED if bound else _DROPPED | {"customXml"}
    for name, root in package.roots.items():
        if not name.endswith(".rels"):
            continue
        body = package.parts.get(owner_of(name), b"").decode("utf-8", "replace")
        for one in list(root):
            kind = (one.get("Type") or "").rpartition("/")[2]
            # A picture taken out in Word may stay behind in the file.
            unused = kind == "image" and f'"{one.get("Id")}"' not in body
            if kind in dropped or unused:
                root.remove(one)


def _reached(parts: Mapping[str, bytes]) -> set[str]:
    """The parts that links still lead to, and those links."""
    kept = {TYPES}
    waiting = [""]
    while waiting:
        name = waiting.pop()
        rels = links_of(name)
        if rels in parts:
            kept.add(rels)
            for relation in relations(parts, name):
                if (
                    not relation.external
                    and relation.target in parts
                    and relation.target not in kept
                ):
                    kept.add(relation.target)
                    waiting.append(relation.target)
    return kept


def _forget_types(types: Any, kept: set[str]) -> None:
    for one in list(types):
        part = one.get("PartName")
        if part is not None and part.lstrip("/") not in kept:
            types.remove(one)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    # By zipfile, which Word has read for years: this one goes back to it (`template export`).
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in sorted(parts, key=lambda name: (name != TYPES, not is_xml(name), name)):
            info = zipfile.ZipInfo(name, LONG_AGO)
            package.writestr(info, parts[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()
