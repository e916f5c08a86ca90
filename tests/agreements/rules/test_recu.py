"""The rules of the tax receipt, each broken once and met at its boundary."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements import KINDS, check
from docgen.agreements.reading import Source
from docgen.agreements.recu import Recu, complete
from docgen.agreements.rules.context import Capacity, Context, Parent
from tests.samples import MECENAT, PMSMP, RECU, REMOVE, changed

ISSUED = dt.date(2027, 1, 8)
LOAN = Parent(
    "MEC-2026-0001",
    "mecenat",
    "archive",
    {**MECENAT, "facturation": {"mode": "gratuit", "montant_centimes": None}},
)
KNOWN = Context(ISSUED, known=True, eligible_for_gifts=True, parent=LOAN)
GIFT = {"description": "Farine", "quantite": "10 sacs", "montant_centimes": 20_000}


def given_by(**changes: Any) -> Context:
    """The facts, with the convention changed."""
    return replace(KNOWN, parent=replace(LOAN, data=changed(dict(LOAN.data), **changes)))


def findings(context: Context = KNOWN, **changes: Any) -> list[tuple[str, str, str, object]]:
    found = check(Source(changed(RECU, **changes)), context.issued_on, context)
    return [(f.rule, f.level, f.field, f.allowed) for f in found.findings]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"nature": [GIFT], "total_centimes": 150_000},
        {
            "versement": {"forme": "virement", "montant_centimes": 5_000},
            "total_centimes": 135_000,
        },
    ],
    ids=str,
)
def test_what_is_right_is_without_a_word(changes: dict[str, Any]) -> None:
    assert findings(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"debut": "2026-11-15"}, ("F3", "error", "debut", "2026-11-16")),
        ({"fin": "2027-01-09"}, ("F4", "error", "fin", "2027-01-08")),
        ({"total_centimes": 129_999}, ("F6", "error", "total_centimes", 130_000)),
        ({"total_centimes": 130_001}, ("F6", "error", "total_centimes", 130_000)),
        (
            {"nature": [GIFT]},
            ("F6", "error", "total_centimes", 150_000),
        ),
        (
            {"entreprise__forme_juridique": REMOVE},
            ("F7", "error", "entreprise.forme_juridique", None),
        ),
        (
            {"organisation__forme_juridique": REMOVE},
            ("F7", "error", "organisation.forme_juridique", None),
        ),
        (
            {"entreprise__siret": "55210055400013"},
            ("F8", "error", "entreprise.siret", "35600000000048"),
        ),
        (
            {"salaries": [], "nature": [{**GIFT, "montant_centimes": 130_000}]},
            ("F9", "error", "salaries", None),
        ),
        (
            {"facture_centimes": 1, "total_centimes": 129_999},
            ("F9", "error", "facture_centimes", 0),
        ),
    ],
    ids=str,
)
def test_each_rule_is_broken_alone(
    changes: dict[str, Any], expected: tuple[str, str, str, object]
) -> None:
    assert findings(**changes) == [expected]


@pytest.mark.parametrize(
    ("parent", "said"),
    [
        (LOAN, []),
        (replace(LOAN, position="signe"), []),
        (replace(LOAN, position="envoye"), ["F1"]),
        (None, ["F1"]),
        (Parent("PMSMP-2026-0001", "pmsmp", "archive", PMSMP), ["F1"]),
        (Parent("CP-2026-0001", "partenariat", "archive", {}), ["F1"]),
    ],
)
def test_only_a_signed_sponsorship_has_a_receipt(parent: Parent | None, said: list[str]) -> None:
    found = findings(replace(KNOWN, parent=parent))
    assert [(rule, field) for rule, _, field, _ in found] == [(one, "convention") for one in said]


def test_a_number_that_leads_nowhere_is_said_so_and_not_only_misshapen() -> None:
    found = check(
        Source({**RECU, "convention": "MEC-2026-0009"}), ISSUED, replace(KNOWN, parent=None)
    )
    assert not found.valid
    assert {f.field for f in found.findings} == {"convention"}
    assert any("n’est pas connue" in f.message for f in found.findings)


def test_without_any_record_nothing_is_held_against_it() -> None:
    assert findings(Context(ISSUED)) == []


@pytest.mark.parametrize("eligible", [None, False])
def test_unknown_or_not_eligible_there_is_no_receipt(eligible: bool | None) -> None:
    context = replace(KNOWN, eligible_for_gifts=eligible)
    assert findings(context) == [("F2", "error", "organisation", None)]
    message = check(Source(RECU), ISSUED, context).findings[0].message
    assert "docgen register" in message


def test_the_last_day_of_the_convention_is_the_last_it_covers() -> None:
    late = replace(KNOWN, issued_on=dt.date(2027, 6, 1))
    assert findings(late, fin="2027-05-14") == []
    assert findings(late, fin="2027-05-15") == [("F3", "error", "fin", "2027-05-14")]


@pytest.mark.parametrize(("issued_on", "said"), [("2026-12-30", ["F4"]), ("2026-12-31", [])])
def test_a_period_is_over_on_its_last_day(issued_on: str, said: list[str]) -> None:
    context = replace(KNOWN, issued_on=dt.date.fromisoformat(issued_on))
    assert [one[0] for one in findings(context)] == said


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [
        ("2026-11-01", "2026-11-15", False),
        ("2026-11-01", "2026-11-16", "2026-11-17"),
        ("2026-12-31", "2027-01-31", None),
        ("2027-01-01", "2027-01-31", False),
    ],
)
def test_one_gift_has_one_receipt(first: str, last: str, allowed: str | bool | None) -> None:
    said = {"RF-2026-0003": {"debut": first, "fin": last}}
    parent = replace(LOAN, children={"recu": ("RF-2026-0003",)}, said=said)
    context = replace(KNOWN, parent=parent)
    expected = [] if allowed is False else [("F5", "error", "debut", allowed)]
    assert findings(context) == expected
    messages = [f.message for f in check(Source(RECU), ISSUED, context).findings]
    assert all("RF-2026-0003" in message for message in messages)


@pytest.mark.parametrize(
    ("billed", "total", "expected"),
    [
        (10_000, 120_000, []),
        (9_999, 120_001, []),
        (10_001, 119_999, [("F9", "error", "facture_centimes", 10_000)]),
        (0, 130_000, [("F9", "warning", "facture_centimes", None)]),
        (10_000, 130_000, [("F6", "error", "total_centimes", 120_000)]),
    ],
)
def test_what_was_billed_is_no_gift(
    billed: int, total: int, expected: list[tuple[str, str, str, object]]
) -> None:
    context = given_by(facturation={"mode": "partiel", "montant_centimes": 10_000})
    assert findings(context, facture_centimes=billed, total_centimes=total) == expected


def test_more_billed_than_given_leaves_no_receipt() -> None:
    context = given_by(facturation={"mode": "partiel", "montant_centimes": 200_000})
    assert findings(context, facture_centimes=130_001, total_centimes=1) == [
        ("F6", "error", "facture_centimes", 130_000)
    ]


def test_a_receipt_of_a_service_describes_something() -> None:
    context = given_by(forme="prestation")
    rules = [one[0] for one in findings(context, salaries=[], total_centimes=1)]
    assert rules == ["F6", "F7"]
    assert findings(context, salaries=[], nature=[GIFT], total_centimes=20_000) == []


@pytest.mark.parametrize(
    ("worth", "paper", "expected"),
    [
        (130_000, None, []),
        (129_999, None, [("F10", "warning", "total_centimes", None)]),
        (None, "attestation du 4 janvier", []),
        (None, None, [("F10", "warning", "piece_valeur", None)]),
    ],
)
def test_the_value_comes_from_the_company(
    worth: int | None, paper: str | None, expected: list[tuple[str, str, str, object]]
) -> None:
    value = {"montant_centimes": worth, "methode": "Coût"} if worth else None
    assert findings(given_by(valorisation=value), piece_valeur=paper) == expected


@pytest.mark.parametrize(("until", "said"), [("2027-01-07", ["D2"]), ("2027-01-08", [])])
def test_a_delegation_still_runs(until: str, said: list[str]) -> None:
    capacity = Capacity("direction@fournil.example.org", "D-1", dt.date.fromisoformat(until))
    assert [one[0] for one in findings(replace(KNOWN, capacities=(capacity,)))] == said


def test_the_two_bodies_differ() -> None:
    found = findings(Context(ISSUED), entreprise__siret="73282932000074")
    assert found == [("F11", "error", "entreprise.siret", None)]


def test_the_parties_come_from_the_convention_and_the_file_wins() -> None:
    short = changed(
        RECU,
        convention="MEC-2026-0001",
        organisation=REMOVE,
        entreprise=REMOVE,
        referent={**RECU["referent"], "nom": "Haddad"},
    )
    filled = complete(short, LOAN)
    assert filled["convention"] == RECU["convention"]
    assert filled["organisation"] == RECU["organisation"]
    assert filled["referent"]["nom"] == "Haddad"
    assert check(Source(filled), ISSUED, KNOWN).findings == ()


def test_nothing_amends_a_receipt_nor_cancels_it() -> None:
    assert [slug for slug, kind in KINDS.items() if "recu" in kind.parents] == []
    assert not KINDS["recu"].revocable


_CENTS = st.integers(0, 10**9)


@given(st.lists(_CENTS, max_size=5), st.lists(_CENTS, max_size=5), st.integers(0, 10**6), _CENTS)
def test_the_total_is_always_the_sum_of_the_lines(
    goods: list[int], people: list[int], paid: int, billed: int
) -> None:
    data = changed(
        RECU,
        nature=[{**GIFT, "montant_centimes": cents} for cents in goods],
        salaries=[{**RECU["salaries"][0], "montant_centimes": cents} for cents in people],
        versement={"forme": "cheque", "montant_centimes": paid} if paid else None,
        facture_centimes=billed,
    )
    total = sum(goods) + sum(people) + paid - billed
    for stated in (total - 1, total, total + 1):
        if 1 <= stated <= 10**11:
            found = check(Source({**data, "total_centimes": stated}), ISSUED)
            broken = any(f.rule == "F6" for f in found.findings)
            assert broken == (stated != total or billed > sum(goods) + sum(people))


def test_the_company_has_its_receipt_without_signing_it() -> None:
    receipt = Recu.model_validate(RECU)
    assert [signer.role for signer in receipt.signataires()] == ["organisation"]
    assert [one.courriel for one in receipt.destinataires()] == [
        "samira@fournil.example.org",
        "gerant@dupont.example.org",
    ]
