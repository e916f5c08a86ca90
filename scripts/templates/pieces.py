"""The pieces of a document: paragraphs, lists, tables of facts, signature boxes, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from docx.document import Document as Sheet
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from docgen.agreements.base import CADRE_CLOTURE
from scripts.templates.sheet import ACCENT, GREY, french

WIDTH = 16.0
# How each will sign may change until they do: the document says what is true of every way, and each
# box says which one was taken (docgen.actions.way_words).
_HOW = (
    " par voie électronique ou, sur le document imprimé, à la main (Code civil, articles 1366 et "
    "1367) : le cadre de chaque signataire dit comment. L’organisation y met son cachet ; elle garde "
    "la preuve de l’accord, ou l’original sur papier."
)
HOW_SIGNED, HOW_SIGNED_F = " est signé" + _HOW, " est signée" + _HOW


class Pieces:
    """Writes on a sheet, from top to bottom; `air`: above and under a cell's text, 1/20 point."""

    def __init__(self, sheet: Sheet, air: int = 60) -> None:
        self.sheet = sheet
        self.air = air

    def title(self, text: str, under: str) -> None:
        self.sheet.add_paragraph(text, style="Title")
        line = self.sheet.add_paragraph(french(under))
        line.paragraph_format.space_after = Pt(8)
        for run in line.runs:
            run.font.color.rgb = GREY

    def article(self, text: str) -> None:
        self.sheet.add_paragraph(french(text), style="Heading 1")

    def heading(self, text: str) -> None:
        self.sheet.add_paragraph(french(text), style="Heading 2")

    def text(self, text: str, style: str = "Normal") -> Paragraph:
        """A paragraph; **bold** between double stars."""
        paragraph = self.sheet.add_paragraph(style=style)
        write(paragraph, text)
        return paragraph

    def bullets(self, *texts: str) -> None:
        for text in texts:
            self.text(text, "List Bullet")

    def tag(self, tag: str) -> None:
        """A tag alone in its paragraph, which leaves no trace."""
        self.sheet.add_paragraph("{%p " + tag + " %}")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        self.tag(f"if {condition}")
        yield
        self.tag("endif")

    @contextmanager
    def each(self, loop: str) -> Iterator[None]:
        self.tag(f"for {loop}")
        yield
        self.tag("endfor")

    def facts(
        self, rows: Sequence[tuple[str, str] | tuple[str, str, str]], label_width: float = 4.6
    ) -> None:
        """A table of label and value; the third item is the condition of the row."""
        table = self.table(((label_width, ""), (WIDTH - label_width, "")), head=False)
        for label, value, *condition in rows:
            if condition:
                table.add_row().cells[0].text = "{%tr if " + condition[0] + " %}"
            cells = _row(table)
            _fill(cells[0], f"**{label}**")
            _fill(cells[1], value)
            if condition:
                table.add_row().cells[0].text = "{%tr endif %}"
        # Small enough to stand on one page.
        for row in table.rows:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        self.gap()

    def table(self, columns: Sequence[tuple[float, str]], *, head: bool = True) -> Table:
        """A table with its widths in centimetres and its heading row, repeated on each page."""
        table = self.sheet.add_table(rows=0, cols=len(columns))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        properties = table._tbl.tblPr
        # The text of the cells, not their border, would otherwise stand on the margin.
        properties.append(parse_xml(f'<w:tblInd {nsdecls("w")} w:w="100" w:type="dxa"/>'))
        properties.append(_borders("D5D3CB"))
        properties.append(_margins(self.air, 100))
        for column, (width, _) in zip(table.columns, columns, strict=True):
            column.width = Cm(width)
        if head:
            row = _row(table)
            table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
            for cell, (_, label) in zip(row, columns, strict=True):
                _fill(cell, f"**{label}**")
                _shade(cell)
        return table

    def gap(self, points: float = 4) -> Paragraph:
        paragraph = self.sheet.add_paragraph(style="Note")
        paragraph.paragraph_format.space_after = Pt(points)
        paragraph.paragraph_format.line_spacing = Pt(4)
        return paragraph

    def signature(self, who: Sequence[str], caption: str) -> None:
        """One box alone: who signs on the left, an empty box on the right."""
        self._box(self._boxes(), who, caption)
        self.gap(6)

    def signatures(self, *, alone: bool = False) -> None:
        """A box for each signer, then the closing one, together on a page if they fit.

        One table: LibreOffice keeps its rows together, but never a table with the next one.
        """
        table = self._boxes()
        tag(table, "for signataire in signataires")
        who = ("**{{ signataire.nom_complet }}**", "{{ signataire.qualite }}")
        self._box(table, who, "{{ signataire.cadre }}")
        between = _row(table)
        for cell in between:
            cell.paragraphs[0].style = self.sheet.styles["Note"]
            cell.paragraphs[0].paragraph_format.line_spacing = Pt(6)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        tag(table, "endfor")
        when = "Clôture après la signature" if alone else "Clôture après la dernière signature"
        self._box(table, ("**{{ organisation.raison_sociale }}**", when), CADRE_CLOTURE)
        for paragraph in table.rows[-1].cells[0].paragraphs + table.rows[-1].cells[1].paragraphs:
            paragraph.paragraph_format.keep_with_next = False
        # Word wants a paragraph after a table: one so small that it never makes a page of its own.
        self.gap(0).paragraph_format.line_spacing = Pt(1)

    def _boxes(self) -> Table:
        table = self.sheet.add_table(rows=0, cols=2)
        table.autofit = False
        for column, width in zip(table.columns, (WIDTH - 8.0, 8.0), strict=True):
            column.width = Cm(width)
        return table

    def _box(self, table: Table, who: Sequence[str], caption: str) -> None:
        """62 free points under the caption."""
        cells = _row(table)
        table.rows[-1].height = Cm(2.95)
        for cell, width in zip(cells, (WIDTH - 8.0, 8.0), strict=True):
            cell.width = Cm(width)
        _fill(cells[0], who[0])
        for words in who[1:]:
            write(cells[0].add_paragraph(style="Cellule"), words)
        box = cells[1]
        box._tc.get_or_add_tcPr().append(
            parse_xml(
                f"<w:tcBorders {nsdecls('w')}>"
                + "".join(
                    f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="8C8C8C"/>'
                    for side in ("top", "left", "bottom", "right")
                )
                + "</w:tcBorders>"
            )
        )
        box.paragraphs[0].style = self.sheet.styles["Cadre"]
        box.paragraphs[0].add_run(caption)
        for cell in cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def write(paragraph: Paragraph, text: str) -> None:
    """Runs of a text, bold between double stars."""
    for number, part in enumerate(french(text).split("**")):
        if part:
            paragraph.add_run(part).bold = bool(number % 2)


