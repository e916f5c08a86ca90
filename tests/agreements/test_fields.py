"""Fields by their path: existence, names, what they take, and how their values read."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest

from docgen.agreements.avenant import AMENDABLE
from docgen.agreements.fields import CHOICES, Astray, Place, paths, place_of
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.pmsmp import Pmsmp
from docgen.french import en_clair
from tests.french import plain


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("fin", "Dernier jour"),
        ("horaires.semaine.lundi", "Horaires de présence, semaine type, lundi"),
        (
            "horaires.exceptions.2027-01-20",
            "Horaires de présence, dates particulières, 20/01/2027",
        ),
        ("objectifs.0", "Objectifs précis, n°\u00a01"),
        # A title that stands inside `Telephone | None`.
        ("tuteur.telephone", "Tuteur dans l’entreprise, téléphone"),
        ("entreprise.siret", "Entreprise d’accueil, SIRET"),
        ("beneficiaire.contrat.fin", "Bénéficiaire, contrat en cours, fin du contrat"),
    ],
)
def test_a_field_is_called_by_the_titles_on_its_way(path: str, name: str) -> None:
    place = place_of(Pmsmp, path)
    assert isinstance(place, Place)
    assert place.intitule == name


@pytest.mark.parametrize(
    "path",
    ["", ".", "fin.", "fin.jour", "objectifs.-1", "objectifs.²", "horaires.exceptions.demain"],
)
def test_a_path_that_names_nothing_is_astray(path: str) -> None:
    assert isinstance(place_of(Pmsmp, path), Astray)


@pytest.mark.parametrize("slug", AMENDABLE)
def test_every_path_leads_to_a_place_with_a_french_name(slug: str) -> None:
    model = AMENDABLE[slug].model
    known = list(paths(model))
    assert len(known) > 40
    for path in known:
        place = place_of(model, path)
        assert isinstance(place, Place)
        # A day of the week is its own name.
        assert "_" not in place.intitule
        assert place.libelle != path.rpartition(".")[2] or "semaine" in path


@pytest.mark.parametrize("slug", AMENDABLE)
def test_every_choice_reads_in_french(slug: str) -> None:
    model = AMENDABLE[slug].model
    for path in paths(model):
        place = place_of(model, path)
        assert isinstance(place, Place)
        for word in _choices(place.annotation):
            assert "_" not in CHOICES.get(word, word), path


def _choices(annotation: Any) -> Iterator[str]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from typing.get_args(annotation)
    for inner in typing.get_args(annotation):
        if not isinstance(inner, str):
            yield from _choices(inner)


def test_a_value_is_kept_as_the_model_writes_it() -> None:
    place = place_of(Pmsmp, "horaires.semaine.lundi")
    assert isinstance(place, Place)
    assert place.written(["13h30-16:30", " 9:00-12:00"]) == ["09:00–12:00", "13:30–16:30"]
    assert place.written(["bonjour"]) == ["bonjour"]
    assert [fault.field for fault in place.faults(["9:00-12:00", "bonjour"])] == ["1"]


@pytest.mark.parametrize(
    ("model", "path", "value", "lines"),
    [
        (Pmsmp, "fin", "2027-02-01", ["1er février 2027"]),
        (Pmsmp, "objet", "recruter", ["initier une démarche de recrutement"]),
        (Pmsmp, "tuteur.telephone", "0123456789", ["01 23 45 67 89"]),
        (Partenariat, "reconduction", None, ["néant"]),
        (
            Pmsmp,
            "horaires",
            {"semaine": {"lundi": ["9:00-12:00", "13:00-14:00"]}, "exceptions": {"2027-01-20": []}},
            [
                "Semaine type, lundi : 09:00–12:00, 13:00–14:00",
                "Dates particulières, 20 janvier 2027 : néant",
            ],
        ),
        (
            Partenariat,
            "engagements_entreprise.pmsmp",
            {"volume_annuel": 6, "base": "annee_civile", "metiers": ["boulanger", "vendeuse"]},
            [
                "PMSMP par an : 6",
                "Année de compte : année civile",
                "Métiers proposés : boulanger, vendeuse",
            ],
        ),
        (
            Partenariat,
            "engagements_entreprise.evenements",
            [
                {"nature": "job_dating", "nombre_annuel": 1},
                {"nature": "atelier", "nombre_annuel": 2},
            ],
            [
                "– Nature : rencontre de recrutement ; fois par an : 1",
                "– Nature : atelier ; fois par an : 2",
            ],
        ),
    ],
    ids=str,
)
def test_a_value_reads_in_french(
    model: type[Any], path: str, value: object, lines: list[str]
) -> None:
    place = place_of(model, path)
    assert isinstance(place, Place)
    told = en_clair(place.readable(value), place.libelle)
    assert [plain(line) for line in told.split("\n")] == lines
