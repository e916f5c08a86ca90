"""The sheets of a takeover read: rows of meanings, and every fault with the address of its cell."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.actions.takeover.cells import Wrong, read_cell
from docgen.actions.takeover.columns import SHEETS, Asked
from docgen.actions.takeover.model import HELP
from docgen.agreements.identity import plain
from docgen.errors import Finding, Level
from docgen.spreadsheets import Book, Value, letters

RULE = "reprise"
MODEL = "repartir du modèle (docgen import model --out FICHIER)"


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number, what its cells mean by key, and where each stands."""

    sheet: str
    number: int
    values: Mapping[str, Any]
    places: Mapping[str, str]

    def finding(
        self,
        key: str,
        message: str,
        allowed: str | int | None = None,
        level: Level = "error",
        rule: str = RULE,
    ) -> Finding:
        """Something to say of one of its cells."""
        return Finding(rule, level, self.place(key), message, allowed=allowed)

    def place(self, key: str) -> str:
        """« PMSMP!C12 »."""
        return f"{self.sheet}!{self.places[key]}{self.number}"

    def get(self, key: str) -> Any:
        return self.values.get(key)


@dataclass
class Sheets:
    """The rows that can be understood, and what is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rule: str = RULE
    model: str = MODEL


def read_sheets(
    book: Book,
    sheets: Mapping[str, Sequence[Asked]] = SHEETS,
    rule: str = RULE,
    model: str = MODEL,
) -> Sheets:
    """Everything the workbook says, and every fault at once.

    `sheets`: the columns of each sheet that is read; `rule` and `model` stand in what is said.
    """
    result = Sheets(rule=rule, model=model)
    present = [name for name in sheets if name in book.sheets]
    if not present:
        known = ", ".join(f"« {name} »" for name in book.sheets) or "aucune"
        wanted = " et ".join(f"« {name} »" for name in sheets)
        message = f"ce classeur a les feuilles {known} ; attend {wanted} : {model}."
        result.findings.append(Finding(rule, "error", "", message))
        return result
    for name in book.sheets:
        if name not in sheets and name != HELP:
            close = difflib.get_close_matches(name, sheets, 1, 0.6)
            level: Level = "error" if close else "info"
            advice = f" ; la renommer « {close[0]} » si c’est elle" if close else ""
            message = f"la feuille « {name} » n’est pas lue{advice}."
            result.findings.append(Finding(rule, level, name, message))
    for name in present:
        _read_sheet(name, sheets[name], book, result)
    return result


def _read_sheet(name: str, asked: Sequence[Asked], book: Book, result: Sheets) -> None:
    for place in book.merged.get(name, ()):
        message = "cellules fusionnées : les séparer, et remplir chacune."
        result.findings.append(Finding(result.rule, "error", f"{name}!{place}", message))
    for place in book.formulas.get(name, ()):
        message = "cette cellule contient une formule : y coller sa valeur (collage spécial)."
        result.findings.append(Finding(result.rule, "error", f"{name}!{place}", message))
    rows = book.sheets[name]
    if not rows:
        result.findings.append(
            Finding(result.rule, "error", f"{name}!A1", f"feuille vide : {result.model}.")
        )
        return
    columns = _columns(name, rows[0], asked, result)
    if columns is None:
        return
    by_key = {one.key: one for one in asked}
    places = {key: letters(number) for key, number in columns.items()}
    for number, cells in enumerate(rows[1:], 2):
        if any(cell is not None for cell in cells):
            result.findings += _read_row(
                Row(name, number, {}, places), cells, columns, by_key, result.rows
            )


def _columns(
    name: str, head: Sequence[Value], asked: Sequence[Asked], result: Sheets
) -> dict[str, int] | None:
    """The column of each key; None when one that is needed is not there."""
    titles = {plain(one.title): one.key for one in asked}
    found: dict[str, int] = {}
    good = True
    for number, cell in enumerate(head):
        if cell is None:
            continue
        place = f"{name}!{letters(number)}1"
        key = titles.get(plain(str(cell)))
        if key is None:
            close = difflib.get_close_matches(plain(str(cell)), titles, 1)
            advice = f" ; voulez-vous dire « {_title(asked, titles[close[0]])} » ?" if close else ""
            message = f"colonne « {str(cell)[:40]} » inconnue{advice}"
            result.findings.append(
                Finding(result.rule, "error", place, f"{message} Sinon l’effacer.")
            )
        elif key in found:
            message = f"colonne « {cell} » en double (déjà en {letters(found[key])}1)."
            result.findings.append(Finding(result.rule, "error", place, message))
        else:
            found[key] = number
    for one in asked:
        if one.required and one.key not in found:
            message = f"il manque la colonne « {one.title} » : {result.model}."
            result.findings.append(Finding(result.rule, "error", f"{name}!1:1", message))
            good = False
    # Those that are not there stand after the others, for what is said of them.
    after = len(head)
    for one in asked:
        found.setdefault(one.key, after)
    return found if good else None


def _title(asked: Sequence[Asked], key: str) -> str:
    return next(one.title for one in asked if one.key == key)


def _read_row(
    row: Row,
    cells: Sequence[Value],
    columns: Mapping[str, int],
    asked: Mapping[str, Asked],
    rows: list[Row],
) -> Iterator[Finding]:
    values: dict[str, Any] = {}
    wrong = False
    for key, number in columns.items():
        cell = cells[number] if number < len(cells) else None
        if cell is None:
            if asked[key].required:
                wrong = True
                yield row.finding(key, f"« {asked[key].title} » est obligatoire.")
            continue
        try:
            values[key] = read_cell(asked[key], cell)
        except Wrong as reason:
            wrong = True
            yield row.finding(key, reason.sentence, reason.allowed)
            continue
        if asked[key].sort == "date" and isinstance(cell, str):
            message = f"date écrite en texte, lue comme le {values[key]:%d/%m/%Y}."
            yield row.finding(key, message, level="info")
    if not wrong:
        rows.append(Row(row.sheet, row.number, values, row.places))
