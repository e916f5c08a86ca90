"""Reading a workbook that may be anything: in a process of its own, then as plain values."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from docgen.confinement import MEGABYTE, Limits, answer_of
from docgen.errors import Finding, InvalidData
from docgen.spreadsheets.cells import Book, Value

MOST_BYTES = 20 * MEGABYTE
LIMITS = Limits(seconds=60, processor=40, memory=1536 * MEGABYTE, answer=96 * MEGABYTE)


def read_book(content: bytes, name: str = "", limits: Limits = LIMITS) -> Book:
    """The workbook in those bytes. Raises InvalidData: not one, too large, or unreadable."""
    if len(content) > MOST_BYTES:
        raise _refused(f"ce fichier dépasse {MOST_BYTES // MEGABYTE} Mo.", name)
    said = answer_of("docgen.spreadsheets.confined", content, limits)
    if said is None or len(said) > limits.answer:
        raise _refused(
            "ce fichier demande trop de temps ou de mémoire pour être lu : repartir du modèle "
            "(docgen import model).",
            name,
        )
    told: dict[str, Any] = json.loads(said)
    if problem := told.get("problem"):
        raise _refused(problem, name)
    sheets = {
        sheet: [[_value(cell) for cell in row] for row in rows]
        for sheet, rows in told["sheets"].items()
    }
    return Book(sheets, told["formulas"], told["merged"])


def _value(cell: Any) -> Value:
    """Dates travel as {"d": "2023-01-02"}: JSON has none."""
    return dt.date.fromisoformat(cell["d"]) if isinstance(cell, dict) else cell


def _refused(sentence: str, name: str) -> InvalidData:
    return InvalidData([Finding("classeur", "error", "", sentence)], name)
