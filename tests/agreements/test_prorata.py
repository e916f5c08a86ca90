"""A yearly promise over part of a year: exact, additive, whole for a whole year."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements.prorata import Basis, prorata
from docgen.agreements.rules.dates import add_months

D = dt.date.fromisoformat
BASES = st.sampled_from(["annee_civile", "annee_contrat"])
DAYS = st.dates(D("2020-01-01"), D("2032-12-31"))


@pytest.mark.parametrize(
    ("basis", "start", "first", "last", "expected"),
    [
        ("annee_civile", "2026-12-01", "2026-12-01", "2026-12-31", Fraction(6 * 31, 365)),
        ("annee_civile", "2026-12-01", "2027-01-01", "2027-12-31", Fraction(6)),
        ("annee_civile", "2028-01-01", "2028-02-01", "2028-02-29", Fraction(6 * 29, 366)),
        ("annee_contrat", "2026-12-01", "2026-12-01", "2027-11-30", Fraction(6)),
        ("annee_contrat", "2026-12-01", "2026-12-01", "2026-12-31", Fraction(6 * 31, 365)),
        ("annee_contrat", "2028-02-29", "2028-02-29", "2029-02-27", Fraction(6)),
        ("annee_civile", "2026-12-01", "2026-12-02", "2026-12-01", Fraction(0)),
    ],
)
def test_known_parts(basis: Basis, start: str, first: str, last: str, expected: Fraction) -> None:
    assert prorata(6, basis, D(start), D(first), D(last)) == expected


@given(BASES, st.integers(1, 500), DAYS, st.integers(1, 5))
def test_whole_years_give_the_whole_volume(
    basis: Basis, volume: int, start: dt.date, years: int
) -> None:
    first = dt.date(start.year, 1, 1) if basis == "annee_civile" else start
    last = add_months(first, 12 * years) - dt.timedelta(days=1)
    assert prorata(volume, basis, start, first, last) == volume * years


@given(BASES, st.integers(1, 500), DAYS, st.integers(0, 1500), st.lists(st.integers(0, 1500)))
def test_the_parts_sum_to_the_whole(
    basis: Basis, volume: int, start: dt.date, length: int, cuts: list[int]
) -> None:
    last = start + dt.timedelta(days=length)
    edges = sorted({0, length + 1, *(cut for cut in cuts if cut <= length)})
    parts = [
        prorata(
            volume,
            basis,
            start,
            start + dt.timedelta(days=left),
            start + dt.timedelta(days=right - 1),
        )
        for left, right in pairwise(edges)
    ]
    assert sum(parts) == prorata(volume, basis, start, start, last)
