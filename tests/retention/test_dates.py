"""Test 22 of the archive: each class, leap days, extension, margin, and the lock's stretch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements import KINDS
from docgen.errors import InvalidData
from docgen.retention import (
    Facts,
    Policy,
    add_months,
    identity_until,
    keeping,
    lock_until,
    read_policy,
)

FILE = Path(__file__).parents[2] / "templates" / "conservation" / "policy.yaml"
POLICY = read_policy(FILE.read_bytes())
END = date(2027, 1, 29)
SIGNED = date(2026, 12, 20)


def facts(kind: str = "pmsmp", end: date = END, **payments: tuple[str, date | None]) -> Facts:
    return Facts(kind, end, SIGNED, payments)


@pytest.mark.parametrize(
    ("known", "until"),
    [
        # Five years from the last day, six months of margin.
        (facts(), date(2032, 7, 29)),
        # From the 31 December of the year: six years for tax, ten for accounts.
        (facts("mecenat"), date(2034, 6, 30)),
        (facts("recu"), date(2038, 6, 30)),
        # FSE+: five years from the 31 December of the last payment's year; whichever is longer.
        (facts(FSE=("FSE-2021-2027", date(2029, 3, 1))), date(2035, 6, 30)),
        (facts(FSE=("FSE-2021-2027", date(2026, 1, 1))), date(2032, 7, 29)),
        (facts(FSE=("FSE-2014-2020", date(2029, 12, 31))), date(2033, 6, 30)),
        (facts(UE=("UE-subvention", date(2029, 3, 1))), date(2035, 6, 30)),
        (facts(ASP=("ASP-aide-au-poste", date(2027, 5, 5))), date(2038, 6, 30)),
        # Two funds: the longest.
        (
            facts(A=("FSE-2021-2027", date(2028, 1, 1)), B=("ASP-aide-au-poste", date(2028, 1, 1))),
            date(2039, 6, 30),
        ),
        # A last payment to come: no end yet.
        (facts(FSE=("FSE-2021-2027", None)), None),
        # Leap days: the 29 February has no anniversary in 2033, the margin starts from the 28.
        (facts(end=date(2028, 2, 29)), date(2033, 8, 28)),
        (facts(end=date(2027, 8, 31)), date(2033, 2, 28)),
        (facts(end=date(2022, 8, 31)), date(2032, 6, 20)),
    ],
)
def test_22_the_exact_day_of_each_class(
    known: Facts, until: date | None, tally: Callable[..., None]
) -> None:
    assert keeping(POLICY, known).until == until
    tally(injected=1, detected=1)


def test_what_is_signed_after_its_last_day_is_kept_from_its_signature() -> None:
    late = Facts("bilan", date(2026, 1, 1), SIGNED)
    assert keeping(POLICY, late).until == add_months(SIGNED, 66)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    end=st.dates(date(2000, 1, 1), date(2090, 12, 31)),
    first=st.dates(date(2000, 1, 1), date(2090, 12, 31)),
    more=st.integers(0, 4000),
    name=st.sampled_from(POLICY.financements),
)
def test_a_fund_and_a_later_payment_never_shorten(
    kind: str, end: date, first: date, more: int, name: str
) -> None:
    alone = keeping(POLICY, facts(kind, end)).until
    paid = keeping(POLICY, facts(kind, end, F=(name, first))).until
    later = keeping(POLICY, facts(kind, end, F=(name, first + timedelta(days=more)))).until
    assert alone is not None
    assert paid is not None
    assert later is not None
    assert alone <= paid <= later


def test_identities_go_years_before_the_agreement() -> None:
    assert identity_until(POLICY, facts()) == date(2028, 1, 29)


@pytest.mark.parametrize(
    ("today", "until", "target"),
    [
        # Short at first: thirty days from the archive, whenever the run is.
        (date(2027, 1, 1), date(2032, 7, 29), date(2027, 1, 31)),
        (date(2027, 1, 30), date(2032, 7, 29), date(2027, 1, 31)),
        # Then a year ahead, rolling.
        (date(2027, 1, 31), date(2032, 7, 29), date(2028, 1, 31)),
        (date(2030, 6, 1), date(2032, 7, 29), date(2031, 6, 1)),
        # Never beyond what must be kept.
        (date(2032, 1, 1), date(2032, 7, 29), date(2032, 7, 29)),
        # No end yet: still rolling.
        (date(2030, 6, 1), None, date(2031, 6, 1)),
    ],
)
def test_22_the_lock_is_short_then_rolls_up_to_the_end(
    today: date, until: date | None, target: date, tally: Callable[..., None]
) -> None:
    assert lock_until(POLICY, until, date(2027, 1, 1), today) == target
    tally(injected=1, detected=1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_go_from_date_to_date(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_every_kind_has_its_classes_and_what_is_unsure_is_never_shown_as_law() -> None:
    assert set(POLICY.accords) == set(KINDS)
    unsure = [one for one in POLICY.classes.values() if not one.established]
    assert unsure
    for one in POLICY.classes.values():
        assert ("à faire valider" in one.ground) is (one in unsure)
    with pytest.raises(InvalidData):
        keeping(POLICY, facts("inconnu"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("identite: E-identite", "identite: Z"),
        ("marge_mois: 6", "marge_mois: -1"),
        ("pmsmp: [R5-contrat]", "pmsmp: []"),
        ("pmsmp: [R5-contrat]", "pmsmp: [FSE-2021-2027]"),
        ("version: 1", "version: 1\nautre: 2"),
        ("certitude: etabli", "certitude: sur"),
        ("version: 1", "version: [1"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(change: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert change in text
    with pytest.raises(InvalidData):
        read_policy(text.replace(change, said, 1).encode())


def test_the_policy_is_what_it_is_read_as() -> None:
    assert isinstance(POLICY, Policy)
    assert POLICY.version == 1
