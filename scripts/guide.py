"""Writes the generated tables of docs/templates.md anew: `python -m scripts.guide`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docgen.documents.lint import RULES
from docgen.documents.lint.allowed import JINJA_FILTERS, TESTS
from docgen.documents.lint.shapes import argument_sorts
from docgen.french import FILTERS

GUIDE = Path(__file__).parents[1] / "docs" / "templates.md"
LEVELS = {"error": "erreur", "warning": "avertissement"}
# One value of each nature, and those that a filter wants of its own.
_BY_SORT: dict[str, tuple[object, ...]] = {
    "date": (dt.date(2026, 4, 6),),
    "instant": (dt.datetime(2026, 4, 6, 12, 2, tzinfo=dt.UTC),),
    "nombre": (450,),
    "texte": ("Orléans",),
    "liste": (["lundi", "mardi", "jeudi"],),
}
_BY_NAME: dict[str, tuple[object, ...]] = {
    "periode": (dt.date(2026, 1, 5), dt.date(2026, 1, 23)),
    "nombre": (1234567,),
    "pour_cent": (25,),
    "euros": (123450,),
    "euros_en_lettres": (123450,),
    "selon": ("Mme", "né", "née"),
    "appel": ("Mme",),
    "accord": (3, "signataire"),
    "nom_en_capitales": ("Dupré de La Tour",),
    "ponctuation": ("Pourquoi?",),
    "en_clair": (["lundi", "jeudi"],),
    "siren": ("732829320",),
    "siret": ("73282932000074",),
    "telephone": ("0123456789",),
    "pluriel": (3, "visite"),
    "mois": (3,),
}


def filters_table() -> str:
    """Our filters, with what each makes of an example."""
    rows = ["| Filtre | S’applique à | Exemple | Donne |", "|---|---|---|---|"]
    for name, function in FILTERS.items():
        sorts = sorted(argument_sorts(function))
        known = [values for sort, values in _BY_SORT.items() if sort in sorts]
        values = _BY_NAME.get(name) or known[0]
        others = ", ".join(_argument(value) for value in values[1:])
        call = f"{name}({others})" if others else name
        given = function(*values).replace("\u00a0", " ").replace("\u202f", " ")
        to = ", ".join(sorts) or "toute valeur"
        given = given.replace("\n", " ; ")
        rows.append(f"| `{name}` | {to} | `{{{{ champ \\| {call} }}}}` | {given} |")
    return "\n".join(rows)


def _argument(value: object) -> str:
    return "fin" if isinstance(value, dt.date) else f'"{value}"'


def others_table() -> str:
    """The filters and tests of Jinja that the check lets through."""
    return (
        "Filtres de Jinja admis\u00a0: "
        + ", ".join(f"`{name}`" for name in sorted(JINJA_FILTERS))
        + ".\n\nTests admis après `is`\u00a0: "
        + ", ".join(f"`{name}`" for name in sorted(TESTS))
        + "."
    )


def rules_table() -> str:
    """Every rule of the check."""
    rows = ["| Règle | Niveau | Ce qui ne va pas | Comment corriger |", "|---|---|---|---|"]
    rows += [
        f"| `{rule.id}` | {LEVELS[rule.level]} | {_cell(rule.title)} | {_cell(rule.remedy)} |"
        for rule in RULES.values()
    ]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


BLOCKS = {"filtres": filters_table, "autres": others_table, "règles": rules_table}


def written(guide: str) -> str:
    """The guide with its generated blocks made anew."""
    for name, make in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = guide.partition(start)
        guide = f"{before}{start}{make()}\n{end}{rest.partition(end)[2]}"
    return guide


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{GUIDE} : à jour.")
