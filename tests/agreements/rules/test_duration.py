"""P1, P6, P13, P16: one case that breaks each rule, and one on each side of its boundary."""

from __future__ import annotations

import pytest

from docgen.agreements.rules.context import Contract, Reading
from tests.contexts import ELSEWHERE, D, around, past, said_by
from tests.samples import REMOVE

# facts/domain: the strict reading, to the day, and the milder one.
MONTHS = [
    ("2026-01-05", "2026-02-04", "2026-02-05"),
    ("2026-01-29", "2026-02-28", "2026-02-28"),
    ("2026-01-30", "2026-02-28", "2026-02-28"),
    ("2026-01-31", "2026-02-28", "2026-02-28"),
    ("2026-02-01", "2026-02-28", "2026-03-01"),
    ("2026-04-01", "2026-04-30", "2026-05-01"),
    ("2026-08-31", "2026-09-30", "2026-09-30"),
    ("2028-01-30", "2028-02-29", "2028-02-29"),
    ("2028-02-29", "2028-03-28", "2028-03-29"),
    ("2026-12-31", "2027-01-30", "2027-01-31"),
]


@pytest.mark.parametrize(("first", "strict", "mild"), MONTHS)
@pytest.mark.parametrize("same_day_number", [False, True])
def test_p1_one_month_to_the_day(first: str, strict: str, mild: str, same_day_number: bool) -> None:
    context = around(reading=Reading(same_day_number=same_day_number), on=D("2025-12-01"))
    last = D(mild if same_day_number else strict)
    free: dict[str, object] = {"debut": first, "beneficiaire__contrat": REMOVE}
    after = last.fromordinal(last.toordinal() + 1).isoformat()
    assert said_by("P1", context, fin=last.isoformat(), **free) == []
    assert said_by("P1", context, fin=after, **free) == [("error", "fin", last.isoformat())]


CONTRACT = Contract("CDDI", D("2027-01-11"), D("2027-06-30"))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2027-01-11", "2027-01-29", []),
        ("2027-01-10", "2027-01-29", [("error", "debut", "2027-01-11")]),
        ("2027-06-21", "2027-06-30", []),
        ("2027-06-21", "2027-07-01", [("error", "fin", "2027-06-30")]),
        ("2027-07-01", "2027-07-05", [("error", "fin", None)]),
    ],
)
def test_p6_inside_the_contract(first: str, last: str, expected: list[object]) -> None:
    context = around(contract=CONTRACT)
    assert said_by("P6", context, debut=first, fin=last) == expected


def test_p6_the_contract_on_record_counts_before_the_one_in_the_file() -> None:
    # The file says until 31 August 2027; the record knows no extension beyond June.
    assert said_by("P6", around(contract=CONTRACT), debut="2027-07-05", fin="2027-07-09")
    assert not said_by("P6", around(), debut="2027-07-05", fin="2027-07-09")
    endless = Contract("CDI inclusion", D("2026-01-01"), None)
    assert not said_by("P6", around(contract=endless), debut="2029-07-05", fin="2029-07-09")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-12-01", "2027-01-10", []),
        ("2026-12-20", "2027-01-11", [("error", "debut", "2027-01-12")]),
        ("2027-01-15", "2027-01-20", [("error", "fin", "2027-01-14")]),
        ("2027-01-29", "2027-02-10", [("error", "fin", "2027-01-28")]),
        ("2027-01-30", "2027-02-10", []),
    ],
)
def test_p13_one_pmsmp_at_a_time_wherever_it_is(
    first: str, last: str, expected: list[object]
) -> None:
    context = around(past(1, first, last, ELSEWHERE))
    assert said_by("P13", context) == expected


@pytest.mark.parametrize(
    ("objet", "last", "expected"),
    [
        ("decouvrir", "2027-01-24", []),
        ("decouvrir", "2027-01-25", [("info", "fin", "2027-01-24")]),
        ("confirmer", "2027-01-25", []),
    ],
)
def test_p16_two_weeks_to_discover(objet: str, last: str, expected: list[object]) -> None:
    assert said_by("P16", around(), objet=objet, fin=last) == expected
