"""A list as files that an office opens: CSV, XLSX, JSON. The home of XlsxWriter.

A cell never becomes a formula: a company may be called « =1+1 », and somebody may hope so.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter

Cell = str | int | date | None
# What Excel, LibreOffice and Google take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# The same list makes the same bytes.
_MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - XlsxWriter writes it as it is
_WIDEST = 60


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """CSV for a French Excel: `;`, UTF-8 with its mark, CRLF, days as AAAA-MM-JJ."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_inert(name) for name in columns])
    writer.writerows([_inert(_said(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def to_xlsx(title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """One sheet with a frozen, filtered first row; days are days, texts are texts."""
    outlet = io.BytesIO()
    made = xlsxwriter.Workbook(outlet, {"in_memory": True, "strings_to_formulas": False})
    made.set_properties({"title": title, "created": _MADE})
    head = made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = made.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    sheet = made.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for number, name in enumerate(columns):
        sheet.write_string(0, number, name, head)
        cells = [row[number] for row in rows]
        widest = max([len(name), *(len(_said(cell)) for cell in cells)])
        sheet.set_column(number, number, min(widest, _WIDEST) + 2)
        for line, cell in enumerate(cells, 1):
            match cell:
                case None:
                    pass
                case date():
                    sheet.write_datetime(line, number, cell, day)
                case int():
                    sheet.write_number(line, number, cell)
                case _:
                    sheet.write_string(line, number, cell)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    made.close()
    return outlet.getvalue()


def to_json(keys: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A list of objects, days in ISO form."""
    plain = [
        {
            key: cell.isoformat() if isinstance(cell, date) else cell
            for key, cell in zip(keys, row, strict=True)
        }
        for row in rows
    ]
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
