"""A list as files that an office opens: CSV, XLSX, JSON.

A cell never becomes a formula: a company may be called « =1+1 », and somebody may hope so.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from docgen.spreadsheets.writing import Column, Format, Table, written

Cell = str | int | date | None
# What Excel, LibreOffice and Google take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# The same list makes the same bytes.
_MADE = datetime(1980, 1, 1, tzinfo=UTC)
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
    shown = [_column(name, [row[at] for row in rows]) for at, name in enumerate(columns)]
    return written([Table(title[:31], shown, rows)], title, _MADE)


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


def _column(name: str, cells: Sequence[Cell]) -> Column:
    """As wide as its longest cell, shown as the kind of its cells."""
    width = max([len(name), *(len(_said(cell)) for cell in cells)])
    kinds = {type(cell) for cell in cells if cell is not None}
    shown: Format = "date" if kinds == {date} else "nombre" if kinds == {int} else "texte"
    return Column(name, min(width, _WIDEST) + 2, shown)


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
