"""What is still possible agrees with what the rules then admit."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.agreements.rules.context import Contract, PastPmsmp, Reading
from docgen.agreements.rules.possible import possible
from tests.contexts import ELSEWHERE, HOST, D, around, judged, past

FIRST = D("2027-01-11")
CONTRACT = Contract("CDDI", D("2026-09-01"), D("2027-08-31"))


def test_nothing_done_before_leaves_a_whole_month() -> None:
    answer = possible(FIRST, HOST, around())
    assert (answer.latest_end, answer.binding) == (D("2027-02-10"), "P1")
    assert [(one.rule, one.used, one.left) for one in answer.limits] == [
        ("P1", 0, 31),
        ("P3", 0, 2),
        ("P4", 0, 60),
    ]


def test_the_rule_that_binds_is_named_with_what_is_used_and_left() -> None:
    before = (
        past(1, "2026-06-01", "2026-06-30"),
        past(2, "2026-10-01", "2026-10-12", renews="PMSMP-2026-0001"),
    )
    answer = possible(FIRST, HOST, around(*before))
    assert (answer.latest_end, answer.binding) == (D("2027-01-28"), "P4")
    limit = next(one for one in answer.limits if one.rule == "P4")
    assert (limit.used, limit.left) == (42, 18)


def test_what_forbids_to_begin_says_when_one_may() -> None:
    before = past(1, "2026-03-02", "2026-03-06"), past(2, "2026-06-01", "2026-06-05")
    answer = possible(FIRST, HOST, around(*before))
    assert (answer.latest_end, answer.binding) == (None, "P3")
    assert next(one for one in answer.limits if one.rule == "P3").next_start == D("2027-03-06")


def test_the_contract_and_the_next_pmsmp_bind_too() -> None:
    context = around(past(1, "2027-01-20", "2027-01-22", ELSEWHERE), contract=CONTRACT)
    answer = possible(FIRST, HOST, context)
    assert (answer.latest_end, answer.binding) == (D("2027-01-19"), "P13")
    assert {one.rule for one in answer.limits} == {"P1", "P3", "P4", "P5", "P6", "P13"}


HISTORIES = st.lists(
    st.builds(
        lambda number, first, days, host, renewal: past(
            number,
            first.isoformat(),
            (first + dt.timedelta(days=days)).isoformat(),
            host,
            renews="PMSMP-2025-0001" if renewal else None,
        ),
        st.integers(1, 9999),
        st.dates(D("2025-12-01"), D("2028-02-01")),
        st.integers(0, 30),
        st.sampled_from([HOST, ELSEWHERE]),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.reference,
)
SUMMING_UP = {"P1", "P3", "P4", "P5", "P6", "P13"}


@settings(max_examples=60)
@given(HISTORIES)
def test_the_rules_admit_the_latest_end_and_refuse_the_day_after(
    before: list[PastPmsmp],
) -> None:
    context = around(*before, contract=CONTRACT)
    answer = possible(FIRST, HOST, context)

    def refused(last: dt.date) -> bool:
        found = judged(context, fin=last.isoformat())
        return any(one.rule in SUMMING_UP and one.level == "error" for one in found)

    if answer.latest_end is None:
        assert refused(FIRST)
    else:
        assert not refused(answer.latest_end)
        assert refused(answer.latest_end + dt.timedelta(days=1))


def test_the_sixty_days_left_follow_what_the_organisation_counts() -> None:
    mondays = tuple(D("2026-06-01") + dt.timedelta(weeks=week) for week in range(4))
    before = past(1, "2026-06-01", "2026-06-30", presence=mondays)
    for reading, used in ((Reading(), 30), (Reading(days="presence"), 4)):
        limits = possible(FIRST, HOST, around(before, reading=reading)).limits
        assert [(one.used, one.left) for one in limits if one.rule == "P4"] == [(used, 60 - used)]
