"""The attestation: from a signed bilan, word for word, once for each nature."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from docgen.agreements import Checked, check
from docgen.agreements.attestation import Attestation, complete
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Capacity, Context, Parent
from tests.agreements.rules.test_bilan import AFTER, bilan
from tests.samples import ABSENCE, ATTESTATION, BILAN, PMSMP, agreement, changed

NUMBER = "PMSMP-2026-0001-B1"
STOPPED = changed(BILAN, deroulement="partiel", dernier_jour="2027-01-21", minutes_absence=150)


def parent_of(data: dict[str, Any], context: Context = AFTER, **fields: Any) -> Parent:
    said = bilan(data, context).model_dump(mode="json")
    return replace(Parent(NUMBER, "bilan", "archive", said), **fields)


CONTEXT = Context(dt.date(2027, 2, 8), known=True, parent=parent_of(STOPPED))


def judged(data: dict[str, Any], context: Context = CONTEXT) -> Checked:
    parent = context.parent
    return check(Source(complete(data, parent) if parent else data), context.issued_on, context)


def said(data: dict[str, Any], context: Context = CONTEXT) -> list[tuple[str, str, str, object]]:
    return [(f.rule, f.level, f.field, f.allowed) for f in judged(data, context).findings]


def attestation(data: dict[str, Any]) -> Attestation:
    found = judged(data).agreement
    assert isinstance(found, Attestation)
    return found


@pytest.mark.parametrize("nature", ["presence", "accueil"])
def test_a_bilan_number_and_a_nature_are_enough(nature: str) -> None:
    found = attestation(changed(ATTESTATION, nature=nature))
    # Mondays, Tuesdays, Thursdays, Fridays to the 21st: seven days of 6 h 30, less 2 h 30.
    assert (found.debut, found.fin) == (dt.date(2027, 1, 11), dt.date(2027, 1, 21))
    assert found.minutes_realisees == 7 * 390 - 150
    assert (found.convention.reference, found.pmsmp.reference) == (NUMBER, "PMSMP-2026-0001")
    assert [(s.role, s.nom_complet) for s in found.signataires()] == [
        ("organisation", "Claire Moreau")
    ]


def test_its_dates_are_those_of_presence() -> None:
    # From a Saturday to a Sunday: present from Monday to Friday.
    signed = agreement(changed(PMSMP, debut="2027-01-09", fin="2027-01-31"))
    closed = Context(
        dt.date(2027, 2, 8),
        known=True,
        parent=Parent("PMSMP-2026-0001", "pmsmp", "archive", signed.model_dump(mode="json")),
    )
    found = judged(ATTESTATION, replace(CONTEXT, parent=parent_of(BILAN, closed))).agreement
    assert found is not None
    assert (found.debut, found.fin) == (dt.date(2027, 1, 11), dt.date(2027, 1, 29))


def test_it_names_the_person_and_says_nothing_more_of_them() -> None:
    data = attestation(ATTESTATION).model_dump(mode="json")
    assert set(data["beneficiaire"]) == {"civilite", "nom", "prenom", "date_naissance"}
    assert set(data["tuteur"]) == {"civilite", "nom", "prenom", "fonction"}
    found = judged(ATTESTATION | {"rqth": True})
    assert [f.field for f in found.findings] == ["rqth"]


@pytest.mark.parametrize(
    ("parent", "words"),
    [
        (None, "registre"),
        (parent_of(STOPPED, position="envoye"), "pas encore signée"),
        (parent_of(STOPPED, position="annule"), "annulée"),
        (parent_of(STOPPED, kind="pmsmp"), "bon type"),
    ],
    ids=["unknown", "waiting", "cancelled", "other kind"],
)
def test_t1_only_from_a_signed_bilan(parent: Parent | None, words: str) -> None:
    data = attestation(ATTESTATION).model_dump(mode="json")
    context = replace(CONTEXT, parent=parent)
    found = check(Source(data), context.issued_on, context).findings
    assert [(f.rule, f.level, f.field) for f in found] == [("T1", "error", "convention")]
    assert words in found[0].message


def test_t1_says_nothing_where_nothing_is_known() -> None:
    data = attestation(ATTESTATION).model_dump(mode="json")
    assert check(Source(data), CONTEXT.issued_on).findings == ()


def test_t2_nothing_to_attest_when_nobody_came() -> None:
    absent = replace(CONTEXT, parent=parent_of(ABSENCE))
    assert said(ATTESTATION, absent) == [("T2", "error", "minutes_realisees", None)]
    one_minute = changed(STOPPED, minutes_absence=7 * 390 - 1)
    assert said(ATTESTATION, replace(CONTEXT, parent=parent_of(one_minute))) == []


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"minutes_realisees": 2581}, "minutes_realisees", 2580),
        ({"minutes_realisees": 2579}, "minutes_realisees", 2580),
        ({"debut": "2027-01-10"}, "debut", "2027-01-11"),
        ({"fin": "2027-01-29"}, "fin", "2027-01-21"),
        ({"metier": {"appellation": "Chef"}}, "metier", None),
        (
            {"tuteur": {"nom": "Roux", "prenom": "Ada", "fonction": "cheffe"}},
            "tuteur",
            None,
        ),
        (
            {"beneficiaire": {"nom": "Ba", "prenom": "Awa", "date_naissance": "1990-05-17"}},
            "beneficiaire",
            None,
        ),
        (
            {"pmsmp": {"reference": "X", "debut": "2027-01-11", "fin": "2027-01-29"}},
            "pmsmp",
            None,
        ),
    ],
    ids=str,
)
def test_t3_nothing_differs_from_the_bilan(
    changes: dict[str, Any], field: str, allowed: object
) -> None:
    assert said(ATTESTATION | changes) == [("T3", "error", field, allowed)]


def test_t3_the_same_values_written_out_are_admitted_and_the_signer_may_have_changed() -> None:
    assert said(ATTESTATION | {"minutes_realisees": 2580, "fin": "2027-01-21"}) == []
    organisation = bilan(BILAN).model_dump(mode="json")["organisation"]
    new = {"nom": "Lopez", "prenom": "Ana", "fonction": "directrice", "courriel": "a@example.org"}
    assert said(ATTESTATION | {"organisation": organisation | {"representant": new}}) == []
    other = organisation | {"siret": "55210055400013"}
    assert said(ATTESTATION | {"organisation": other}) == [
        ("T3", "error", "organisation.siret", "73282932000074")
    ]


@pytest.mark.parametrize(("nature", "warned"), [("presence", True), ("accueil", False)])
def test_t4_a_second_one_of_the_same_nature_is_remarked_upon(nature: str, warned: bool) -> None:
    name = f"{NUMBER}-ATT1"
    parent = parent_of(
        STOPPED, children={"attestation": (name,)}, said={name: {"nature": "presence"}}
    )
    found = judged(changed(ATTESTATION, nature=nature), replace(CONTEXT, parent=parent))
    assert found.valid
    assert [f.rule for f in found.findings] == (["T4"] if warned else [])


@pytest.mark.parametrize(("last", "right"), [(8, True), (7, False)])
def test_d2_the_signer_still_may(last: int, right: bool) -> None:
    capacity = Capacity("direction@fournil.example.org", "DEL-1", dt.date(2027, 2, last))
    found = judged(ATTESTATION, replace(CONTEXT, capacities=(capacity,)))
    assert found.valid is right
