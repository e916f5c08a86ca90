"""What a workbook holds, as plain values, and how its cells are called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

Value = str | float | bool | dt.date | None


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook in order: rows of values, the first row being number 1.

    `formulas` and `merged`: the addresses of cells with a formula and of merged ranges, by sheet.
    """

    sheets: dict[str, list[list[Value]]]
    formulas: dict[str, list[str]] = field(default_factory=dict)
    merged: dict[str, list[str]] = field(default_factory=dict)


def letters(column: int) -> str:
    """The name of a column counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
