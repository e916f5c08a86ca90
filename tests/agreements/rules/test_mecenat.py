"""The rules of the skills sponsorship, each broken once and met at its boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.agreements import check
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Capacity, Context, Parent
from docgen.agreements.rules.mecenat import frozen_by_receipts
from tests.samples import MECENAT, REMOVE, TODAY, changed

KNOWN = Context(TODAY, known=True, eligible_for_gifts=True)
SERVICE: dict[str, Any] = {
    "forme": "prestation",
    **dict.fromkeys(("salarie", "accord_salarie_le", "avenant_contrat", "mode_calcul"), REMOVE),
}


def findings(
    context: Context = KNOWN, on: dt.date = TODAY, **changes: Any
) -> list[tuple[str, str, str, object]]:
    found = check(Source(changed(MECENAT, **changes)), on, context)
    return [(f.rule, f.level, f.field, f.allowed) for f in found.findings]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        SERVICE,
        # On its first day, the employee may still agree.
        {"accord_salarie_le": "2026-11-02", "debut": "2026-11-03"},
        {"fin": "2029-11-15"},
        {"facturation": {"mode": "partiel", "montant_centimes": 399_999}},
        {"facturation": {"mode": "partiel", "montant_centimes": 999_999}, "valorisation": REMOVE},
        # A service may go on longer: the three years are those of a loan.
        {**SERVICE, "fin": "2029-11-16"},
        {"partenariat": "CP-2026-0001"},
    ],
    ids=str,
)
def test_what_is_right_is_without_a_word(changes: dict[str, Any]) -> None:
    assert findings(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"salarie": REMOVE}, ("M1", "error", "salarie", None)),
        ({"accord_salarie_le": REMOVE}, ("M1", "error", "accord_salarie_le", None)),
        ({"avenant_contrat": REMOVE}, ("M1", "error", "avenant_contrat", None)),
        ({"mode_calcul": REMOVE}, ("M1", "error", "mode_calcul", None)),
        (
            {"accord_salarie_le": "2026-11-17"},
            ("M2", "error", "accord_salarie_le", "2026-11-02"),
        ),
        # Before the first day, but not given yet.
        (
            {"accord_salarie_le": "2026-11-03"},
            ("M2", "error", "accord_salarie_le", "2026-11-02"),
        ),
        ({"fin": "2029-11-16"}, ("M3", "error", "fin", "2029-11-15")),
        (
            {**SERVICE, "salarie": MECENAT["salarie"]},
            ("M4", "error", "salarie", None),
        ),
        (
            {**SERVICE, "avenant_contrat": "avenant"},
            ("M4", "error", "avenant_contrat", None),
        ),
        (
            {"facturation": {"mode": "gratuit", "montant_centimes": 0}},
            ("M5", "error", "facturation.montant_centimes", None),
        ),
        (
            {"facturation": {"mode": "partiel"}},
            ("M5", "error", "facturation.montant_centimes", None),
        ),
        (
            {"facturation": {"mode": "partiel", "montant_centimes": 0}},
            ("M5", "error", "facturation.montant_centimes", None),
        ),
        (
            {"facturation": {"mode": "partiel", "montant_centimes": 400_000}},
            ("M5", "error", "facturation.montant_centimes", 399_999),
        ),
        ({"entreprise__assurance": REMOVE}, ("M7", "warning", "entreprise.assurance", None)),
        (
            {"entreprise__representant__courriel": "direction@fournil.example.org"},
            ("M9", "error", "organisation.representant.courriel", None),
        ),
        ({"entreprise__siret": "73282932000074"}, ("M10", "error", "entreprise.siret", None)),
        ({"fin": "2026-11-15"}, ("D1", "error", "fin", "2026-11-16")),
    ],
    ids=str,
)
def test_each_rule_is_broken_alone(
    changes: dict[str, Any], expected: tuple[str, str, str, object]
) -> None:
    assert findings(**changes) == [expected]


@pytest.mark.parametrize(
    ("start", "said"), [("2026-11-02", ["M8"]), ("2026-11-03", []), ("2026-10-27", ["M8"])]
)
def test_a_mission_already_begun_warns(start: str, said: list[str]) -> None:
    assert [one[0] for one in findings(debut=start)] == said


@pytest.mark.parametrize(
    ("issued_on", "end", "allowed"),
    [
        # The law of 15 April 2024, in force on the 17th, made two years three.
        ("2024-04-16", "2026-05-01", None),
        ("2024-04-16", "2026-05-02", "2026-05-01"),
        ("2024-04-17", "2026-05-02", None),
        ("2024-04-17", "2027-05-01", None),
        ("2024-04-17", "2027-05-02", "2027-05-01"),
    ],
)
def test_how_long_a_loan_may_be_depends_on_the_day_of_issue(
    issued_on: str, end: str, allowed: str | None
) -> None:
    day = dt.date.fromisoformat(issued_on)
    found = findings(Context(day), day, debut="2024-05-02", fin=end, accord_salarie_le="2024-04-02")
    assert found == ([("M3", "error", "fin", allowed)] if allowed else [])


def test_a_loan_from_29_february_ends_on_the_28th() -> None:
    found = findings(debut="2028-02-29", fin="2031-03-01", accord_salarie_le="2026-10-26")
    assert found == [("M3", "error", "fin", "2031-02-28")]


@pytest.mark.parametrize(
    ("known", "eligible", "level"),
    [
        (True, True, None),
        (True, None, "warning"),
        (True, False, "error"),
        # Without any record there is no sheet to read.
        (False, None, None),
    ],
)
def test_the_organisation_must_be_eligible(
    known: bool, eligible: bool | None, level: str | None
) -> None:
    found = check(
        Source(MECENAT), TODAY, Context(TODAY, known=known, eligible_for_gifts=eligible)
    ).findings
    assert [(f.rule, f.level, f.field) for f in found] == (
        [("M6", level, "organisation")] if level else []
    )
    assert all("docgen register" in f.message for f in found)


@pytest.mark.parametrize(("until", "said"), [("2026-11-01", ["D2"]), ("2026-11-02", [])])
def test_a_delegation_still_runs(until: str, said: list[str]) -> None:
    capacity = Capacity("gerant@dupont.example.org", "D-1", dt.date.fromisoformat(until))
    context = Context(TODAY, known=True, eligible_for_gifts=True, capacities=(capacity,))
    assert [one[0] for one in findings(context)] == said


@pytest.mark.parametrize(
    ("kind", "receipts", "fields", "frozen"),
    [
        ("mecenat", ("RF-2026-0001",), ["valorisation.montant_centimes"], [0]),
        ("mecenat", ("RF-2026-0001",), ["mission", "valorisation", "fin"], [1]),
        ("mecenat", (), ["valorisation.montant_centimes"], []),
        ("mecenat", ("RF-2026-0001",), ["mission"], []),
        ("partenariat", ("RF-2026-0001",), ["valorisation"], []),
    ],
)
def test_a_value_on_a_receipt_does_not_change(
    kind: str, receipts: tuple[str, ...], fields: list[str], frozen: list[int]
) -> None:
    parent = Parent("MEC-2026-0001", kind, "archive", MECENAT, {"recu": receipts})
    found = list(frozen_by_receipts(fields, parent))
    assert [breach.field for breach in found] == [f"modifications.{n}.champ" for n in frozen]
    assert all("RF-2026-0001" in breach.message for breach in found)
