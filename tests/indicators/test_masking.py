"""No report for outside lets a handful of people be counted, directly or by subtraction."""

from __future__ import annotations

from fractions import Fraction

from docgen.indicators import Figure, masked


def hidden(*figures: Figure) -> list[bool]:
    return [one.hidden for one in masked(figures)]


def test_small_counts_of_people_are_hidden_and_nought_is_not() -> None:
    shown = masked(
        [
            Figure("pmsmp_commencees", 4),
            Figure("personnes", 5),
            Figure("renouvellements", 0),
            Figure("conventions_actives", 2),
        ]
    )
    assert [one.shown for one in shown] == ["< 5", "5", "0", "2"]
    assert shown[0].value is None


def test_one_small_row_takes_another_with_it() -> None:
    rows = [("recruter", 3), ("confirmer", 9), ("decouvrir", 7)]
    figures = [Figure("pmsmp_commencees", 19), *(Figure("par_objet", n, g) for g, n in rows)]
    assert hidden(*figures) == [False, True, False, True]


def test_two_small_rows_are_enough() -> None:
    rows = [("recruter", 3), ("confirmer", 9), ("decouvrir", 2)]
    assert hidden(*(Figure("par_objet", n, g) for g, n in rows)) == [True, False, True]


def test_what_rests_on_few_people_is_hidden_too() -> None:
    figures = (Figure("pmsmp_realisees", 3), Figure("taux_vers_emploi", Fraction(100, 3)))
    assert hidden(*figures) == [True, True]
    assert hidden(Figure("pmsmp_realisees", 30), Figure("taux_vers_emploi", Fraction(10))) == [
        False,
        False,
    ]


def test_of_a_company_only_the_promise_is_public_when_few_came() -> None:
    figures = [
        Figure("promesse_par_entreprise", value, f"{siren}:{what}")
        for siren, done in (("111111111", 2), ("222222222", 6), ("333333333", 0))
        for what, value in (("promis", 6), ("realise", done), ("ecart", done - 6), ("taux", done))
    ]
    assert hidden(*figures) == [False, True, True, True, *[False] * 8]
