"""Figures as programs and spreadsheets read them: flat rows, with their definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from docgen.actions.reporting.period import Asked
from docgen.french import date_courte
from docgen.indicators import DEFINITIONS, Figure
from docgen.spreadsheets import Column, Table, written

UNITS = {
    "nombre": "",
    "jours": "jours",
    "minutes": "heures",
    "centimes": "euros",
    "pour cent": "%",
}


@dataclass(frozen=True)
class FigureRow:
    """One figure; the flat shape of `docgen indicators --json`.

    `value` as counted (minutes and cents are whole), rounded to two places when it is no whole
    number; null when there is nothing to count from, or when it is `masked`. `group` is the row of
    a breakdown, `label` its words; `shown` is the value for a person.
    """

    id: str
    group: str
    label: str
    value: int | float | None
    unit: str
    shown: str
    masked: bool
    first: dt.date
    last: dt.date
    definition: str


def flat(figures: Sequence[Figure], asked: Asked) -> list[FigureRow]:
    """One row a figure, in order."""
    window = asked.scope.window
    return [
        FigureRow(
            id=one.id,
            group=one.group,
            label=one.name,
            value=_number(one.value),
            unit=one.definition.unit,
            shown=one.shown,
            masked=one.hidden,
            first=window.first,
            last=window.last,
            definition=one.definition.text,
        )
        for one in figures
    ]


def _number(value: int | Fraction | None) -> int | float | None:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else round(float(value), 2)
    return value


def workbook(figures: Sequence[Figure], asked: Asked, at: dt.datetime) -> bytes:
    """Four sheets: figures, breakdowns, companies, and the definitions of what is shown."""
    window = asked.scope.window
    period = f"{date_courte(window.first)} – {date_courte(window.last)}"
    alone = [one for one in figures if not one.group]
    grouped = [one for one in figures if one.group and one.id != "promesse_par_entreprise"]
    shown = dict.fromkeys(one.id for one in figures)
    return written(
        [
            Table(
                "Chiffres",
                (
                    Column("Indicateur", 48),
                    Column("Valeur", 14, "decimal"),
                    Column("Unité", 10),
                    Column("Période", 26),
                ),
                [(one.name, _cell(one), UNITS[one.definition.unit], period) for one in alone],
            ),
            Table(
                "Répartitions",
                (Column("Indicateur", 40), Column("Ligne", 44), Column("Valeur", 14, "decimal")),
                [(one.definition.label, one.name, _cell(one)) for one in grouped],
            ),
            Table(
                "Entreprises",
                (
                    Column("Entreprise", 40),
                    Column("SIREN", 14),
                    Column("PMSMP promises", 16, "decimal"),
                    Column("PMSMP réalisées", 16, "decimal"),
                    Column("Écart", 12, "decimal"),
                    Column("Taux (%)", 12, "decimal"),
                ),
                companies(figures),
            ),
            Table(
                "Définitions",
                (Column("Indicateur", 40), Column("Définition", 110)),
                [(DEFINITIONS[one].label, DEFINITIONS[one].text) for one in shown],
                wrapped=True,
            ),
        ],
        "Indicateurs",
        at,
    )


def companies(figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    """(name, SIREN, promised, realised, gap, rate) of each company, as cells."""
    rows: dict[str, list[object]] = {}
    for one in figures:
        if one.id == "promesse_par_entreprise":
            siren = one.group.split(":")[0]
            rows.setdefault(siren, [one.name, siren]).append(_cell(one))
    return [tuple(row) for row in rows.values()]


def _cell(one: Figure) -> object:
    """What a spreadsheet can add up: hours and euros rather than minutes and cents."""
    if one.hidden:
        return "< 5"
    if one.value is None:
        return None
    divided = {"minutes": 60, "centimes": 100}.get(one.definition.unit, 1)
    return round(float(Fraction(one.value) / divided), 2)
