"""Writes examples/reprise-exemple.xlsx anew: `python -m scripts.takeover_example`.

The interview's own figures: 9 PMSMP in 2022, 19 in 2023, two conventions in force. People and
companies are invented.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from docgen.actions.takeover.columns import PARTNERSHIPS, STAYS
from docgen.actions.takeover.model import model_file

PATH = Path(__file__).parents[1] / "examples" / "reprise-exemple.xlsx"
AT = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
COMPANIES = (
    ("Boulangeries Lutèce & Fils", "55210055400013", "Boulangerie et pâtisserie"),
    ("Brasserie du Canal", "35600000000048", "Restauration traditionnelle"),
    ("Traiteur des Gobelins", "73282932000074", "Traiteur"),
    ("Hôtel de la Glacière", "40483304800022", "Hôtellerie"),
    ("Cantines Solidaires", "44306184100047", "Restauration collective"),
)
PEOPLE = (
    ("Diallo", "Fatou", dt.date(1990, 5, 17)),
    ("Petrov", "Ivan", dt.date(1984, 2, 29)),
    ("Haddad", "Leïla", dt.date(1997, 11, 3)),
    ("Nguyen", "Minh", dt.date(1979, 8, 21)),
    ("Garcia", "Elena", dt.date(2001, 1, 9)),
    ("Traoré", "Moussa", dt.date(1993, 6, 30)),
    ("Kowalska", "Ewa", dt.date(1988, 12, 12)),
    ("Benyamina", "Karim", dt.date(1995, 3, 25)),
    ("Mendes", "Rosa", dt.date(1982, 10, 5)),
    ("Sow", "Aminata", dt.date(1999, 7, 14)),
    ("Rahman", "Tariq", dt.date(1991, 4, 2)),
    ("Dubois", "Chantal", dt.date(1975, 9, 18)),
)
TRADES = (
    ("Commis de cuisine", "G1602"),
    ("Employé polyvalent de restauration", "G1603"),
    ("Agent d’étage", "G1501"),
    ("Vendeur en boulangerie", "D1106"),
)
OBJECTS = ("découvrir", "confirmer", "recruter")


def main() -> None:
    """Write the file, and say so."""
    PATH.write_bytes(content())
    print(f"{PATH} : écrit.")


def content() -> bytes:
    """The workbook: the same bytes each time."""
    return model_file(AT, {"Conventions": _partnerships(), "PMSMP": _stays()})


def _partnerships() -> list[list[Any]]:
    first, second = COMPANIES[1], COMPANIES[2]
    return [
        _row(
            PARTNERSHIPS,
            numero=f"2023-C{number}",
            entreprise=name,
            siret=siret,
            activite=activity,
            debut=dt.date(2023, start, 1),
            fin=dt.date(2024, start, 1) - dt.timedelta(days=1),
            volume=volume,
            base="année civile",
            recrutements=wanted,
            periode=12,
            maximum=3,
            preavis=3,
            preavis_unite="mois",
            referent="samira.benali@fournil.example.org",
        )
        for number, ((name, siret, activity), start, volume, wanted) in enumerate(
            ((first, 9, 6, 1), (second, 11, 4, None)), 1
        )
    ]


def _stays() -> list[list[Any]]:
    return [
        _stay(year, number, count)
        for year, count in ((2022, 9), (2023, 19))
        for number in range(1, count + 1)
    ]


def _stay(year: int, number: int, count: int) -> list[Any]:
    """One PMSMP of two weeks; spread over the year, and over people so that the law is kept."""
    family, given, born = PEOPLE[(number * 5 + year) % len(PEOPLE)]
    name, siret, activity = COMPANIES[(number + year) % len(COMPANIES)]
    trade, code = TRADES[number % len(TRADES)]
    start = dt.date(year, 1, 9) + dt.timedelta(days=7 * ((number - 1) * 46 // count))
    hired = year == 2023 and number % 4 == 0
    missed = number == 7
    outcome = "absence" if missed else "partiel" if number % 6 == 5 else "complet"
    hours = 70
    done = {"absence": None, "partiel": 49, "complet": 70}[outcome]
    end = start + dt.timedelta(days=11)
    return _row(
        STAYS,
        numero=f"{year}-{number:02d}",
        entreprise=name,
        siret=siret,
        activite=activity,
        nom=family,
        prenom=given,
        date_naissance=born,
        debut=start,
        fin=end,
        objet=OBJECTS[number % 3],
        objectifs=f"Tenir le poste de {trade.lower()} ; suivre les consignes d’hygiène",
        metier=trade,
        code_rome=code,
        referent="samira.benali@fournil.example.org",
        heures_prevues=hours,
        deroulement=outcome,
        heures_realisees=done,
        suite=None if missed else "embauche" if hired else "aucune",
        contrat="CDD 6 mois ou plus" if hired else None,
        embauche_le=end + dt.timedelta(days=21) if hired else None,
        chez_l_hote="oui" if hired and number % 8 else "non" if hired else None,
    )


def _row(columns: Any, **values: Any) -> list[Any]:
    known = {one.key for one in columns}
    assert set(values) <= known, set(values) - known
    return [values.get(one.key) for one in columns]


if __name__ == "__main__":
    main()
