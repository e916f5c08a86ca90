"""docxtpl, stricter: the reference for what a template means, and what names its faults.

`compile` fills the same templates a hundred times faster, and leaves to this what it does not know.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType

from docx.opc.constants import RELATIONSHIP_TYPE
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError
from lxml import etree
from markupsafe import Markup

from docgen.documents.package import UNREADABLE, undated, xml_parser
from docgen.errors import Broken, DocgenError

LONGEST_PROPERTY = 255  # python-docx refuses more
LONGEST_QUOTE = 120
LONG_AGO = datetime(1980, 1, 1)  # noqa: DTZ001 # python-docx takes UTC without saying so
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def fill(template: bytes, context: Mapping[str, object], environment: Environment) -> bytes:
    """The Word document, by docxtpl. Raises Broken, naming the paragraph, or InvalidData."""
    document = opened(template)
    try:
        document.render(_bound(context, document), environment)
    except DocgenError:
        raise
    except Exception as error:
        # A filter may raise anything on data that the template's author did not foresee.
        raise Broken(sentence(error, document.paragraph_of(error))) from error
    out = io.BytesIO()
    document.save(out)
    return undated(out.getvalue())


def opened(template: bytes) -> Document:
    """The template, read by python-docx. Raises Broken."""
    document = Document(io.BytesIO(template))
    try:
        document.init_docx()
        package = document.docx.part.package
        if not any(r.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for r in package.rels.values()):
            # python-docx makes them, and writes the hour there.
            document.docx.core_properties.modified = LONG_AGO
    except UNREADABLE as error:
        raise Broken("Le modèle n’est pas un document Word (.docx) lisible.") from error
    return document


def _bound(context: Mapping[str, object], document: Document) -> dict[str, object]:
    """The context, its pictures made for this document: they are parts of its package."""
    bound = dict(context)
    for name, value in context.items():
        if isinstance(value, InlineImage):
            bound[name] = InlineImage(
                document, value.image_descriptor, value.width, value.height, value.anchor
            )
    return bound


class Document(DocxTemplate):  # type: ignore[misc] # docxtpl has no types
    """docxtpl, but it knows where it fails, and leaves the data alone."""

    source = ""

    def render_xml_part(
        self, src_xml: str, part: object, context: dict[str, object], jinja_env: Environment
    ) -> str:
        self.current_rendering_part = part
        # A paragraph a line, so that the line of an error tells its paragraph.
        self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        written = jinja_env.from_string(self.source).render(context)
        resolved = str(self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", written)))
        try:
            # docxtpl would mend broken XML by dropping text without a word.
            etree.fromstring(resolved.encode(), xml_parser())
        except etree.XMLSyntaxError as error:
            raise Broken(
                "Le modèle Word donne un document mal formé : une marque {% … %} s’ouvre dans un "
                "paragraphe ou une cellule et se ferme dans un autre. Seules {%p … %}, {%tr … %} "
                "et {%tc … %} enjambent les paragraphes."
            ) from error
        return resolved

    def render_properties(self, context: dict[str, object], jinja_env: Environment) -> None:
        properties = self.docx.core_properties
        for name in PROPERTIES:
            self.source = getattr(properties, name)
            written = jinja_env.from_string(self.source).render(context)
            # A property is plain text: neither escaped, nor longer than python-docx takes.
            setattr(properties, name, Markup(written).unescape()[:LONGEST_PROPERTY])  # noqa: S704
        if not properties.title and isinstance(title := context.get("titre"), str):
            properties.title = title[:LONGEST_PROPERTY]

    def render_footnotes(self, context: dict[str, object], jinja_env: Environment) -> None:
        # docxtpl fills footnotes once a section: data would be read as a template the second time.
        for part in self.docx.part.package.iter_parts():
            if part.content_type == FOOTNOTES:
                xml = self.patch_xml(part.blob.decode("utf-8"))
                part._blob = self.render_xml_part(xml, part, context, jinja_env).encode()  # noqa: SLF001

    def paragraph_of(self, error: Exception) -> str:
        """The words of the template's paragraph where `error` arose; empty when not known."""
        line = error.lineno if isinstance(error, TemplateSyntaxError) else None
        line = line or template_line(error.__traceback__)
        lines = self.source.splitlines()
        if line is None or not 1 <= line <= len(lines):
            return ""
        words = " ".join(re.sub(r"<[^>]*>", "", lines[line - 1]).split())
        return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + "…"


def template_line(trace: TracebackType | None) -> int | None:
    """The innermost line of the template in a traceback that Jinja has rewritten."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def sentence(error: Exception, paragraph: str = "") -> str:
    """What an error of a Word template says to a person."""
    place = f" Paragraphe : « {paragraph} »." if paragraph else ""
    return f"Modèle Word : {fault(error)}.{place}"


def fault(error: Exception) -> str:
    """What is wrong in a template, in words, without its place."""
    match error:
        case TemplateSyntaxError():
            return f"une marque est mal écrite ({error.message})"
        case SecurityError():
            return f"une marque fait ce qu’un modèle n’a pas le droit de faire ({error})"
        case TemplateError():
            return str(error)
        case RecursionError():
            return "ses marques s’imbriquent trop profondément, ou une macro s’appelle elle-même"
        case _:
            return f"une marque ne peut pas être remplie ({type(error).__name__} : {error})"
