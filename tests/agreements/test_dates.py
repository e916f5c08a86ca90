"""Months « de date à date », notice, ages: tables, and a slow reference over forty years."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.agreements.rules.dates import age_on, last_day_of_period, notice_deadline

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-05", "2026-02-04"),
        ("2026-01-29", "2026-02-28"),
        ("2026-01-30", "2026-02-28"),
        ("2026-01-31", "2026-02-28"),
        ("2026-02-01", "2026-02-28"),
        ("2026-04-01", "2026-04-30"),
        ("2026-08-31", "2026-09-30"),
        ("2028-01-30", "2028-02-29"),
        ("2026-12-15", "2027-01-14"),
    ],
)
def test_one_month_ends_on_the_eve_of_the_same_day_number(first: str, last: str) -> None:
    assert last_day_of_period(D(first), 1) == D(last)


def test_one_month_agrees_with_a_slow_reference_over_forty_years() -> None:
    day = dt.date(2000, 1, 1)
    while day.year < 2040:
        end = last_day_of_period(day, 1)
        walked = day
        # Walk until the same day number, or the month after next: the eve is the last day.
        while True:
            walked += dt.timedelta(days=1)
            months = (walked.year - day.year) * 12 + walked.month - day.month
            if (months == 1 and walked.day == day.day) or months == 2:
                break
        assert end == walked - dt.timedelta(days=1)
        day += dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("end", "value", "unit", "deadline"),
    [
        ("2026-12-31", 3, "mois", "2026-09-30"),
        ("2027-05-31", 3, "mois", "2027-02-28"),
        ("2028-05-31", 3, "mois", "2028-02-29"),
        ("2027-11-30", 1, "mois", "2027-10-30"),
        ("2027-01-10", 30, "jours", "2026-12-11"),
    ],
)
def test_notice_is_counted_back_from_the_end(
    end: str, value: int, unit: str, deadline: str
) -> None:
    assert notice_deadline(D(end), value, unit) == D(deadline)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2009-01-11", "2027-01-11", 18),
        ("2009-01-12", "2027-01-11", 17),
    ],
)
def test_ages_are_completed_years(birth: str, day: str, age: int) -> None:
    assert age_on(D(birth), D(day)) == age
