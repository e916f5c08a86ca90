"""What a convention promises over part of its life: exact, whatever the basis."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.rules.windows import Stretch
from docgen.ledger import Life, Promise, due, life_of, promises_of
from tests.samples import PARTENARIAT, changed

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2027, 11, 30)
YEAR = Stretch(dt.date(2027, 1, 1), dt.date(2027, 12, 31))
FULL = changed(
    PARTENARIAT,
    engagements_entreprise={
        "pmsmp": {"volume_annuel": 6, "base": "annee_civile"},
        "recrutement": {"intention": "objectif_chiffre", "nombre_annuel": 2},
        "evenements": [{"nature": "visite_entreprise", "nombre_annuel": 2}],
    },
)


def convention(**changes: object) -> Partenariat:
    return Partenariat.model_validate(changed(FULL, **changes))


def life(on: dt.date, denounced: dt.date | None = None, **changes: object) -> Life:
    return life_of(convention(**changes), on, denounced)


def test_every_article_that_gives_a_number_is_a_promise_and_says_where_it_stands() -> None:
    promised = {one.sort: (one.quantity, one.basis) for one in promises_of(convention())}
    assert promised == {
        "pmsmp": (6, "annee_civile"),
        "recrutement": (2, "annee_civile"),
        "visite_entreprise": (2, "annee_civile"),
        "visite": (1, "par_pmsmp"),
        "profil": (None, "duree"),
        "revue": (1, "annee_contrat"),
    }
    assert all(one.source for one in promises_of(convention()))


@pytest.mark.parametrize(
    ("basis", "on", "window", "expected"),
    [
        # Renewed on 1 December 2027: until then the year holds eleven months of it.
        ("annee_civile", dt.date(2027, 6, 1), YEAR, Fraction(6 * 334, 365)),
        ("annee_civile", dt.date(2027, 12, 1), YEAR, Fraction(6)),
        ("annee_contrat", dt.date(2027, 6, 1), Stretch(FIRST, LAST), Fraction(6)),
        ("annee_contrat", dt.date(2027, 6, 1), Stretch(FIRST, FIRST), Fraction(6, 365)),
        (
            "annee_civile",
            dt.date(2027, 6, 1),
            Stretch(FIRST, dt.date(2026, 12, 31)),
            Fraction(186, 365),
        ),
        ("duree", dt.date(2027, 6, 1), Stretch(FIRST, LAST), Fraction(6)),
        ("duree", dt.date(2027, 6, 1), Stretch(FIRST, dt.date(2026, 12, 31)), Fraction(186, 365)),
        # Each period promises anew: a whole first one, and a month of the second.
        (
            "duree",
            dt.date(2028, 1, 1),
            Stretch(FIRST, dt.date(2027, 12, 31)),
            6 + Fraction(186, 366),
        ),
        (
            "annee_civile",
            dt.date(2027, 6, 1),
            Stretch(dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
            0,
        ),
    ],
)
def test_a_promise_is_prorated_by_its_basis(
    basis: str, on: dt.date, window: Stretch, expected: Fraction
) -> None:
    promise = Promise("pmsmp", 6, basis)  # type: ignore[arg-type]
    assert due(promise, life(on), window, 0) == expected


def test_a_notice_ends_what_is_promised() -> None:
    ended = dt.date(2027, 6, 30)
    found = due(Promise("pmsmp", 6, "annee_civile"), life(YEAR.last, ended), YEAR, 0)
    assert found == Fraction(6 * 181, 365)


def test_what_is_promised_for_each_pmsmp_follows_their_number_and_no_number_is_no_sum() -> None:
    lived = life(dt.date(2027, 6, 1))
    assert due(Promise("visite", 2, "par_pmsmp"), lived, YEAR, 5) == 10
    assert due(Promise("profil", None, "duree"), lived, YEAR, 5) is None
    before = Stretch(dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    assert due(Promise("visite", 2, "par_pmsmp"), lived, before, 5) == 0


def test_a_convention_without_term_goes_on_and_promises_nothing_over_its_length() -> None:
    lived = life(dt.date(2035, 1, 1), reconduction={"maximum": None, "periode_mois": None})
    decade = Stretch(dt.date(2034, 1, 1), dt.date(2034, 12, 31))
    assert due(Promise("pmsmp", 6, "annee_civile"), lived, decade, 0) == 6
    assert due(Promise("atelier", 6, "duree"), lived, decade, 0) == 0
    assert lived.period_on(dt.date(2040, 1, 1))
    assert lived.period_on(dt.date(2026, 11, 30)) is None


@given(st.dates(FIRST, dt.date(2029, 11, 30)), st.sampled_from(["annee_civile", "annee_contrat"]))
def test_the_parts_of_a_window_add_up_to_the_whole(cut: dt.date, basis: str) -> None:
    promise = Promise("pmsmp", 7, basis)  # type: ignore[arg-type]
    lived = life(dt.date(2029, 1, 1))
    whole = Stretch(FIRST, dt.date(2029, 12, 31))
    before, after = Stretch(FIRST, cut), Stretch(cut + dt.timedelta(days=1), whole.last)
    parts = [due(promise, lived, part, 0) or 0 for part in (before, after)]
    assert sum(parts) == due(promise, lived, whole, 0)
