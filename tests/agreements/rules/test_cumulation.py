"""P3, P4, P5: histories on each side of each boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.agreements.rules.context import Contract, Reading
from docgen.agreements.timetable import JOURS
from tests.contexts import ELSEWHERE, SAME_COMPANY, D, around, judged, past, said_by

# The sample goes from 11 to 29 January 2027: 19 days.
TWO = (past(1, "2026-03-02", "2026-03-06"), past(2, "2026-06-01", "2026-06-05"))


def test_p3_a_third_convention_within_twelve_months_is_refused_with_its_first_possible_day() -> (
    None
):
    # The window from 6 March 2026 holds a day of the first one until 5 March 2027.
    assert said_by("P3", around(*TWO)) == [("error", "debut", "2027-03-06")]
    assert said_by("P3", around(*TWO), debut="2027-03-05", fin="2027-03-05")
    assert not said_by("P3", around(*TWO), debut="2027-03-06", fin="2027-03-12")


def test_p3_renewals_and_other_hosts_are_not_counted_as_conventions() -> None:
    renewal = past(3, "2026-03-09", "2026-03-13", renews="PMSMP-2026-0001")
    elsewhere = past(2, "2026-06-01", "2026-06-05", ELSEWHERE)
    assert not said_by("P3", around(TWO[0], renewal))
    assert not said_by("P3", around(TWO[0], elsewhere))


def test_p3_another_establishment_counts_when_the_host_is_read_as_the_company() -> None:
    before = (TWO[0], past(2, "2026-06-01", "2026-06-05", SAME_COMPANY))
    assert not said_by("P3", around(*before))
    assert said_by("P3", around(*before, reading=Reading(host="siren")))


def test_p3_a_later_convention_counts_too() -> None:
    later = past(4, "2027-04-05", "2027-04-09")
    assert said_by("P3", around(TWO[1], later))


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"objectifs": ("tenir un poste  en cuisine.",)}, True),
        ({"objectifs": ("Tenir un poste en cuisine",), "objet": "recruter"}, False),
        ({"objectifs": ("Servir en salle",)}, False),
    ],
)
def test_p3_two_conventions_differ_by_object_or_objectives(
    facts: dict[str, Any], refused: bool
) -> None:
    found = said_by("P3", around(past(1, "2026-06-01", "2026-06-05", **facts)))
    assert bool(found) is refused


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # 41 days and 19 make 60.
        ([("2026-06-01", "2026-06-30"), ("2026-10-01", "2026-10-11")], []),
        (
            [("2026-06-01", "2026-06-30"), ("2026-10-01", "2026-10-12")],
            [("error", "fin", "2027-01-28")],
        ),
        # Nothing is left: the same length fits once the first days are a year old.
        (
            [("2026-06-01", "2026-06-30"), ("2026-10-01", "2026-10-30")],
            [("error", "debut", "2027-06-01")],
        ),
        # A year before to the day: no window holds both.
        ([("2025-12-01", "2026-01-10"), ("2025-11-01", "2025-11-30")], []),
        # Days to come count as those gone by.
        (
            [("2027-06-01", "2027-06-30"), ("2027-10-01", "2027-10-12")],
            [("error", "fin", "2027-01-28")],
        ),
    ],
)
def test_p4_sixty_days_in_every_window(
    before: list[tuple[str, str]], expected: list[object]
) -> None:
    context = around(*(past(n, *dates) for n, dates in enumerate(before, 1)))
    assert said_by("P4", context) == expected


def test_p4_refuses_31_days_renewed_for_31() -> None:
    initial = past(1, "2027-07-01", "2027-07-31", objectifs=("Tenir un poste en cuisine",))
    renewal = {
        "reference": initial.reference,
        "debut_initial": "2027-07-01",
        "fin_initiale": "2027-07-31",
        "motif": "Objectif non atteint.",
    }
    dates = {"debut": "2027-08-01", "fin": "2027-08-31", "renouvellement": renewal}
    assert said_by("P4", around(initial), **dates) == [("error", "fin", "2027-08-29")]
    # The convention was made elsewhere: the dates that the renewal states are enough.
    assert said_by("P4", around(), **dates) == [("error", "fin", "2027-08-29")]


def test_p4_another_establishment_of_the_company_warns_or_is_refused_as_read() -> None:
    before = (
        past(1, "2026-06-01", "2026-06-30", SAME_COMPANY),
        past(2, "2026-10-01", "2026-10-12"),
    )
    assert said_by("P4", around(*before)) == [("warning", "entreprise.siret", "2027-01-28")]
    assert said_by("P4", around(*before, reading=Reading(host="siren"))) == [
        ("error", "fin", "2027-01-28")
    ]


def test_p4_days_of_presence_when_they_are_what_counts() -> None:
    reading = Reading(days="presence")
    # 12 days of presence in the sample.
    days = tuple(D("2026-06-01") + dt.timedelta(days=n) for n in range(49))
    assert said_by(
        "P4", around(past(1, "2026-06-01", "2026-07-19", presence=days), reading=reading)
    )
    fewer = past(1, "2026-06-01", "2026-07-19", presence=days[:48])
    assert not said_by("P4", around(fewer, reading=reading))


# 181 days: 45 at the most.
CONTRACT = Contract("CDDI", D("2027-01-01"), D("2027-06-30"))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2027-03-28", []),
        ("2027-03-29", [("error", "fin", "2027-01-28")]),
        ("2027-04-20", [("error", "fin", None)]),
    ],
)
def test_p5_a_quarter_of_the_contract_over_all_hosts(last: str, expected: list[object]) -> None:
    before = past(1, "2027-03-03", last, ELSEWHERE)
    earlier = past(2, "2026-11-02", "2026-11-20", ELSEWHERE)
    assert said_by("P5", around(before, earlier, contract=CONTRACT)) == expected


def test_p5_yields_to_a_written_reason_and_no_other_rule_does() -> None:
    context = around(past(1, "2027-03-03", "2027-03-29", ELSEWHERE), contract=CONTRACT)
    reason = [{"regle": "P5", "motif": "Embauche promise à l’issue."}]
    found = judged(context, derogations=reason)
    assert [(f.rule, f.level) for f in found] == [("P5", "warning")]
    assert "Embauche promise" in found[0].message
    wrong = judged(context, derogations=[{"regle": "P1", "motif": "Pressé."}])
    assert ("D4", "error") in [(f.rule, f.level) for f in wrong]
    vain = judged(around(), derogations=reason)
    assert [(f.rule, f.level) for f in vain] == [("D4", "info")]


def test_p5_says_nothing_of_a_contract_without_end() -> None:
    endless = Contract("CDI inclusion", D("2026-01-01"), None)
    assert not said_by("P5", around(contract=endless))


def test_p3_a_renewal_keeps_its_convention_in_the_twelve_months() -> None:
    # The first ends in December 2025; its renewal is still under way in the window from 2 February.
    first = past(1, "2025-12-01", "2025-12-31")
    renewal = past(3, "2026-02-02", "2026-02-06", renews="PMSMP-2026-0001")
    second = past(2, "2026-06-01", "2026-06-05")
    assert not said_by("P3", around(first, second))
    assert said_by("P3", around(first, renewal, second)) == [("error", "debut", "2027-02-06")]
    # One whose initial convention was made elsewhere is a convention all the same.
    assert said_by("P3", around(renewal, second)) == [("error", "debut", "2027-02-06")]


def test_p3_a_late_renewal_may_not_bring_a_third_convention_into_the_twelve_months() -> None:
    first = past(1, "2025-12-01", "2025-12-31", objectifs=("Tenir un poste en cuisine",))
    renews = {
        "reference": first.reference,
        "debut_initial": "2025-12-01",
        "fin_initiale": "2025-12-31",
        "motif": "Objectif non atteint.",
    }
    two = (past(2, "2026-06-01", "2026-06-05"), past(4, "2027-01-04", "2027-01-08"))
    assert not said_by("P3", around(first, two[0]), renouvellement=renews)
    assert said_by("P3", around(first, *two), renouvellement=renews)


def test_p4_and_p5_count_the_convention_that_a_renewal_says_was_made_elsewhere() -> None:
    renews = {
        "reference": "PMSMP-2025-0007",
        "debut_initial": "2026-11-01",
        "fin_initiale": "2026-12-01",
        "motif": "Objectif non atteint.",
    }
    contract = Contract("CDDI", D("2026-10-01"), D("2027-03-31"))  # 182 days: 45
    context = around(contract=contract)
    assert said_by("P5", context, renouvellement=renews) == [("error", "fin", "2027-01-24")]
    presence = around(reading=Reading(days="presence"))
    daily = {day: ["09:00-11:00"] for day in JOURS}
    long = {"renouvellement": renews, "horaires__semaine": daily}
    assert not said_by("P4", presence, fin="2027-02-08", **long)
    assert said_by("P4", presence, fin="2027-02-09", **long)
