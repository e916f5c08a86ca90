"""PMSMP, coverage, yearly looks: each subject's reminders, dates by hand."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from docgen.deadlines import (
    Coverage,
    Stay,
    coverage_reminders,
    half_of,
    half_reminders,
    review_reminders,
    stay_reminders,
)
from tests.deadlines.lives import D, convention, life

STAY = Stay(D("2027-01-12"), D("2027-01-29"))


def told(stay: Stay) -> list[tuple[str, str]]:
    return [(due.kind, due.due.isoformat()) for due in stay_reminders(stay)]


def test_a_pmsmp_from_the_eve_to_its_bilan() -> None:
    assert told(STAY) == [
        ("briefing", "2027-01-11"),
        ("asp", "2027-01-12"),
        ("renouveler", "2027-01-22"),
        ("bilan", "2027-01-29"),
        ("bilan", "2027-02-01"),
        ("bilan", "2027-02-08"),
    ]


@pytest.mark.parametrize(
    ("first", "eve"),
    [
        ("2027-01-12", "2027-01-11"),  # Tuesday
        ("2027-01-11", "2027-01-08"),  # Monday: the Friday before
        ("2027-03-30", "2027-03-26"),  # the day after Easter Monday
        ("2027-01-02", "2026-12-31"),  # the day after New Year's Day
    ],
)
def test_the_tutor_is_briefed_on_the_last_working_day_before(first: str, eve: str) -> None:
    stay = dataclasses.replace(STAY, first=D(first), last=D(first))
    assert ("briefing", eve) in told(stay)


def test_a_bilan_or_a_renewal_under_way_silences_its_reminders() -> None:
    kinds = {kind for kind, _ in told(dataclasses.replace(STAY, bilan=True, renewed=True))}
    assert kinds == {"briefing", "asp"}
    assert "renouveler" not in dict(told(dataclasses.replace(STAY, may_renew=False)))


@pytest.mark.parametrize("kind", ["assurance", "pouvoir", "convention_etat"])
@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2027-12-31", ["2027-09-30", "2027-11-30", "2028-01-01"]),
        ("2027-05-31", ["2027-02-28", "2027-04-30", "2027-06-01"]),
        ("2028-02-29", ["2027-11-29", "2028-01-29", "2028-03-01"]),
        ("2028-05-30", ["2028-02-29", "2028-04-30", "2028-05-31"]),
    ],
)
def test_what_runs_out_is_said_three_times(kind: Coverage, end: str, expected: list[str]) -> None:
    found = coverage_reminders(kind, D(end))
    assert [due.due.isoformat() for due in found] == expected
    assert {due.kind for due in found} == {kind}


def test_the_review_comes_in_its_month_while_the_convention_runs() -> None:
    one = life(convention("2026-10-15", "2027-10-14", mois_bilan=11), denounced="2028-10-14")
    # November 2026 comes a few weeks after the start: nothing to review yet.
    found = review_reminders(one, D("2026-01-01"), D("2032-01-01"))
    assert [(due.due, due.target) for due in found] == [(D("2027-11-01"), D("2027-11-30"))]


@pytest.mark.parametrize(
    ("base", "middle", "first", "last", "promised"),
    [
        ("annee_civile", "2027-07-01", "2027-01-01", "2027-12-31", Fraction(6)),
        ("annee_contrat", "2027-06-01", "2026-12-01", "2027-11-30", Fraction(6)),
    ],
)
def test_the_middle_of_a_year_of_count(
    base: str, middle: str, first: str, last: str, promised: Fraction
) -> None:
    promise = {"pmsmp": {"volume_annuel": 6, "base": base}}
    one = life(convention("2026-12-01", "2027-11-30", engagements_entreprise=promise))
    half = half_of(one, D(middle))
    assert half is not None
    assert (half.first, half.last, half.promised) == (D(first), D(last), promised)
    assert [half.behind(done) for done in (0, 2, 3, 4)] == [True, True, False, False]


def test_a_year_begun_late_is_looked_at_in_proportion() -> None:
    promise = {"pmsmp": {"volume_annuel": 10, "base": "annee_civile"}}
    one = life(convention("2027-04-01", "2028-03-31", engagements_entreprise=promise))
    half = half_of(one, D("2027-07-01"))
    assert half is not None
    assert half.promised == Fraction(10 * 275, 365)
    assert half.behind(3)
    assert not half.behind(4)


def test_a_year_begun_in_its_second_half_has_no_middle() -> None:
    one = life(convention("2026-12-01", "2027-11-30", reconduction=None))
    found = half_reminders(one, D("2026-01-01"), D("2030-01-01"))
    assert [due.due for due in found] == [D("2027-07-01")]
    half = half_of(one, D("2027-07-01"))
    # Nothing renews it: only its own days of 2027 count.
    assert half is not None
    assert half.promised == Fraction(6 * 334, 365)
