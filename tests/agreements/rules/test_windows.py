"""Sliding twelve-month windows against a count made day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.agreements.rules.dates import add_months, last_day_of_period
from docgen.agreements.rules.windows import (
    ONE_DAY,
    Stretch,
    earliest_start,
    fullest,
    latest_end,
    touching,
)

D = dt.date.fromisoformat
DAYS = st.dates(D("2024-01-01"), D("2028-12-31"))
STRETCHES = st.builds(
    lambda first, days: Stretch(first, first + dt.timedelta(days=days)),
    DAYS,
    st.integers(0, 30),
)
HISTORIES = st.lists(STRETCHES, max_size=6)
MOST = 60


def slow_count(new: Stretch, counted: Sequence[Stretch]) -> int:
    """The most counted days of any window, each day of each window looked at."""
    best = 0
    first = new.first - dt.timedelta(days=370)
    for offset in range((new.last - first).days + 1):
        start = first + dt.timedelta(days=offset)
        # The window ends on the eve of its anniversary, by the calendar alone.
        end = last_day_of_period(start, 12)
        if end < new.first:
            continue
        best = max(
            best,
            sum(max((min(end, one.last) - max(start, one.first)).days + 1, 0) for one in counted),
        )
    return best


@settings(max_examples=40)
@given(STRETCHES, HISTORIES)
def test_the_fullest_window_is_the_one_a_slow_count_finds(
    new: Stretch, before: list[Stretch]
) -> None:
    assert fullest(new, [*before, new]).count == slow_count(new, [*before, new])


@settings(max_examples=15)
@given(DAYS, HISTORIES)
def test_the_latest_end_is_the_last_day_that_a_slow_count_admits(
    first: dt.date, before: list[Stretch]
) -> None:
    bound = last_day_of_period(first, 1)
    expected = first - ONE_DAY
    for offset in range((bound - first).days + 1):
        new = Stretch(first, first + dt.timedelta(days=offset))
        if slow_count(new, [*before, new]) > MOST:
            break
        expected = new.last
    assert latest_end(first, bound, before, MOST) == expected


@settings(max_examples=40)
@given(DAYS, st.integers(1, 31), HISTORIES)
def test_the_earliest_start_fits_and_the_day_before_does_not(
    after: dt.date, days: int, before: list[Stretch]
) -> None:
    start = earliest_start(after, days, before, MOST)
    assert start is not None
    assert start >= after
    length = dt.timedelta(days=days - 1)
    new = Stretch(start, start + length)
    assert slow_count(new, [*before, new]) <= MOST
    assert not any(new.touches(one) for one in before)
    if start > after:
        eve = Stretch(start - ONE_DAY, start - ONE_DAY + length)
        met = any(eve.touches(one) for one in before)
        assert met or slow_count(eve, [*before, eve]) > MOST


def test_no_start_is_given_for_more_days_than_are_ever_allowed() -> None:
    assert earliest_start(D("2026-01-01"), 61, [], MOST) is None


@given(STRETCHES)
def test_every_window_that_touches_is_there_once_and_no_other(stretch: Stretch) -> None:
    windows = list(touching(stretch))
    assert all(window.touches(stretch) for window in windows)
    assert [window.first for window in windows] == [
        windows[0].first + dt.timedelta(days=n) for n in range(len(windows))
    ]
    before = windows[0].first - ONE_DAY
    assert last_day_of_period(before, 12) < stretch.first
    assert windows[-1].first == stretch.last


@given(st.dates(D("2000-01-01"), D("2040-12-31")))
def test_a_month_from_date_to_date_agrees_with_a_slow_reference(first: dt.date) -> None:
    """The last day before the same day number comes back, or the month's end without one."""
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    day = first + ONE_DAY
    while (day.year, day.month) != (year, month):
        day += ONE_DAY
    while day.day != first.day and (day + ONE_DAY).month == month:
        day += ONE_DAY
    expected = day - ONE_DAY if day.day == first.day else day
    assert last_day_of_period(first, 1) == expected
    assert last_day_of_period(first, 1) < add_months(first, 1) + ONE_DAY
