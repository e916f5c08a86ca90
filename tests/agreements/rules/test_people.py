"""P7, P9, P14, P15, P18 and the D rules: the State convention, the employer, who may sign."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docgen.agreements.rules.context import Capacity, Contract, Reading, StateConvention
from tests.contexts import D, around, said_by
from tests.samples import COMPANY, ORGANISATION, REMOVE, changed

STATE = StateConvention(
    "ACI-75-2026-12", D("2026-01-01"), D("2027-12-31"), frozenset({"confirmer", "decouvrir"}), 3
)
EMPLOYER = changed(
    ORGANISATION,
    siret="80000002800012",
    representant__courriel="employeur@example.org",
)
PRESCRIBER = changed(
    ORGANISATION,
    siret="80000000200017",
    representant__courriel="prescripteur@example.org",
)


@pytest.mark.parametrize(
    ("state", "started", "expected"),
    [
        (STATE, 2, []),
        (STATE, 3, [("warning", "debut", None)]),
        (replace(STATE, objets=frozenset({"recruter"})), 0, [("error", "objet", "recruter")]),
        (replace(STATE, objets=frozenset()), 0, [("error", "objet", None)]),
        (None, 99, []),
    ],
)
def test_p7_the_state_convention_says_which_objects_and_how_many(
    state: StateConvention | None, started: int, expected: list[object]
) -> None:
    assert said_by("P7", around(state=state, started_this_year=started)) == expected


def test_p7_out_of_the_dates_of_the_state_convention_one_is_told() -> None:
    for first, last in (("2026-01-01", "2027-01-10"), ("2027-01-12", "2027-12-31")):
        state = replace(STATE, first=D(first), last=D(last))
        assert said_by("P7", around(state=state)) == [("warning", "debut", None)]
    assert not said_by("P7", around(state=replace(STATE, last=D("2027-01-11"))))


@pytest.mark.parametrize(
    ("changes", "nature", "expected"),
    [
        ({}, None, []),
        ({"beneficiaire__contrat": REMOVE}, None, [("info", "beneficiaire.contrat", None)]),
        ({"employeur": EMPLOYER}, None, [("error", "prescripteur", None)]),
        ({"employeur": EMPLOYER, "prescripteur": PRESCRIBER}, None, []),
        ({}, "ETTI", [("error", "prescripteur", None)]),
        ({"prescripteur": PRESCRIBER}, "ETTI", []),
        ({}, "ACI", []),
    ],
)
def test_p9_the_employer_is_a_party_and_an_inclusion_body_prescribes_for_its_own(
    changes: dict[str, Any], nature: str | None, expected: list[object]
) -> None:
    assert said_by("P9", around(nature=nature), **changes) == expected


def test_p9_a_contract_on_record_is_enough() -> None:
    contract = Contract("CDDI", D("2026-09-01"), D("2027-08-31"))
    assert not said_by("P9", around(contract=contract), beneficiaire__contrat=REMOVE)


@pytest.mark.parametrize(
    ("on", "level"), [("2027-01-10", None), ("2027-01-11", "warning"), ("2027-02-01", "warning")]
)
def test_p14_signed_before_it_starts(on: str, level: str | None) -> None:
    found = said_by("P14", around(on=D(on)))
    assert [level for level, _, _ in found] == ([level] if level else [])
    strict = said_by("P14", around(on=D(on), reading=Reading(late_signature="refuse")))
    assert [level for level, _, _ in strict] == (["error"] if level else [])


def test_p15_the_host_says_its_insurance() -> None:
    assert not said_by("P15", around())
    assert said_by("P15", around(), entreprise__assurance=REMOVE) == [
        ("warning", "entreprise.assurance", None)
    ]


def test_p18_another_establishment_of_the_organisation_is_still_itself() -> None:
    assert not said_by("P18", around())
    assert said_by("P18", around(), entreprise__siret="73282932000017")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (D("2026-11-02"), []),
        (D("2026-11-01"), [("error", "entreprise.representant", None)]),
        (None, []),
    ],
)
def test_d2_a_delegation_runs_on_the_day_of_issue(last: Any, expected: list[object]) -> None:
    email = str(COMPANY["representant"]["courriel"])  # type: ignore[index]
    assert said_by("D2", around(capacities=(Capacity(email, "DEL-1", last),))) == expected


@pytest.mark.parametrize(
    ("site", "expected"),
    [("open", []), ("unknown", []), ("closed", [("error", "entreprise.siret", None)])],
)
def test_d3_a_closed_establishment_is_refused_and_a_silent_register_is_not(
    site: Any, expected: list[object]
) -> None:
    assert said_by("D3", around(site=site)) == expected
