"""French as documents write it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import french


def plain(text: str) -> str:
    """The text with ordinary spaces, to be compared by eye."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 4, 6), "6 avril 2026"),
        (dt.date(2026, 4, 1), "1er avril 2026"),
        (dt.date(2026, 8, 31), "31 août 2026"),
        (dt.date(2027, 2, 11), "11 février 2027"),
    ],
)
def test_a_date_in_words(day: dt.date, words: str) -> None:
    assert plain(french.date(day)) == words
    assert plain(french.jour_date(day)).endswith(words)


def test_a_day_is_never_parted_from_its_month() -> None:
    assert french.jour_date(dt.date(2026, 4, 6)) == "lundi 6\u00a0avril 2026"
    assert french.jour_date(dt.date(2026, 12, 1)) == "mardi 1er\u00a0décembre 2026"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        # Summer and winter time in Paris, and a change of day.
        (dt.datetime(2026, 4, 6, 12, 2, tzinfo=dt.UTC), "le 6 avril 2026 à 14 h 02"),
        (dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC), "le 1er février 2026 à 0 h 30"),
        (dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), "le 25 octobre 2026 à 2 h 30"),
        (dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC), "le 25 octobre 2026 à 2 h 30"),
    ],
)
def test_an_instant_is_told_in_paris_time(instant: dt.datetime, words: str) -> None:
    assert plain(french.horodatage(instant)) == f"{words} (heure de Paris)"
    assert plain(french.horodatage_court(instant)).startswith(
        f"{instant.astimezone(french.PARIS):%d/%m/%Y}"
    )


def test_an_instant_without_its_zone_is_refused() -> None:
    naive = dt.datetime(2026, 4, 6, 12)  # noqa: DTZ001
    for told in (french.horodatage, french.horodatage_court):
        with pytest.raises(ValueError, match="time zone"):
            told(naive)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 h"), (45, "45 min"), (60, "1 h"), (450, "7 h 30"), (545, "9 h 05"), (2100, "35 h")],
)
def test_a_length_of_time(minutes: int, words: str) -> None:
    assert plain(french.duree(minutes)) == words


def test_hours_of_the_day() -> None:
    assert plain(french.heure(dt.time(9))) == "9 h"
    assert plain(french.heure(dt.time(0))) == "0 h"
    assert plain(french.heure(30)) == "0 h 30"
    assert plain(french.heure(dt.time(0, 5))) == "0 h 05"


def test_numbers_that_people_read() -> None:
    assert plain(french.siret("73282932000074")) == "732 829 320 00074"
    assert plain(french.telephone("0123456789")) == "01 23 45 67 89"
    assert french.telephone("+4479460958") == "+4479460958"


@pytest.mark.parametrize(
    ("words", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_a_list_in_words(words: list[str], joined: str) -> None:
    assert french.et(words) == joined
    assert french.et(tuple(words)) == joined


def test_nought_and_one_are_singular() -> None:
    assert [plain(french.pluriel(n, "visite")) for n in (0, 1, 2)] == [
        "0 visite",
        "1 visite",
        "2 visites",
    ]
    assert plain(french.pluriel(2, "travail", "travaux")) == "2 travaux"
    assert plain(french.pluriel(3, "mois")) == "3 mois"
    assert plain(french.mois(3)) == "3 mois"


def test_of_is_cut_before_a_vowel() -> None:
    assert [
        french.de(name) for name in ("Paris", "Orléans", "Évry", "œuvre", "onze", "Hautbois", "")
    ] == [
        "de Paris",
        "d’Orléans",
        "d’Évry",
        "d’œuvre",
        "de onze",
        "de Hautbois",
        "de ",
    ]


@given(st.integers(0, 10**6))
def test_a_length_of_time_can_be_read_back(minutes: int) -> None:
    words = plain(french.duree(minutes))
    if words.endswith("min"):
        assert int(words.split()[0]) == minutes
    else:
        hours, _, rest = words.partition(" h")
        assert int(hours) * 60 + int(rest or 0) == minutes
