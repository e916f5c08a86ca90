"""From a Word template and data to a Word document: docxtpl in one strict, sandboxed environment.

The template is trusted to write words, not to run code; the data is never read as a template.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError
from lxml import etree
from markupsafe import Markup

from docgen.documents.sandbox import environment
from docgen.errors import Broken, DocgenError

MOST_PARTS = 2000
MOST_BYTES = 100 * 1024 * 1024
LONGEST_PROPERTY = 255  # python-docx refuses more
LONGEST_QUOTE = 120
# What zipfile, python-docx and lxml raise on bytes that are no Word document.
UNREADABLE = (
    OpcError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    AttributeError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same data gives the same bytes


def render(
    template: bytes, context: Mapping[str, object], filters: Mapping[str, Callable[..., object]]
) -> bytes:
    """The Word document that `template` (a .docx) makes of `context`.

    Raises Broken, naming the place in the template, or InvalidData when a text can't be printed.
    """
    _check_package(template)
    document = _Document(io.BytesIO(template))
    try:
        document.init_docx()
    except UNREADABLE as error:
        raise Broken("Le modèle n’est pas un document Word (.docx) lisible.") from error
    try:
        document.render(dict(context), environment(filters))
    except DocgenError:
        raise
    except Exception as error:
        # A filter may raise anything on data that the template's author did not foresee.
        raise Broken(_sentence(error, document.paragraph_of(error))) from error
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


class _Document(DocxTemplate):  # type: ignore[misc] # docxtpl has no types
    """docxtpl, stricter: it knows where it fails, and leaves the data alone."""

    source = ""

    def render_xml_part(
        self, src_xml: str, _part: object, context: dict[str, object], jinja_env: Environment
    ) -> str:
        # A paragraph a line, so that the line of an error tells its paragraph.
        self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        written = jinja_env.from_string(self.source).render(context)
        resolved = str(self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", written)))
        try:
            # docxtpl would mend broken XML by dropping text without a word.
            etree.fromstring(resolved.encode(), _parser())
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
        line = line or _template_line(error.__traceback__)
        lines = self.source.splitlines()
        if line is None or not 1 <= line <= len(lines):
            return ""
        words = " ".join(re.sub(r"<[^>]*>", "", lines[line - 1]).split())
        return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + "…"


def _template_line(trace: TracebackType | None) -> int | None:
    """The innermost line of the template in a traceback that Jinja has rewritten."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _sentence(error: Exception, paragraph: str) -> str:
    match error:
        case TemplateSyntaxError():
            said = f"une marque est mal écrite ({error.message})"
        case SecurityError():
            said = f"une marque fait ce qu’un modèle n’a pas le droit de faire ({error})"
        case TemplateError():
            said = str(error)
        case _:
            said = f"une marque ne peut pas être remplie ({type(error).__name__} : {error})"
    place = f" Paragraphe : « {paragraph} »." if paragraph else ""
    return f"Modèle Word : {said}.{place}"


def _check_package(template: bytes) -> None:
    """Refuse what is no docx, what unfolds without end, and what fetches from elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise Broken("Le modèle Word est trop gros une fois déplié (100 Mo au plus).")
            for part in parts:
                if part.filename.endswith(".rels"):
                    _check_links(package.read(part))
    except UNREADABLE as error:
        raise Broken("Le modèle n’est pas un document Word (.docx) lisible.") from error


def _check_links(relations: bytes) -> None:
    for relation in etree.fromstring(relations, _parser()):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if relation.get("TargetMode") == "External" and kind != "hyperlink":
            raise Broken(
                f"Le modèle Word va chercher « {relation.get('Target')} » hors de lui-même : "
                "incorporez cet élément dans le document."
            )


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _undated(docx: bytes) -> bytes:
    """The same package without the hour it was written at."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as undated,
    ):
        for name in _distinct(package.namelist()):
            undated.writestr(
                zipfile.ZipInfo(name, LONG_AGO), package.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
