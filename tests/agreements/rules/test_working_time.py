"""P11 and P12: each limit, just kept and just broken, for an adult and for a minor."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules.working_time import limits
from docgen.public_holidays import public_holidays
from tests.contexts import around, judged, said_by
from tests.samples import PMSMP, agreement, changed

LEGAL = {"nom": "Diallo", "prenom": "Awa", "lien": "mère", "courriel": "awa@example.org"}
# 17 on the first day, 11 January 2027, a Monday.
MINOR = {
    "beneficiaire__date_naissance": "2009-01-12",
    "beneficiaire__representant_legal": LEGAL,
}
WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")


def hours(*days: str, **spans: list[str]) -> dict[str, Any]:
    """The same spans on each of `days` (« 09:00-12:00 13:00-17:00 »), and others by name."""
    *names, text = days
    return {"semaine": {**dict.fromkeys(names, text.split()), **spans}}


def p11(timetable: dict[str, Any], **changes: Any) -> list[tuple[str, str, Any]]:
    given = {"debut": "2027-01-11", "fin": "2027-01-17", "horaires": timetable, **changes}
    return said_by("P11", around(), **given)


@pytest.mark.parametrize(
    ("timetable", "minor", "expected"),
    [
        # A week: 48 h, and a minute more; 35 h before 18.
        (hours(*WEEK, "08:00-12:00 13:00-17:36"), False, []),
        (
            hours(*WEEK, "08:00-12:00 13:00-17:36", samedi=["08:00-13:00"]),
            False,
            [],
        ),
        (
            hours(*WEEK, "08:00-12:00 13:00-17:36", samedi=["08:00-13:01"]),
            False,
            [("error", "horaires.semaine", 48)],
        ),
        (hours(*WEEK, "09:00-12:00 13:00-17:00"), True, []),
        (
            hours(*WEEK[1:], "09:00-12:00 13:00-17:00", lundi=["09:00-12:00", "13:00-17:01"]),
            True,
            [("error", "horaires.semaine", 35)],
        ),
        # A day: 10 h; 8 h before 18.
        (hours("lundi", "07:00-12:00 13:00-18:00"), False, []),
        (
            hours("lundi", "07:00-12:00 13:00-18:01"),
            False,
            [("warning", "horaires.semaine", 10)],
        ),
        (hours("lundi", "08:00-12:00 13:00-17:00"), True, []),
        (
            hours("lundi", "08:00-12:00 13:00-17:01"),
            True,
            [("error", "horaires.semaine", 8)],
        ),
        # A rest between two days: 11 h; 12 h before 18.
        (hours("lundi", "17:00-22:00", mardi=["09:00-12:00"]), False, []),
        (
            hours("lundi", "16:00-22:00", mardi=["07:00-12:00"]),
            False,
            [("warning", "horaires.semaine", None)],
        ),
        (hours("lundi", "16:00-20:00", mardi=["08:00-12:00"]), True, []),
        (
            hours("lundi", "16:00-20:00", mardi=["07:30-11:30"]),
            True,
            [("error", "horaires.semaine", None)],
        ),
        # A night cut at midnight is one stretch.
        (hours("lundi", "22:00-24:00", mardi=["00:00-04:00"]), False, []),
        # A break: 20 min after 6 h; 30 min after 4 h 30 before 18.
        (hours("lundi", "08:00-14:00"), False, []),
        (hours("lundi", "08:00-14:01"), False, [("warning", "horaires.semaine", None)]),
        (hours("lundi", "08:00-12:00 12:20-15:00"), False, []),
        (
            hours("lundi", "08:00-12:00 12:19-15:00"),
            False,
            [("warning", "horaires.semaine", None)],
        ),
        (hours("lundi", "08:00-12:30"), True, []),
        (hours("lundi", "08:00-12:31"), True, [("error", "horaires.semaine", None)]),
        (
            hours("lundi", "08:00-10:00 10:29-13:00"),
            True,
            [("error", "horaires.semaine", None)],
        ),
        # Two days of rest in a row before 18.
        (
            hours(*WEEK, "09:00-12:00", samedi=["09:00-12:00"]),
            True,
            [("error", "horaires.semaine", None)],
        ),
        (hours("lundi", "mercredi", "vendredi", "09:00-12:00", dimanche=[]), True, []),
        # No night before 18.
        (hours("lundi", "06:00-10:00"), True, []),
        (hours("lundi", "05:59-10:00"), True, [("error", "horaires.semaine", None)]),
        (hours("lundi", "18:00-22:00"), True, []),
        (hours("lundi", "18:00-22:01"), True, [("error", "horaires.semaine", None)]),
        (hours("lundi", "18:00-22:01"), False, []),
    ],
)
def test_a_limit_just_kept_and_just_broken(
    timetable: dict[str, Any], minor: bool, expected: list[object]
) -> None:
    assert p11(timetable, **(MINOR if minor else {})) == expected


def test_a_seventh_day_or_no_long_rest_is_told() -> None:
    every_day = {day: ["09:00-12:00"] for day in (*WEEK, "samedi", "dimanche")}
    assert p11({"semaine": every_day}) == [("warning", "horaires.semaine", None)]
    # Six days, and from Saturday 19:00 to Monday 6:00: 35 hours.
    six = {**{day: ["06:00-10:00"] for day in WEEK}, "samedi": ["15:00-19:00"]}
    assert p11({"semaine": six}, fin="2027-01-24") == []
    six["samedi"] = ["15:00-19:30"]
    late = p11({"semaine": six}, fin="2027-01-24")
    assert ("warning", "horaires.semaine", None) in late


def test_a_particular_date_is_named_where_it_is_written() -> None:
    timetable = {
        "semaine": {"lundi": ["09:00-12:00"]},
        "exceptions": {"2027-01-12": ["07:00-12:00", "13:00-18:30"]},
    }
    assert p11(timetable) == [("warning", "horaires.exceptions.2027-01-12", 10)]


@pytest.mark.parametrize(
    ("date", "minutes"),
    [
        ("2027-03-27", 300),
        ("2027-03-28", 240),  # an hour is lost between 2:00 and 3:00
        ("2027-10-31", 360),  # and found again
    ],
)
def test_a_night_when_clocks_change_counts_what_really_passes(date: str, minutes: int) -> None:
    pmsmp = agreement(
        changed(
            PMSMP,
            debut=date,
            fin=date,
            horaires={"semaine": {}, "exceptions": {date: ["00:00-05:00"]}},
            beneficiaire__contrat={
                "nature": "CDDI",
                "debut": "2026-09-01",
                "fin": "2028-08-31",
                "heures_hebdomadaires": 26,
            },
        )
    )
    assert isinstance(pmsmp, Pmsmp)
    assert pmsmp.total_minutes() == minutes


@pytest.mark.parametrize(("birth", "most"), [("2009-01-11", 48 * 60), ("2009-01-12", 35 * 60)])
def test_eighteen_on_the_first_day_is_an_adult(birth: str, most: int) -> None:
    pmsmp = agreement(changed(PMSMP, **{**MINOR, "beneficiaire__date_naissance": birth}))
    assert isinstance(pmsmp, Pmsmp)
    assert limits(pmsmp).week == most


@pytest.mark.parametrize(
    ("date", "postal_code", "off"),
    [
        ("2027-03-29", "75011", True),  # Easter Monday
        ("2027-03-26", "75011", False),  # Good Friday, worked in Paris
        ("2027-03-26", "67000", True),  # and not in Strasbourg
        ("2027-03-28", "75011", True),  # Easter Sunday is a Sunday
        ("2027-03-30", "75011", False),
    ],
)
def test_p12_sundays_and_the_holidays_of_the_place(date: str, postal_code: str, off: bool) -> None:
    context = around(holidays=public_holidays([2027], postal_code))
    timetable = {"semaine": {}, "exceptions": {date: ["09:00-12:00"]}}
    given: dict[str, Any] = {"debut": date, "fin": date, "horaires": timetable}
    place = [("warning", f"horaires.exceptions.{date}", None)] if off else []
    assert said_by("P12", context, **given) == place
    young = {**MINOR, "beneficiaire__date_naissance": "2009-06-01"}
    refused = [("error", field, allowed) for _, field, allowed in place]
    assert said_by("P11", context, **given, **young) == refused
    assert not said_by("P12", context, **given, **young)


def test_a_sentence_counts_the_other_days_of_the_same_fault() -> None:
    long = hours(*WEEK, "08:00-15:00")
    found = judged(around(), debut="2027-01-11", fin="2027-01-17", horaires=long)
    assert "le 11/01/2027 et 4 autres jours" in found[0].message


def test_a_mistyped_century_is_judged_on_its_first_year_only() -> None:
    timetable = hours(*WEEK, "22:00-24:00")
    given = {**MINOR, "fin": "2127-01-29", "horaires": timetable}
    nights = [one for one in judged(around(), **given) if "entre 22 h et 6 h" in one.message]
    # 53 weeks of five days, less the first one named: never the 26,000 days of a century.
    assert [one.message.split(" : ")[0] for one in nights] == ["le 11/01/2027 et 262 autres jours"]
    assert said_by("P1", around(), **given) == [("error", "fin", "2027-02-10")]
