"""Promised against done: each fact once, in its window."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.rules.windows import Stretch
from docgen.ledger import Done, Line, Promise, balance, life_of
from tests.samples import PARTENARIAT

WINDOW = Stretch(dt.date(2027, 1, 1), dt.date(2027, 12, 31))
LIFE = life_of(Partenariat.model_validate(PARTENARIAT), dt.date(2027, 12, 31))


def lines(promised: list[Promise], done: list[Done], stays: int = 0) -> dict[str, Line]:
    pairs = [(one, LIFE) for one in promised]
    return {one.sort.slug: one for one in balance(pairs, done, WINDOW, stays)}


def test_the_same_fact_counts_once_and_only_inside_the_window() -> None:
    day = dt.date(2027, 3, 1)
    done = [
        Done("pmsmp", day, 1, "PMSMP-2027-0001"),
        Done("pmsmp", day, 1, "PMSMP-2027-0001"),
        Done("pmsmp", day, 1, "PMSMP-2027-0002"),
        Done("pmsmp", dt.date(2028, 1, 1), 1, "PMSMP-2028-0001"),
    ]
    line = lines([Promise("pmsmp", 6, "annee_civile")], done)["pmsmp"]
    assert line.done == 2
    assert line.promised == 6
    assert line.gap == -4
    assert line.rate == Fraction(100, 3)
    assert line.sources == ("PMSMP-2027-0001", "PMSMP-2027-0002")


def test_two_conventions_add_up_and_one_without_number_adds_nothing() -> None:
    found = lines(
        [
            Promise("atelier", 2, "annee_civile"),
            Promise("atelier", None, "duree"),
            Promise("atelier", 1, "annee_civile"),
            Promise("profil", None, "duree"),
        ],
        [],
    )
    assert found["atelier"].promised == 3
    assert (found["profil"].promised, found["profil"].gap, found["profil"].rate) == (None,) * 3


def test_what_nobody_promised_is_shown_when_it_was_done() -> None:
    found = lines(
        [], [Done("mecenat", WINDOW.first, 210, "a"), Done("mecenat", WINDOW.last, 30, "b")]
    )
    assert found["mecenat"].done == 240
    assert found["mecenat"].promised is None
    assert set(found) == {"mecenat"}


def test_nothing_due_has_no_rate() -> None:
    line = lines([Promise("visite", 1, "par_pmsmp")], [], stays=0)["visite"]
    assert line.promised == 0
    assert line.rate is None
    assert line.gap == 0
