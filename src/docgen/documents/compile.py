"""A template read once: what never changes is deflated, what does is compiled.

docxtpl reads its template again for every document, 50 to 90 ms of Python for ours. Nearly all of
that depends on the template alone: its own `patch_xml` turns Word's XML into a Jinja template, here
once, and the parts without a mark are packed once. What is left to do is what the data changes.

The result is docxtpl's, to the canonical XML (tests/documents/test_compile.py). Templates that use
what is not covered here are known by `coverage`, and docxtpl fills them.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docxtpl import InlineImage, RichText, RichTextParagraph
from jinja2 import Template, TemplateError
from jinja2.environment import Environment
from lxml import etree
from markupsafe import Markup

from docgen.documents import reference
from docgen.documents.package import (
    UNREADABLE,
    Member,
    check_package,
    deflated,
    stored,
    written,
    xml_parser,
)
from docgen.documents.reference import FOOTNOTES, LONGEST_PROPERTY, PROPERTIES, Document
from docgen.documents.sandbox import environment
from docgen.errors import Broken

MOST_KEPT = 32  # a template and its compiled form are about a megabyte
# docxtpl's constructs that make XML or parts of their own, or change a table's columns.
_NOT_COVERED = (
    (r"\{\{\s*r\s", "texte enrichi {{r … }}"),
    (r"\{\{\s*p\s", "sous-document {{p … }}"),
    (r"\{[{%#]\s*tc\s", "colonnes {%tc … %}"),
    (r"\{%\s*colspan\s", "cellules réunies {% colspan … %}"),
    (r"\{%\s*hm\s*%\}", "cellules réunies {% hm %}"),
    (r"\{%\s*vm\s*%\}", "cellules réunies {% vm %}"),
    (r"\{%\s*cellbg\s", "fond de cellule {% cellbg … %}"),
)
_MARK = re.compile(r"\{[{%#]")
# Letters that docxtpl turns into elements; a line end is the one that data may hold.
_TAB = re.compile(r"[\t\a\f]")
_LINES = re.compile(r"<w:t(?: [^>]*)?>[^<]*\n[^<]*</w:t>")
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_PICTURE_ID = re.compile(r'(<wp:docPr\b[^>]*?\sid=")[^"]*(")')
FIRST_PICTURE_ID = 1001  # docxtpl's
# Stands for a property until it is filled; no text of a property can hold it.
_TOKEN, _CUT = "\ue000{}\ue000", re.compile("\ue000([a-z]+)\ue000")
_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_BODY_END = "</w:body>"


class NotWellFormed(Exception):
    """The filled part is not XML: a mark opens in one paragraph and closes in another."""


@dataclass(frozen=True)
class _Part:
    """A part with marks: what Jinja fills, and the text before and after."""

    name: str
    before: str
    template: Template
    after: str
    pictures: bool

    def filled(self, context: Mapping[str, object]) -> Member:
        inner = self.template.render(context)
        if "\n" in inner or "\t" in inner:
            inner = _resolved(inner)
        if self.pictures:
            inner = _renumbered(inner)
        content = f"{self.before}{inner}{self.after}".encode()
        try:
            # Unlike docxtpl, which would mend broken XML by dropping text without a word.
            expat.ParserCreate().Parse(content, True)
        except expat.ExpatError as error:
            raise NotWellFormed(str(error)) from error
        return stored(self.name, content)


@dataclass(frozen=True)
class _Properties:
    """docProps/core.xml, cut where its properties are written; a text without marks is itself."""

    name: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]
    texts: Mapping[str, str | Template]

    def filled(self, context: Mapping[str, object]) -> Member:
        values = {name: _property(text, context) for name, text in self.texts.items()}
        if not values["title"] and isinstance(title := context.get("titre"), str):
            values["title"] = title[:LONGEST_PROPERTY]
        cut = [self.pieces[0]]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            cut += (escape(values[name]), piece)
        return stored(self.name, "".join(cut).encode())


def _property(text: str | Template, context: Mapping[str, object]) -> str:
    # A property is plain text: neither escaped, nor longer than Word takes.
    made = text if isinstance(text, str) else Markup(text.render(context)).unescape()  # noqa: S704
    return made[:LONGEST_PROPERTY]


@dataclass(frozen=True)
class Compiled:
    """A template, ready to be filled from any thread.

    `coverage` names, in French, what keeps it on docxtpl; nothing when it is empty.
    """

    coverage: tuple[str, ...]
    environment: Environment
    _members: tuple[Member | _Part | _Properties, ...]

    def filled(self, context: Mapping[str, object]) -> bytes:
        """The Word document. Raises what the template's marks raise, and NotWellFormed."""
        return written(
            [one if isinstance(one, Member) else one.filled(context) for one in self._members]
        )

    def covers(self, context: Mapping[str, object]) -> bool:
        """Tell whether this fills that context as docxtpl does."""
        own = (RichText, RichTextParagraph, InlineImage)
        return not self.coverage and not any(isinstance(value, own) for value in context.values())


