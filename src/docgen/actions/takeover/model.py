"""The model file of a takeover: two sheets to fill, and a page that says how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from docgen.actions.takeover.columns import SHEETS, Asked
from docgen.spreadsheets import Column, Table, written
from docgen.spreadsheets.writing import Format

ENTRY_ROWS = 2000
HELP = "Lisez-moi"
_FORMATS: dict[str, Format] = {"date": "date", "nombre": "nombre", "heures": "decimal"}
_LINES = (
    "Ce classeur reprend les conventions de partenariat et les PMSMP conclues avant docgen.",
    (
        "Une ligne par convention (feuille « Conventions ») ou par PMSMP (feuille « PMSMP »). Les "
        "colonnes marquées * sont obligatoires. Ne pas renommer les feuilles ni les titres, ne pas "
        "fusionner de cellules, ne pas écrire de formules."
    ),
    "Les dates sont des dates (31/12/2023). Les SIRET sont des textes de 14 chiffres.",
    (
        "Essayer d’abord : docgen import FICHIER --dry-run. Chaque faute est dite avec sa cellule, "
        "et rien n’est repris tant qu’il en reste une."
    ),
    "Reprendre le même fichier deux fois n’ajoute rien : le numéro d’origine fait foi.",
    (
        "Ce qui est repris compte dans les chiffres et dans les durées légales, est marqué "
        "« repris », et docgen ne dit jamais que quelqu’un l’a signé : il ne l’a pas vu."
    ),
    (
        "Données personnelles : nom, prénom et date de naissance servent à reconnaître une "
        "personne d’une PMSMP à l’autre (60 jours sur douze mois). N’écrire ni numéro de sécurité "
        "sociale, ni santé, ni nationalité. Effacer ce fichier une fois repris."
    ),
)


def model_file(at: datetime, rows: Mapping[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """The workbook to fill; with `rows` by sheet, filled."""
    return book_of("Reprise du passé", _LINES, SHEETS, at, rows or {})


def book_of(
    title: str,
    lines: Sequence[str],
    sheets: Mapping[str, Sequence[Asked]],
    at: datetime,
    rows: Mapping[str, Sequence[Sequence[Any]]] = MappingProxyType({}),
) -> bytes:
    """A workbook of those sheets, and a page that says how to fill them."""
    tables = [Table(HELP, (Column(title, 100),), [(one,) for one in lines], wrapped=True)]
    tables += [
        Table(name, [_column(one) for one in asked], rows.get(name, ()), entry_rows=ENTRY_ROWS)
        for name, asked in sheets.items()
    ]
    return written(tables, title, at)


def _column(asked: Asked) -> Column:
    return Column(
        asked.title,
        asked.width,
        _FORMATS.get(asked.sort, "texte"),
        tuple(asked.choices),
        asked.hint,
        asked.required,
    )