def rows_of(table: Table, loop: str, cells: Sequence[str]) -> None:
    """One row for each item of a loop."""
    tag(table, f"for {loop}")
    line(table, cells)
    tag(table, "endfor")


def tag(table: Table, text: str) -> None:
    """A tag alone in its row, which leaves no trace."""
    table.add_row().cells[0].text = "{%tr " + text + " %}"


def line(table: Table, cells: Sequence[str], *, shaded: bool = False) -> None:
    """One row."""
    for cell, text in zip(_row(table), cells, strict=True):
        _fill(cell, text)
        if shaded:
            _shade(cell)


def _row(table: Table) -> tuple[_Cell, ...]:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    return row.cells


def _fill(cell: _Cell, text: str) -> None:
    cell.paragraphs[0].style = cell.part.document.styles["Cellule"]
    write(cell.paragraphs[0], text)


def _shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="EEF2F3"/>')
    )


def _borders(color: str) -> object:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return parse_xml(
        f"<w:tblBorders {nsdecls('w')}>"
        + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{color}"/>' for side in sides
        )
        + "</w:tblBorders>"
    )


def _margins(vertical: int, horizontal: int) -> object:
    return parse_xml(
        f"<w:tblCellMar {nsdecls('w')}>"
        f'<w:top w:w="{vertical}" w:type="dxa"/><w:left w:w="{horizontal}" w:type="dxa"/>'
        f'<w:bottom w:w="{vertical}" w:type="dxa"/><w:right w:w="{horizontal}" w:type="dxa"/>'
        "</w:tblCellMar>"
    )


def address(path: str) -> str:
    """A postal address on one line."""
    return (
        "{{ " + path + ".voie }}{% if " + path + ".complement %}, {{ " + path + ".complement }}"
        "{% endif %}, {{ " + path + ".code_postal }} {{ " + path + ".ville }}"
    )


def body(path: str, more: str = "") -> str:
    """A body with its seat and who acts for it; `more`: said before that person."""
    return (
        f"**{{{{ {path}.raison_sociale }}}}**{{% if {path}.forme_juridique %}}, "
        f"{{{{ {path}.forme_juridique }}}}{{% endif %}}, SIRET {{{{ {path}.siret | siret }}}}, "
        f"dont le siège est {address(f'{path}.adresse')}{more}, représentée par "
        f"{{{{ {path}.representant.nom_complet }}}}, {{{{ {path}.representant.fonction }}}}"
    )


def call(path: str) -> str:
    """A body's telephone, in brackets, when it has one."""
    return (
        "{% if " + path + ".telephone %} (téléphone : {{ " + path + ".telephone | telephone }})"
        "{% endif %}"
    )


def parties(at: Pieces) -> None:
    """« Entre » : both bodies of a convention, with the name each bears in it."""
    at.heading("Entre")
    activity = (
        ", activité : {{ entreprise.activite_principale }}"
        "{% if entreprise.convention_collective %}, convention collective : "
        "{{ entreprise.convention_collective }}{% endif %}"
    )
    power = ", qui déclare avoir pouvoir de signer"
    at.text(f"{body('organisation')}{power}{call('organisation')},")
    at.text("ci-après « l’organisation » ;")
    at.heading("et")
    at.text(f"{body('entreprise', activity)}{power}{call('entreprise')},")
    at.text("ci-après « l’entreprise ».")


def reach(path: str) -> str:
    """How to reach a person: mail, then telephone."""
    return (
        "{{ " + path + ".courriel }}{% if " + path + ".telephone %}, "
        "{{ " + path + ".telephone | telephone }}{% endif %}"
    )


def reach_if_any(path: str, lead: str = " ; ") -> str:
    """The same for somebody who may have neither; `lead` comes before what there is."""
    mail, phone = path + ".courriel", path + ".telephone"
    return (
        "{% if " + mail + " %}" + lead + "{{ " + mail + " }}{% endif %}"
        "{% if " + phone + " %}{% if " + mail + " %}, {% else %}" + lead + "{% endif %}"
        "{{ " + phone + " | telephone }}{% endif %}"
    )


__all__ = [
    "ACCENT",
    "WIDTH",
    "Pieces",
    "address",
    "body",
    "call",
    "line",
    "parties",
    "qn",
    "reach",
    "reach_if_any",
    "rows_of",
    "tag",
    "write",
]
