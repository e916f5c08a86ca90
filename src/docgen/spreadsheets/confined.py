"""The child that reads a workbook: what unfolds is measured before anything is parsed.

Answers JSON: {"problem": sentence}, or {"sheets": {name: rows}, "formulas": …, "merged": …}.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sys
import zipfile
import zlib
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

MOST_PARTS = 500
MOST_UNPACKED = 150 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 30
MOST_NAMED = 20  # addresses told of each sheet
_PIECE = 256 * 1024
_WANTED = ("xl/worksheets/sheet", "xl/workbook", "xl/_rels/")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z0-9:]{2,20})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Problem(Exception):
    """Why the workbook can't be read."""


def main() -> None:
    """One workbook on the standard input, its values on the standard output."""
    content = sys.stdin.buffer.read()
    try:
        answer = _read(content)
    except _Problem as problem:
        answer = {"problem": str(problem)}
    json.dump(answer, sys.stdout, ensure_ascii=False, separators=(",", ":"))


def _read(content: bytes) -> dict[str, Any]:
    formulas, merged = _facts(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise _Problem(f"plus de {MOST_SHEETS} feuilles ; repartir du modèle.")
        sheets = {name: _rows(name, book.get_sheet_by_name(name)) for name in names}
    except CalamineError as error:
        raise _Problem("ce classeur est abîmé ; l’enregistrer à nouveau en .xlsx.") from error
    return {"sheets": sheets, "formulas": formulas, "merged": merged}


def _rows(name: str, sheet: Any) -> list[list[Any]]:
    height, width = sheet.total_height, sheet.total_width
    if height > MOST_ROWS + 1:
        raise _Problem(
            f"la feuille « {name} » va au-delà de {MOST_ROWS} lignes, ce qui est le plus : la "
            "couper en plusieurs fichiers, ou effacer les lignes vides à la fin."
        )
    if width > MOST_COLUMNS:
        raise _Problem(f"la feuille « {name} » a {width} colonnes ; au plus {MOST_COLUMNS}.")
    rows = sheet.to_python(skip_empty_area=False)
    return [[_plain(cell) for cell in row] for row in rows]


def _plain(cell: Any) -> Any:
    match cell:
        case dt.datetime():
            return {"d": cell.date().isoformat()}
        case dt.date():
            return {"d": cell.isoformat()}
        case str():
            return cell.strip() or None
        case bool() | int() | float() | None:
            return cell
        case _:
            return str(cell)


def _facts(content: bytes) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Addresses of formulas and of merged cells, by sheet; every part is unfolded and measured."""
    parts = _parts(content)
    formulas: dict[str, list[str]] = {}
    merged: dict[str, list[str]] = {}
    for name, part in _sheets(parts).items():
        xml = parts.get(part, b"")
        if found := [at.decode() for at in _FORMULA.findall(xml)]:
            formulas[name] = found[:MOST_NAMED]
        if found := [at.decode() for at in _MERGED.findall(xml)]:
            merged[name] = found[:MOST_NAMED]
    return formulas, merged


def _parts(content: bytes) -> dict[str, bytes]:
    """What describes the sheets; the rest is unfolded for its size alone."""
    kept: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            if len(members) > MOST_PARTS:
                raise _Problem(f"ce classeur a plus de {MOST_PARTS} parties ; repartir du modèle.")
            for member in members:
                wanted = member.filename.startswith(_WANTED)
                pieces = []
                with package.open(member) as part:
                    # What a header announces is only its word: what unfolds is counted.
                    while piece := part.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise _Problem(
                                "ce fichier se déplie en plus de 150 Mo : ce n’est pas un classeur "
                                "de reprise. Repartir du modèle (docgen import model)."
                            )
                        if wanted:
                            pieces.append(piece)
                kept[member.filename] = b"".join(pieces)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _Problem(
            "ce n’est pas un classeur .xlsx : l’enregistrer dans ce format (ni .xls, .ods, .csv)."
        ) from error
    if "xl/workbook.xml" not in kept:
        raise _Problem("ce n’est pas un classeur .xlsx : l’enregistrer dans ce format.")
    return kept


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """The part of each sheet by its name."""
    try:
        book = _xml(parts["xl/workbook.xml"])
        relations = _xml(parts.get("xl/_rels/workbook.xml.rels", b"<r/>"))
    except etree.XMLSyntaxError as error:
        raise _Problem("ce classeur est abîmé ; l’enregistrer à nouveau en .xlsx.") from error
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = {}
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(_RELATION)) or ""
        found[sheet.get("name") or ""] = "xl/" + target.removeprefix("/xl/")
    return found


def _xml(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)
