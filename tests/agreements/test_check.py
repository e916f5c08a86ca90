"""What the check says of data: every fault at once, with its field, rule and what is allowed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docgen.agreements import KINDS, check
from docgen.agreements.reading import read
from tests.samples import PARTENARIAT, PMSMP, REMOVE, TODAY, changed, checked


@pytest.mark.parametrize("data", [PMSMP, PARTENARIAT], ids=["pmsmp", "partenariat"])
def test_the_samples_are_valid_and_nothing_is_held_against_them(data: dict[str, Any]) -> None:
    assert checked(data).valid
    assert [finding for finding in checked(data).findings if finding.level != "info"] == []


@pytest.mark.parametrize(
    ("changes", "field", "rule", "allowed"),
    [
        ({"debut": REMOVE}, "debut", "P8", None),
        ({"objectifs": []}, "objectifs", "modele", None),
        ({"objectifs": [""]}, "objectifs.0", "modele", None),
        ({"objet": "decouvir"}, "objet", "P7", "decouvrir"),
        ({"objet": ["decouvrir", "confirmer"]}, "objet", "P7", None),
        ({"debut": "2027-02-30"}, "debut", "modele", None),
        ({"debut": 20270111}, "debut", "modele", None),
        ({"debut": "0001-01-01"}, "debut", "modele", None),
        ({"fin": "9999-12-31"}, "fin", "modele", None),
        (
            {"horaires__exceptions": {"0027-01-12": []}},
            "horaires.exceptions.0027-01-12",
            "modele",
            None,
        ),
        ({"fin": "2027-01-10"}, "fin", "D1", "2027-01-11"),
        ({"fin": "2027-02-11"}, "fin", "P1", "2027-02-10"),
        ({"benficiaire": {}}, "benficiaire", "modele", None),
        ({"entreprise__siret": "73282932000079"}, "entreprise.siret", "modele", None),
        ({"entreprise__siret": "00000000000000"}, "entreprise.siret", "modele", None),
        ({"entreprise__siret": 35600000000048}, "entreprise.siret", "modele", None),
        ({"entreprise__siret": "35600000009076"}, "entreprise.siret", "modele", None),
        ({"beneficiaire__nom": None}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__nom": ""}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__nom": "x" * 301}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__nom": "a\x00b"}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__nom": "a\u202eb"}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__nom": "a\nb"}, "beneficiaire.nom", "modele", None),
        ({"beneficiaire__courriel": "fatou"}, "beneficiaire.courriel", "modele", None),
        ({"beneficiaire__courriel": "zoé@example.org"}, "beneficiaire.courriel", "modele", None),
        (
            {"beneficiaire__courriel": "gerant@dupont.example.org"},
            "entreprise.representant.courriel",
            "P17",
            None,
        ),
        (
            {"tuteur__courriel": "fatou@example.org"},
            "tuteur.courriel",
            "P17",
            None,
        ),
        ({"entreprise__siret": "73282932000074"}, "entreprise.siret", "P18", None),
        (
            {"beneficiaire__date_naissance": "2009-01-12"},
            "beneficiaire.representant_legal",
            "P10",
            None,
        ),
        ({"beneficiaire__date_naissance": "2011-01-12"}, "debut", "P10", "2027-01-12"),
        ({"horaires": {"semaine": {}}}, "horaires.semaine", "P8", None),
        (
            {"horaires__semaine": {"lundi": ["09:00-08:00"]}},
            "horaires.semaine.lundi.0",
            "modele",
            None,
        ),
    ],
    ids=str,
)
def test_one_fault_is_named_with_its_field_and_rule(
    changes: dict[str, Any], field: str, rule: str, allowed: object
) -> None:
    found = checked(changed(PMSMP, **changes))
    assert not found.valid
    assert [(f.field, f.rule, f.allowed) for f in found.findings] == [(field, rule, allowed)]
    assert found.findings[0].message.endswith((".", "?"))


def test_faults_of_the_model_and_of_the_rules_come_together() -> None:
    data = changed(
        PMSMP,
        fin="2027-03-01",
        objet="autre",
        tuteur__courriel="fatou@example.org",
        taches=REMOVE,
        inconnu=1,
    )
    assert {f.field for f in checked(data).findings} == {
        "fin",
        "objet",
        "tuteur.courriel",
        "taches",
        "inconnu",
    }


@pytest.mark.parametrize("birth", ["2009-01-11", "1990-05-17"])
def test_an_adult_on_the_first_day_signs_alone(birth: str) -> None:
    assert checked(changed(PMSMP, beneficiaire__date_naissance=birth)).valid


def test_a_minor_signs_with_the_legal_representative() -> None:
    legal = {"nom": "Diallo", "prenom": "Awa", "lien": "mère", "courriel": "awa@example.org"}
    found = checked(
        changed(
            PMSMP,
            beneficiaire__date_naissance="2010-06-01",
            beneficiaire__representant_legal=legal,
        )
    )
    assert found.agreement is not None
    roles = [signer.role for signer in found.agreement.signataires()]
    assert roles == ["beneficiaire", "representant_legal", "entreprise", "organisation"]


def test_la_poste_sites_follow_their_own_rule() -> None:
    assert checked(changed(PMSMP, entreprise__siret="356 000 000 49837")).valid


def test_a_notice_longer_than_the_convention_is_refused() -> None:
    found = checked(changed(PARTENARIAT, preavis={"valeur": 13, "unite": "mois"}))
    refused = [(f.field, f.rule) for f in found.findings if f.level == "error"]
    assert refused == [("preavis.valeur", "C1")]


def test_more_than_five_years_is_a_warning_only() -> None:
    found = checked(changed(PARTENARIAT, reconduction={"periode_mois": 12, "maximum": 6}))
    assert found.valid
    assert [(f.rule, f.level) for f in found.findings if f.level != "info"] == [("C2", "warning")]


@pytest.mark.parametrize("kind", [None, "inconnu", 3, ["pmsmp"]])
def test_an_unknown_kind_lists_the_known_ones(kind: object) -> None:
    found = checked({"type": kind} if kind is not None else {})
    assert found.kind is None
    assert all(slug in found.findings[0].message for slug in KINDS)


def test_a_misspelt_field_is_named_with_its_line_and_the_right_word() -> None:
    source = read(b"type: pmsmp\nbeneficiaire:\n  prenon: Fatou\n")
    finding = next(f for f in check(source, TODAY).findings if f.field == "beneficiaire.prenon")
    assert finding.line == 3
    assert "« prenom »" in finding.message


def test_every_shape_a_field_can_have_is_told_in_words() -> None:
    from docgen.agreements import KINDS
    from docgen.agreements.wording import _SHAPES

    patterns = {
        pattern
        for kind in KINDS.values()
        for pattern in re.findall(
            r"'pattern': '([^']+)'", str(kind.model.model_json_schema()).replace("\\\\", "\\")
        )
    }
    assert patterns
    assert patterns <= set(_SHAPES)
