"""Deadlines of a convention on any day, whatever runs were missed."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.agreements.periods import periods
from docgen.deadlines import deadlines, reminders
from tests.samples import PARTENARIAT, PMSMP, REMOVE, agreement, changed

D = dt.date.fromisoformat


def test_periods_follow_one_another_up_to_the_maximum() -> None:
    found = [(p.first, p.last, p.notice) for p in periods(agreement(PARTENARIAT))]
    assert found == [
        (D("2026-12-01"), D("2027-11-30"), D("2027-08-30")),
        (D("2027-12-01"), D("2028-11-30"), D("2028-08-30")),
        (D("2028-12-01"), D("2029-11-30"), None),
    ]


def test_month_ends_do_not_drift_from_one_renewal_to_the_next() -> None:
    convention = agreement(
        changed(
            PARTENARIAT,
            debut="2027-01-01",
            fin="2027-01-30",
            reconduction={"periode_mois": 1, "maximum": 4},
            preavis={"valeur": 7, "unite": "jours"},
        )
    )
    assert [p.last for p in periods(convention)] == [
        D("2027-01-30"),
        D("2027-02-28"),
        D("2027-03-30"),
        D("2027-04-30"),
        D("2027-05-30"),
    ]


@pytest.mark.parametrize(
    ("today", "state", "end", "notice", "reminder"),
    [
        ("2026-11-30", "a_venir", "2027-11-30", "2027-08-30", "2027-06-01"),
        ("2026-12-01", "en_cours", "2027-11-30", "2027-08-30", "2027-06-01"),
        ("2027-06-01", "preavis_ouvert", "2027-11-30", "2027-08-30", "2027-06-01"),
        ("2027-08-30", "preavis_ouvert", "2027-11-30", "2027-08-30", "2028-06-01"),
        ("2027-08-31", "en_cours", "2027-11-30", "2027-08-30", "2028-06-01"),
        ("2027-12-01", "en_cours", "2028-11-30", "2028-08-30", "2028-06-01"),
        ("2029-11-30", "en_cours", "2029-11-30", None, None),
        ("2029-12-01", "termine", "2029-11-30", None, None),
    ],
)
def test_a_convention_on_a_day(
    today: str, state: str, end: str, notice: str | None, reminder: str | None
) -> None:
    found = deadlines(agreement(PARTENARIAT), D(today))
    assert found.state == state
    assert found.end == D(end)
    assert found.notice == (D(notice) if notice else None)
    assert (found.next_reminder and found.next_reminder.due) == (D(reminder) if reminder else None)


def test_a_convention_that_nothing_renews_warns_of_its_end_only() -> None:
    convention = agreement(changed(PARTENARIAT, reconduction=REMOVE))
    assert [(r.kind, r.due) for r in reminders(convention, D("2030-01-01"))] == [
        ("fin", D("2027-10-31"))
    ]


def test_a_pmsmp_ends_and_warns_of_nothing() -> None:
    pmsmp = agreement(PMSMP)
    assert reminders(pmsmp, D("2030-01-01")) == []
    assert deadlines(pmsmp, D("2027-01-30")).state == "termine"
