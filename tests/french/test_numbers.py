"""Numbers in figures and in letters, amounts, ranks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import french
from tests.french import plain

NN = "\u202f"


@pytest.mark.parametrize(
    ("value", "places", "figures"),
    [
        (0, 2, "0"),
        (999, 2, "999"),
        (1000, 2, f"1{NN}000"),
        (1234567, 0, f"1{NN}234{NN}567"),
        (-1234, 2, f"−1{NN}234"),
        (Decimal("12.50"), 2, "12,5"),
        (Decimal("12.05"), 2, "12,05"),
        (Decimal("2.675"), 2, "2,68"),
        (Decimal("-2.675"), 2, "−2,68"),
        (Decimal("999.995"), 2, f"1{NN}000"),
        (Decimal("0.004"), 2, "0"),
        # Nothing is not less than nothing.
        (Decimal("-0.004"), 2, "0"),
        (Fraction(1, 3), 1, "0,3"),
        (Fraction(2, 3), 0, "1"),
        (Decimal("0.5"), 0, "1"),
    ],
)
def test_a_number_in_figures(value: int | Decimal | Fraction, places: int, figures: str) -> None:
    assert french.nombre(value, places) == figures


@pytest.mark.parametrize(
    ("value", "figures"),
    [
        (25, "25\u00a0%"),
        (Decimal("12.5"), "12,5\u00a0%"),
        (Fraction(200, 3), "66,7\u00a0%"),
        (0, "0\u00a0%"),
        (100, "100\u00a0%"),
    ],
)
def test_a_share(value: int | Decimal | Fraction, figures: str) -> None:
    assert french.pour_cent(value) == figures


@pytest.mark.parametrize("inexact", [0.1, 1.0, True])
def test_what_is_not_exact_is_no_number(inexact: int) -> None:
    for told in (french.nombre, french.euros, french.euros_en_lettres, french.en_lettres):
        with pytest.raises(TypeError):
            told(inexact)


@pytest.mark.parametrize(
    ("cents", "figures", "letters"),
    [
        (0, "0,00 €", "zéro euro"),
        (1, "0,01 €", "un centime"),
        (2, "0,02 €", "deux centimes"),
        (80, "0,80 €", "quatre-vingts centimes"),
        (99, "0,99 €", "quatre-vingt-dix-neuf centimes"),
        (100, "1,00 €", "un euro"),
        (101, "1,01 €", "un euro et un centime"),
        (199, "1,99 €", "un euro et quatre-vingt-dix-neuf centimes"),
        (200, "2,00 €", "deux euros"),
        (2100, "21,00 €", "vingt et un euros"),
        (7100, "71,00 €", "soixante et onze euros"),
        (8000, "80,00 €", "quatre-vingts euros"),
        (8100, "81,00 €", "quatre-vingt-un euros"),
        (20000, "200,00 €", "deux cents euros"),
        (20100, "201,00 €", "deux cent un euros"),
        (28000, "280,00 €", "deux cent quatre-vingts euros"),
        (
            99999,
            "999,99 €",
            "neuf cent quatre-vingt-dix-neuf euros et quatre-vingt-dix-neuf centimes",
        ),
        (100000, "1 000,00 €", "mille euros"),
        (
            123450,
            "1 234,50 €",
            "mille deux cent trente-quatre euros et cinquante centimes",
        ),
        (8_000_000, "80 000,00 €", "quatre-vingt mille euros"),
        (20_000_000, "200 000,00 €", "deux cent mille euros"),
        (
            99_999_900,
            "999 999,00 €",
            "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf euros",
        ),
        (100_000_000, "1 000 000,00 €", "un million d’euros"),
        (100_000_001, "1 000 000,01 €", "un million d’euros et un centime"),
        (100_000_100, "1 000 001,00 €", "un million un euros"),
        (150_000_000, "1 500 000,00 €", "un million cinq cent mille euros"),
        (200_000_000, "2 000 000,00 €", "deux millions d’euros"),
        (8_000_000_000, "80 000 000,00 €", "quatre-vingts millions d’euros"),
        (20_000_000_000, "200 000 000,00 €", "deux cents millions d’euros"),
        (100_000_000_000, "1 000 000 000,00 €", "un milliard d’euros"),
    ],
)
def test_an_amount(cents: int, figures: str, letters: str) -> None:
    assert plain(french.euros(cents)) == figures
    assert french.euros_en_lettres(cents) == letters


def test_the_spaces_of_an_amount_never_break() -> None:
    assert french.euros(123450) == "1\u202f234,50\u00a0€"
    assert french.euros(-5) == "−0,05\u00a0€"


def test_no_amount_in_letters_is_below_nought() -> None:
    with pytest.raises(ValueError, match="below"):
        french.euros_en_lettres(-1)


@given(st.integers(-(10**14), 10**14))
def test_an_amount_in_figures_can_be_read_back(cents: int) -> None:
    figures = french.euros(cents).removesuffix("\u00a0€")
    digits = figures.replace("\u202f", "").replace(",", "").replace("−", "-")
    assert int(digits) == cents


_SMALL = {
    "zéro": 0,
    "un": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
    "onze": 11,
    "douze": 12,
    "treize": 13,
    "quatorze": 14,
    "quinze": 15,
    "seize": 16,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
}
_LARGE = {"mille": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12}


def read(letters: str) -> int:
    """A number in letters, read back by the grammar of French alone."""
    total = group = last = 0
    for word in letters.replace("-", " ").split():
        if word == "et":
            continue
        # An s is a plural, save in « trois » and « six ».
        bare = word if word in _SMALL or word in _LARGE else word.removesuffix("s")
        if bare == "cent":
            group = (group or 1) * 100
            last = 0
        elif bare in _LARGE:
            total += (group or 1) * _LARGE[bare]
            group = last = 0
        elif bare == "vingt" and last == 4:
            group += 76  # quatre-vingt: the four is already counted
            last = 0
        else:
            group += _SMALL[bare]
            last = _SMALL[bare]
    return total + group


@given(st.one_of(st.integers(0, 2000), st.integers(0, 10**15 - 1)))
def test_letters_can_be_read_back(value: int) -> None:
    assert read(french.en_lettres(value)) == value


@given(st.integers(0, 10**14))
def test_an_amount_in_letters_can_be_read_back(cents: int) -> None:
    letters = french.euros_en_lettres(cents).replace("d’euros", "euros")
    money, found, rest = letters.partition(" euro")
    if not found:
        money, rest = "zéro", letters
    part = rest.removeprefix("s").removeprefix(" et ").rpartition(" centime")[0]
    assert read(money) * 100 + read(part or "zéro") == cents


@pytest.mark.parametrize(
    ("value", "masculine", "feminine"),
    [
        (0, "zéro", "zéro"),
        (1, "un", "une"),
        (21, "vingt et un", "vingt et une"),
        (31, "trente et un", "trente et une"),
        (81, "quatre-vingt-un", "quatre-vingt-une"),
        (11, "onze", "onze"),
        (101, "cent un", "cent une"),
        (1000000, "un million", "un million"),
    ],
)
def test_one_has_a_gender(value: int, masculine: str, feminine: str) -> None:
    assert french.en_lettres(value) == masculine
    assert french.en_lettres(value, "f") == feminine


@pytest.mark.parametrize("value", [-1, 10**15])
def test_what_nobody_writes_in_letters(value: int) -> None:
    with pytest.raises(ValueError, match="letters"):
        french.en_lettres(value)


@pytest.mark.parametrize(
    ("value", "masculine", "feminine", "letters"),
    [
        (1, "1er", "1re", "premier"),
        (2, "2e", "2e", "deuxième"),
        (4, "4e", "4e", "quatrième"),
        (5, "5e", "5e", "cinquième"),
        (9, "9e", "9e", "neuvième"),
        (11, "11e", "11e", "onzième"),
        (21, "21e", "21e", "vingt et unième"),
        (71, "71e", "71e", "soixante et onzième"),
        (80, "80e", "80e", "quatre-vingtième"),
        (81, "81e", "81e", "quatre-vingt-unième"),
        (95, "95e", "95e", "quatre-vingt-quinzième"),
        (100, "100e", "100e", "centième"),
        (200, "200e", "200e", "deux centième"),
        (1000, "1000e", "1000e", "millième"),
        (10**6, "1000000e", "1000000e", "millionième"),
        (2 * 10**6, "2000000e", "2000000e", "deux millionième"),
    ],
)
def test_a_rank(value: int, masculine: str, feminine: str, letters: str) -> None:
    assert french.ordinal(value) == masculine
    assert french.ordinal(value, "f") == feminine
    assert french.ordinal_en_lettres(value) == letters


def test_the_first_of_two_genders() -> None:
    assert french.ordinal_en_lettres(1, "f") == "première"


@pytest.mark.parametrize("rank", [0, -1])
def test_there_is_no_rank_below_one(rank: int) -> None:
    for told in (french.ordinal, french.ordinal_en_lettres):
        with pytest.raises(ValueError, match="below"):
            told(rank)


def test_a_gender_is_one_of_two() -> None:
    for told in (french.ordinal, french.en_lettres, french.ordinal_en_lettres):
        with pytest.raises(ValueError, match="gender"):
            told(1, "féminin")  # type: ignore[arg-type]
