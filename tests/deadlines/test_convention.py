"""A convention on any day: its period, its last day to give notice, its state. Dates by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.agreements.notice import notice
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import periods
from docgen.deadlines import Clause, Life, reminders, standing
from docgen.errors import InvalidData
from tests.deadlines.lives import D, convention, life
from tests.samples import PMSMP, agreement

FAR = D("2100-01-01")
ONE_YEAR = convention("2026-12-01", "2027-11-30")


@pytest.mark.parametrize(
    ("debut", "fin", "preavis", "expected"),
    [
        # The domain's own example.
        ("2026-01-01", "2026-12-31", (3, "mois"), "2026-09-30"),
        ("2026-12-01", "2027-11-30", (3, "mois"), "2027-08-30"),
        # No such day number: the month's last day.
        ("2026-06-01", "2027-05-31", (3, "mois"), "2027-02-28"),
        ("2027-06-01", "2028-05-31", (3, "mois"), "2028-02-29"),
        ("2026-06-01", "2027-05-31", (1, "mois"), "2027-04-30"),
        # From 29 February.
        ("2027-03-01", "2028-02-29", (12, "mois"), "2027-02-28"),
        ("2027-03-01", "2028-02-29", (1, "mois"), "2028-01-29"),
        ("2026-03-01", "2027-02-28", (3, "mois"), "2026-11-28"),
        # Days are counted, not months.
        ("2026-01-01", "2026-12-31", (90, "jours"), "2026-10-02"),
        ("2027-01-01", "2028-03-01", (1, "jours"), "2028-02-29"),
        ("2026-01-01", "2026-12-31", (6, "mois"), "2026-06-30"),
    ],
)
def test_the_last_day_to_give_notice(
    debut: str, fin: str, preavis: tuple[int, str], expected: str
) -> None:
    found = standing(life(convention(debut, fin, preavis)), D(debut))
    assert found.notice == D(expected)


@pytest.mark.parametrize(
    ("fin", "announced"),
    [
        ("2027-04-30", "2027-01-29"),  # Saturday 30 January: the Friday before
        ("2027-08-01", "2027-04-30"),  # Saturday 1 May, a holiday too
        ("2027-06-29", "2027-03-26"),  # Easter Monday, after a Sunday and a Saturday
        ("2027-08-13", "2027-05-13"),  # a Thursday
        ("2027-11-11", "2027-08-11"),
    ],
)
def test_on_working_days_only_it_is_announced_earlier_and_never_later(
    fin: str, announced: str
) -> None:
    one = life(convention("2026-06-01", fin))
    assert standing(one, D("2026-06-01"), Clause(working_day=True)).notice == D(announced)
    assert {
        r.target for r in reminders(one, D("2026-06-01"), D(fin), Clause(working_day=True))
    } >= {D(announced)}


@pytest.mark.parametrize(
    ("forme", "decision"),
    [
        # Monday 30 August 2027, three working days for the post: Wednesday 25.
        ("lettre_recommandee", "2027-08-25"),
        ("courriel_avec_accuse", "2027-08-30"),
    ],
)
def test_the_decision_leaves_the_letter_time_to_arrive(forme: str, decision: str) -> None:
    one = life(convention("2026-12-01", "2027-11-30", forme=forme))
    assert standing(one, D("2027-01-01")).decision == D(decision)


def test_without_renewal_the_decision_leaves_a_month_to_sign() -> None:
    # Sunday 31 October 2027, then the Friday before.
    one = life(convention("2026-12-01", "2027-11-30", reconduction=None))
    assert standing(one, D("2027-01-01")).decision == D("2027-10-29")


def test_periods_follow_one_another_up_to_the_maximum() -> None:
    assert [(p.first, p.last, p.notice) for p in periods(ONE_YEAR)] == [
        (D("2026-12-01"), D("2027-11-30"), D("2027-08-30")),
        (D("2027-12-01"), D("2028-11-30"), D("2028-08-30")),
        (D("2028-12-01"), D("2029-11-30"), None),
    ]


def test_month_ends_do_not_drift_from_one_renewal_to_the_next() -> None:
    monthly = convention("2027-01-01", "2027-01-30", (7, "jours"), (1, 4))
    assert [p.last for p in periods(monthly)] == [
        D("2027-01-30"),
        D("2027-02-28"),
        D("2027-03-30"),
        D("2027-04-30"),
        D("2027-05-30"),
    ]
    leap = convention("2027-03-01", "2028-02-29", (1, "mois"), (12, 4))
    assert [p.last for p in periods(leap)] == [
        D("2028-02-29"),
        D("2029-02-28"),
        D("2030-02-28"),
        D("2031-02-28"),
        D("2032-02-29"),
    ]


PROLONGED = life(convention("2026-12-01", "2028-06-30", reconduction=None), first_end="2027-11-30")
LATE = life(ONE_YEAR, denounced="2028-11-30")
IN_TIME = life(ONE_YEAR, denounced="2027-11-30")
ENDLESS = life(convention("2026-12-01", "2027-11-30", reconduction=(None, None)))
RELAYED = life(convention("2026-12-01", "2027-11-30", reconduction=None), next_start="2027-12-01")
SHORT = life(convention("2026-01-01", "2026-12-31", (3, "mois"), (1, 6)))


@pytest.mark.parametrize(
    ("one", "today", "state", "end", "given_by"),
    [
        # One year, renewed twice at most; three months' notice.
        (life(ONE_YEAR), "2026-11-30", "a_venir", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2026-12-01", "en_cours", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-05-31", "en_cours", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-06-01", "preavis_ouvert", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-08-30", "preavis_ouvert", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-08-31", "en_cours", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-11-30", "en_cours", "2027-11-30", "2027-08-30"),
        (life(ONE_YEAR), "2027-12-01", "reconduit", "2028-11-30", "2028-08-30"),
        (life(ONE_YEAR), "2028-06-01", "preavis_ouvert", "2028-11-30", "2028-08-30"),
        (life(ONE_YEAR), "2028-12-01", "reconduit", "2029-11-30", None),
        (life(ONE_YEAR), "2029-10-30", "reconduit", "2029-11-30", None),
        (life(ONE_YEAR), "2029-10-31", "a_renouveler", "2029-11-30", None),
        (life(ONE_YEAR), "2029-11-30", "a_renouveler", "2029-11-30", None),
        (life(ONE_YEAR), "2029-12-01", "termine", "2029-11-30", None),
        # Denounced in time, and the day after the last day.
        (IN_TIME, "2027-08-30", "denonce", "2027-11-30", None),
        (IN_TIME, "2027-11-30", "denonce", "2027-11-30", None),
        (IN_TIME, "2027-12-01", "termine", "2027-11-30", None),
        (LATE, "2027-09-01", "denonce", "2027-11-30", "2027-08-30"),
        (LATE, "2027-12-01", "denonce", "2028-11-30", None),
        (LATE, "2028-11-30", "denonce", "2028-11-30", None),
        (LATE, "2028-12-01", "termine", "2028-11-30", None),
        # An avenant moved the end.
        (PROLONGED, "2027-11-30", "en_cours", "2028-06-30", None),
        (PROLONGED, "2027-12-01", "prolonge", "2028-06-30", None),
        (PROLONGED, "2028-05-31", "a_renouveler", "2028-06-30", None),
        (PROLONGED, "2028-07-01", "termine", "2028-06-30", None),
        # Another convention takes its place.
        (RELAYED, "2027-11-15", "relaye", "2027-11-30", None),
        (RELAYED, "2027-12-01", "relaye", "2027-11-30", None),
        # Renewed without a period: no term any more.
        (ENDLESS, "2027-08-01", "preavis_ouvert", "2027-11-30", "2027-08-30"),
        (ENDLESS, "2035-01-01", "reconduit", None, None),
        # Notice longer than a period: the deadline of a period is past when it begins.
        (SHORT, "2027-01-01", "reconduit", "2027-01-31", "2026-10-31"),
        (SHORT, "2027-06-30", "a_renouveler", "2027-06-30", None),
        (SHORT, "2027-07-01", "termine", "2027-06-30", None),
    ],
)
def test_a_convention_on_a_day(
    one: Life, today: str, state: str, end: str | None, given_by: str | None
) -> None:
    found = standing(one, D(today))
    assert found.state == state
    assert found.end == (D(end) if end else None)
    assert found.notice == (D(given_by) if given_by else None)


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ("2027-08-30", "2027-11-30"),  # the very last day
        ("2027-08-31", "2028-11-30"),  # the day after
        ("2028-08-31", "2029-11-30"),  # the day after, a year later
    ],
)
def test_a_notice_given_the_day_after_binds_for_one_more_period(given: str, ends: str) -> None:
    assert notice(ONE_YEAR, D(given), "non_reconduction").end == D(ends)


def test_a_late_notice_longer_than_a_period_ends_the_first_one_it_is_in_time_for() -> None:
    short = SHORT.agreement
    assert isinstance(short, Partenariat)
    # The last days were 30 September, 31 October and 28 November 2026, 31 December…
    assert notice(short, D("2026-09-30"), "non_reconduction").end == D("2026-12-31")
    assert notice(short, D("2026-10-01"), "non_reconduction").end == D("2027-01-31")
    assert notice(short, D("2026-11-15"), "non_reconduction").end == D("2027-02-28")
    assert notice(short, D("2026-11-29"), "non_reconduction").end == D("2027-03-31")
    # Nothing renews the sixth renewal.
    assert notice(short, D("2027-04-15"), "non_reconduction").end == D("2027-06-30")


def dues(one: Life) -> list[tuple[str, str]]:
    return [(due.kind, due.due.isoformat()) for due in reminders(one, dt.date.min, FAR)]


def test_the_reminders_of_a_life() -> None:
    assert dues(life(convention("2026-12-01", "2027-11-30", reconduction=(12, 1)))) == [
        ("preavis", "2027-06-01"),
        ("preavis", "2027-07-01"),
        ("preavis", "2027-07-31"),
        ("preavis", "2027-08-23"),
        ("reconduction", "2027-12-01"),
        ("fin", "2028-10-31"),
        ("expiration", "2028-12-01"),
    ]
    assert dues(IN_TIME) == [("fin", "2027-10-31"), ("expiration", "2027-12-01")]
    assert dues(LATE)[4:] == [
        ("reconduction", "2027-12-01"),
        ("fin", "2028-10-31"),
        ("expiration", "2028-12-01"),
    ]
    assert dues(PROLONGED) == [("fin", "2028-05-31"), ("expiration", "2028-07-01")]
    assert dues(RELAYED) == []


def test_what_would_be_due_before_the_first_day_is_not_said() -> None:
    brief = life(convention("2027-01-01", "2027-02-15", (1, "mois"), (12, 1)))
    # Notice by 15 January: only the eighth, seven days before, comes after the first day.
    assert dues(brief)[0] == ("preavis", "2027-01-08")


def test_a_renewal_without_end_is_reminded_of_period_after_period() -> None:
    endless = life(convention("2026-12-01", "2027-11-30", reconduction=(12, None)))
    found = reminders(endless, D("2040-01-01"), D("2040-12-31"))
    assert [(due.kind, due.due) for due in found] == [
        ("preavis", D("2040-06-01")),
        ("preavis", D("2040-07-01")),
        ("preavis", D("2040-07-31")),
        ("preavis", D("2040-08-23")),
        ("reconduction", D("2040-12-01")),
    ]


def test_a_pmsmp_has_no_notice_to_give() -> None:
    one = Life(agreement(PMSMP))
    assert reminders(one, dt.date.min, FAR) == []
    assert standing(one, D("2027-01-30")).state == "termine"


def test_an_end_before_the_start_is_refused_with_its_place() -> None:
    backwards = life(convention("2026-12-01", "2026-11-30"))
    for look in (
        lambda: standing(backwards, D("2026-12-01")),
        lambda: reminders(backwards, dt.date.min, FAR),
    ):
        with pytest.raises(InvalidData) as refused:
            look()
        (finding,) = refused.value.findings
        assert (finding.field, finding.allowed) == ("fin", "2026-12-01")
        assert "30/11/2026" in finding.message
