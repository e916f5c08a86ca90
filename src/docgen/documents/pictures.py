"""Pictures put where a template keeps their place: a picture named after what goes there.

The template's author moves and sizes the place in Word; its bytes and its alternative text are what
changes. The shape of the place is the author's business.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from docgen.documents.package import stored, written, xml_parser
from docgen.errors import Broken

BODY, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMBED, _IMAGE = f"{{{_OFFICE}}}embed", f"{_OFFICE}/image"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(frozen=True)
class Picture:
    """A PNG and what it shows, in words."""

    png: bytes
    words: str


def placed(docx: bytes, pictures: Mapping[str, Picture]) -> bytes:
    """The document with each picture in the place of that name. Raises Broken: no such place.

    Places of names that are not given are left as the template drew them, which is a PNG.
    """
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = etree.fromstring(parts[BODY], xml_parser())
    relations = etree.fromstring(parts[RELATIONS], xml_parser())
    left = dict(pictures)
    for properties in list(body.iter(f"{_DRAWING}docPr")):
        picture = left.pop(properties.get("name", ""), None)
        if picture is None:
            continue
        properties.set("descr", picture.words)
        place = properties.getparent()
        assert place is not None
        # A part of its own: Word keeps one file for two places that looked the same.
        name = f"media/docgen-{len(parts)}.png"
        identifier = f"docgen{len(parts)}"
        etree.SubElement(
            relations, f"{_RELATION}Relationship", Id=identifier, Type=_IMAGE, Target=name
        )
        parts[f"word/{name}"] = picture.png
        for blip in place.iter("{*}blip"):
            blip.set(_EMBED, identifier)
    if left:
        names = ", ".join(left)
        raise Broken(f"Le modèle n’a pas de place pour l’image « {names} » (nom de l’image, Word).")
    for part, tree in ((BODY, body), (RELATIONS, relations)):
        parts[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written([stored(name, content) for name, content in parts.items()])
