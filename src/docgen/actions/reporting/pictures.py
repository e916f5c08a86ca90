"""The charts of the yearly report, and what each shows in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docgen.actions.reporting.period import Asked
from docgen.documents.charts import Bars, Value, lying, upright
from docgen.documents.pictures import Picture
from docgen.french import nombre
from docgen.indicators import Figure

MONTHS = [
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
]
MOST_MONTHS, MOST_COMPANIES = 24, 10


def report_pictures(
    figures: Sequence[Figure], before: Sequence[Figure], asked: Asked
) -> dict[str, Picture]:
    """The pictures by the name of their place."""
    by_month = months_drawn(figures, before, asked)
    pictures = {"graphique-mois": Picture(upright(by_month.bars), by_month.words)}
    # Without a company the report has no place for the other.
    if promised := promises_drawn(figures):
        pictures["graphique-engagements"] = Picture(lying(promised.bars), promised.words)
    return pictures


@dataclass(frozen=True)
class Drawn:
    """What a picture shows: its bars, and the same in words."""

    bars: Bars
    words: str


def months_drawn(figures: Sequence[Figure], before: Sequence[Figure], asked: Asked) -> Drawn:
    """PMSMP begun each month, beside those of the time before."""
    months, labels = _months(asked)
    now, then = _by_month(figures), _by_month(before)
    name, earlier = ("période", "période précédente")
    if asked.year:
        name, earlier = str(asked.year), str(asked.year - 1)
    values = [now.get(month, 0) for month in months]
    past = [then.get(month, 0) for month in _months(asked.before())[0]][: len(months)]
    past += [0] * (len(months) - len(past))
    shown = {one.group: one.shown for one in figures if one.id == "par_mois"}
    words = "PMSMP commencées chaque mois. " + " ".join(
        f"{label} : {shown.get(month, 0)}." for label, month in zip(labels, months, strict=True)
    )
    return Drawn(Bars(labels, [(name, values), (earlier, past)]), words)


def promises_drawn(figures: Sequence[Figure]) -> Drawn | None:
    """PMSMP promised and realised by company; None where no company promised."""
    if not any(one.id == "promesse_par_entreprise" for one in figures):
        return None
    hidden: list[tuple[str, Value, Value]] = [("nombres masqués", 0, 0)]
    drawn = _promised(figures)[:MOST_COMPANIES] or hidden
    promised = Bars(
        [one[0] for one in drawn],
        [("promis", [one[1] for one in drawn]), ("réalisé", [one[2] for one in drawn])],
    )
    said = "PMSMP promises et réalisées par entreprise. " + " ".join(
        f"{label} : {nombre(wanted, 1)} promises, {nombre(done)} réalisées."
        for label, wanted, done in drawn
    )
    return Drawn(promised, said)


def _promised(figures: Sequence[Figure]) -> list[tuple[str, Value, Value]]:
    """(company, promised, realised), the largest promise first; those hidden are left out."""
    rows: dict[str, dict[str, Figure]] = {}
    for one in figures:
        if one.id == "promesse_par_entreprise":
            siren, what = one.group.split(":")
            rows.setdefault(siren, {})[what] = one
    found: list[tuple[str, Value, Value]] = [
        (row["promis"].name, row["promis"].value or 0, row["realise"].value or 0)
        for row in rows.values()
        if not row["realise"].hidden
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _by_month(figures: Sequence[Figure]) -> Mapping[str, int]:
    """Shown values by month; a hidden one is not drawn, and the report says so."""
    return {
        one.group: int(one.value)
        for one in figures
        if one.id == "par_mois" and one.value is not None
    }


def _months(asked: Asked) -> tuple[list[str], list[str]]:
    """The months of the window (« 2023-01 »), and how a chart calls them; two years at most."""
    window = asked.scope.window
    first, last = window.first, window.last
    count = min((last.year - first.year) * 12 + last.month - first.month + 1, MOST_MONTHS)
    months = []
    for offset in range(count):
        year, month = divmod(first.year * 12 + first.month - 1 + offset, 12)
        months.append((year, month + 1))
    several = count > 12
    labels = [f"{MONTHS[m - 1]} {y % 100}" if several else MONTHS[m - 1] for y, m in months]
    return [f"{year}-{month:02d}" for year, month in months], labels
