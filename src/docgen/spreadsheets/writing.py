"""Writing a workbook: texts stay texts, so that no name or note can become a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import xlsxwriter

Format = Literal["texte", "date", "nombre", "decimal", "euros"]
# A text that a program would take for a formula, or for a command, when it is pasted elsewhere.
RISKY = ("=", "+", "-", "@", "\t", "\r")
MOST_LETTERS = 32_000  # Excel's own limit is 32,767
_FORMATS: dict[Format, dict[str, Any]] = {
    "texte": {"num_format": "@"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
    "nombre": {"num_format": "0"},
    "decimal": {"num_format": "0.0"},
    "euros": {"num_format": '# ##0.00 "€"'},
}
_FONT = {"font_name": "Carlito", "font_size": 11, "valign": "top"}


@dataclass(frozen=True)
class Column:
    """A column: its title, width in letters, how its cells are shown; `choices` for a list.

    `hint` is shown when a cell of the column is entered; `required` marks the title.
    """

    title: str
    width: int = 16
    format: Format = "texte"
    choices: tuple[str, ...] = ()
    hint: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet: its name (31 letters at most), columns and rows; None leaves a cell empty."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    wrapped: bool = False
    entry_rows: int = field(default=0)  # rows below that people will fill


def written(tables: Sequence[Table], title: str, at: dt.datetime) -> bytes:
    """The workbook. The same arguments give the same bytes."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        moment = at.astimezone(dt.UTC).replace(tzinfo=None)
        book.set_properties({"title": title, "author": "docgen", "created": moment})
        for table in tables:
            _sheet(book, table)
    return out.getvalue()


def _sheet(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(table.name)
    head = {"bold": True, "bg_color": "#EEF2F3", "bottom": 1, "text_wrap": True, **_FONT}
    title = book.add_format(head)
    needed = book.add_format({**head, "font_color": "#1F4E5F"})
    for number, column in enumerate(table.columns):
        shown = book.add_format({**_FONT, **_FORMATS[column.format], "text_wrap": table.wrapped})
        quoted = book.add_format({**_FONT, "num_format": "@", "quote_prefix": True})
        sheet.set_column(number, number, column.width, shown)
        star = " *" if column.required else ""
        sheet.write_string(0, number, column.title + star, needed if column.required else title)
        for row, cells in enumerate(table.rows, 1):
            _cell(sheet, row, number, cells[number], shown, quoted)
        if table.entry_rows and (column.choices or column.hint):
            _help(sheet, number, column, table.entry_rows)
    sheet.freeze_panes(1, 0)
    if table.rows and not table.entry_rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.hide_gridlines(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cell(sheet: Any, row: int, column: int, value: Any, shown: Any, quoted: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, column, None, shown)
        case bool():
            sheet.write_string(row, column, "oui" if value else "non", shown)
        case int() | float():
            sheet.write_number(row, column, value, shown)
        case dt.date():
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), shown)
        case _:
            text = str(value)[:MOST_LETTERS]
            sheet.write_string(row, column, text, quoted if text.startswith(RISKY) else shown)


def _help(sheet: Any, number: int, column: Column, rows: int) -> None:
    """What may be chosen, or how to write it, beside the cell."""
    validation: dict[str, Any] = {"validate": "any"}
    if column.choices:
        validation = {
            "validate": "list",
            "source": list(column.choices),
            "error_title": column.title[:32],
            "error_message": "Choisir dans la liste.",
        }
    validation |= {"input_title": column.title[:32], "input_message": column.hint[:255]}
    sheet.data_validation(1, number, rows, number, validation)