def compiled(template: bytes, filters: Mapping[str, Callable[..., object]]) -> Compiled:
    """The template, compiled once for its bytes. Raises Broken when it is no Word document."""
    return _compiled(template, tuple(filters.items()))


def coverage(template: bytes) -> tuple[str, ...]:
    """What keeps a template on docxtpl, in French; empty when it is compiled. Raises Broken."""
    check_package(template)
    return _uncovered(_sources(reference.opened(template)))


@lru_cache(maxsize=MOST_KEPT)
def _compiled(template: bytes, filters: tuple[tuple[str, Callable[..., object]], ...]) -> Compiled:
    check_package(template)
    document = reference.opened(template)
    jinja = environment(dict(filters))
    sources = _sources(document)
    if found := _uncovered(sources):
        return Compiled(found, jinja, ())
    try:
        return Compiled((), jinja, _members(document, sources, jinja))
    except (TemplateError, RecursionError):
        # docxtpl will meet it too, and name its paragraph.
        return Compiled(("une marque mal écrite",), jinja, ())


def _sources(document: Document) -> dict[str, str]:
    """The parts that docxtpl fills, by name, as the XML that it reads."""
    try:
        found = {_name(document.docx.part): str(document.get_xml())}
        for kind in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            for _, part in document.get_headers_footers(kind):
                found[_name(part)] = str(document.get_part_xml(part))
        for part in document.docx.part.package.iter_parts():
            if part.content_type == FOOTNOTES:
                found[_name(part)] = part.blob.decode("utf-8")
    except UNREADABLE as error:
        raise Broken("Le modèle n’est pas un document Word (.docx) lisible.") from error
    return found


def _name(part: Any) -> str:
    return str(part.partname).removeprefix("/")


def _uncovered(sources: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for xml in sources.values():
        # Word cuts marks into runs: what a reader sees is the text.
        text = re.sub(r"<[^>]*>", "", xml)
        found += [name for pattern, name in _NOT_COVERED if re.search(pattern, text)]
    if not all(map(_even, sources.values())):
        found.append("tableau aux lignes inégales")
    return tuple(dict.fromkeys(found))


def _even(xml: str) -> bool:
    """Tell whether every row fills its table's columns, so that docxtpl has no table to mend."""
    for table in etree.fromstring(xml.encode(), xml_parser()).iter(qn("w:tbl")):
        columns = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        for row in table.iter(qn("w:tr")):
            if re.search(r"\{[%#]\s*tr\s", "".join(row.itertext())):
                continue  # {%tr … %} takes its row away
            spans = [_span(cell) for cell in row.findall(qn("w:tc"))]
            # A table inside a cell counts among its rows for docxtpl.
            if sum(spans) > columns or (row.getparent() is table and sum(spans) < columns):
                return False
    return True


def _span(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return 1 if span is None else int(span.get(qn("w:val")))


def _members(
    document: Document, sources: Mapping[str, str], jinja: Environment
) -> tuple[Member | _Part | _Properties, ...]:
    properties = document.docx.core_properties
    texts = {name: str(getattr(properties, name)) for name in PROPERTIES}
    for name in PROPERTIES:
        setattr(properties, name, _TOKEN.format(name))
    saved = io.BytesIO()
    document.docx.save(saved)
    body = _name(document.docx.part)
    core = _name(document.docx.part.package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES))
    members: list[Member | _Part | _Properties] = []
    with zipfile.ZipFile(saved) as package:
        for name in dict.fromkeys(package.namelist()):
            content = package.read(name)
            if name == core:
                pieces = _CUT.split(content.decode())
                templates = {
                    key: jinja.from_string(text) if _MARK.search(text) else text
                    for key, text in texts.items()
                }
                members.append(
                    _Properties(name, tuple(pieces[::2]), tuple(pieces[1::2]), templates)
                )
            elif name in sources:
                before, after = _around(content.decode(), sources[name], is_body=name == body)
                source = str(document.patch_xml(sources[name]))
                part = _Part(
                    name,
                    before,
                    jinja.from_string(source),
                    after,
                    pictures=name == body and "<wp:docPr" in source,
                )
                members.append(part if _MARK.search(source) else part.filled({}))
            else:
                members.append(deflated(name, content))
    return tuple(members)


def _around(content: str, source: str, *, is_body: bool) -> tuple[str, str]:
    """What stands before and after what docxtpl fills of a part."""
    if is_body:
        start = re.search(r"<w:body[\s>]", content)
        end = content.rfind(_BODY_END)
        if start is None or end < 0:
            raise TemplateError("no body")
        return content[: start.start()], content[end + len(_BODY_END) :]
    return ("" if source.startswith("<?xml") else _DECLARATION), ""


def _resolved(xml: str) -> str:
    """Line ends and tabs of the data as Word has them."""
    if _TAB.search(xml):
        return str(Document(io.BytesIO()).resolve_listing(xml))
    return _LINES.sub(lambda text: text[0].replace("\n", _BREAK), xml)


def _renumbered(xml: str) -> str:
    numbers = itertools.count(FIRST_PICTURE_ID)
    return _PICTURE_ID.sub(lambda found: f"{found[1]}{next(numbers)}{found[2]}", xml)
