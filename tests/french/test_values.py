"""Any value in words."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.french import en_clair
from tests.french import plain


@pytest.mark.parametrize(
    ("value", "label", "told"),
    [
        (None, "", "néant"),
        ([], "", "néant"),
        ({}, "", "néant"),
        (True, "", "oui"),
        (False, "", "non"),
        (1500, "", "1 500"),
        (dt.date(2027, 4, 1), "", "1er avril 2027"),
        ("0123456789", "Numéro de police", "0123456789"),
        ("0123456789", "Téléphone", "01 23 45 67 89"),
        ("73282932000074", "SIRET", "732 829 320 00074"),
        (["une seule"], "", "une seule"),
        (["une", "deux"], "", "– une\n– deux"),
        (
            {"Nom": "Petit", "Téléphone": "0123456789"},
            "",
            "Nom : Petit\nTéléphone : 01 23 45 67 89",
        ),
        (
            {"Accueil": {"Ville": "Paris", "PMSMP par an": 1}},
            "",
            "Accueil, ville : Paris\nAccueil, PMSMP par an : 1",
        ),
        ({"Visites": [{"Fois": 1}, {"Fois": 2}]}, "", "Visites : Fois : 1\nVisites : Fois : 2"),
        ([{"Nature": "visite", "Fois": 2}], "", "Nature : visite ; fois : 2"),
    ],
    ids=str,
)
def test_a_value_in_words(value: object, label: str, told: str) -> None:
    assert plain(en_clair(value, label)) == told


@pytest.mark.parametrize("value", [1.5, b"x", {"Prix": 1.5}, [1.5]])
def test_what_no_field_holds_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no way to say"):
        en_clair(value)
