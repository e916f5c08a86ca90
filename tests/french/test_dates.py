"""Days, instants and lengths of time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import french
from tests.french import plain


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
    ("debut", "fin", "words"),
    [
        ((2026, 1, 5), (2026, 1, 23), "du 5 au 23 janvier 2026"),
        ((2026, 4, 1), (2026, 4, 30), "du 1er au 30 avril 2026"),
        ((2026, 1, 28), (2026, 2, 1), "du 28 janvier au 1er février 2026"),
        ((2026, 12, 28), (2027, 1, 8), "du 28 décembre 2026 au 8 janvier 2027"),
        # The same month of another year has nothing in common.
        ((2026, 1, 5), (2027, 1, 5), "du 5 janvier 2026 au 5 janvier 2027"),
        ((2026, 1, 5), (2026, 1, 5), "le 5 janvier 2026"),
        ((2028, 2, 29), (2028, 3, 1), "du 29 février au 1er mars 2028"),
    ],
)
def test_a_period_says_once_what_its_ends_share(
    debut: tuple[int, int, int], fin: tuple[int, int, int], words: str
) -> None:
    assert plain(french.periode(dt.date(*debut), dt.date(*fin))) == words


def test_a_period_holds_its_days_to_their_words() -> None:
    told = french.periode(dt.date(2026, 1, 5), dt.date(2026, 1, 23))
    assert told == "du\u00a05 au 23\u00a0janvier 2026"
    told = french.periode(dt.date(2026, 1, 5), dt.date(2026, 2, 3))
    assert told == "du 5\u00a0janvier au 3\u00a0février 2026"


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        french.periode(dt.date(2026, 1, 6), dt.date(2026, 1, 5))


@given(st.dates(), st.dates())
def test_a_period_names_both_its_ends(one: dt.date, other: dt.date) -> None:
    debut, fin = sorted((one, other))
    told = plain(french.periode(debut, fin))
    assert told.endswith(plain(french.date(fin)))
    assert ("1er" if debut.day == 1 else str(debut.day)) in told.split()


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
    [
        *((0, "0 h"), (1, "1 min"), (45, "45 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 01")),
        *((450, "7 h 30"), (545, "9 h 05"), (1590, "26 h 30"), (2100, "35 h")),
    ],
)
def test_a_length_of_time(minutes: int, words: str) -> None:
    assert plain(french.duree(minutes)) == words


def test_hours_never_part_from_their_minutes() -> None:
    assert french.duree(1590) == "26\u00a0h\u00a030"


def test_nothing_lasts_less_than_nothing() -> None:
    for told in (french.duree, french.heure):
        with pytest.raises(ValueError, match="below"):
            told(-1)


def test_hours_of_the_day() -> None:
    assert plain(french.heure(dt.time(9))) == "9 h"
    assert plain(french.heure(dt.time(0))) == "0 h"
    assert plain(french.heure(30)) == "0 h 30"
    assert plain(french.heure(dt.time(0, 5))) == "0 h 05"


@given(st.integers(0, 10**6))
def test_a_length_of_time_can_be_read_back(minutes: int) -> None:
    words = plain(french.duree(minutes))
    if words.endswith("min"):
        assert int(words.split()[0]) == minutes
    else:
        hours, _, rest = words.partition(" h")
        assert int(hours) * 60 + int(rest or 0) == minutes
