"""Promised against realised, company by company, over the window."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from docgen.agreements.periods import Terms
from docgen.indicators.facts import Convention, Facts, Scope
from docgen.indicators.figure import Figure
from docgen.ledger import Basis, Life, Promise, due, life_of

Lives = Sequence[tuple[Convention, Life]]


def lives_of(facts: Facts, scope: Scope) -> Lives:
    """Each convention with the periods it had begun, worked out once for all its figures.

    Many begin on the same day with the same terms: they share one life.
    """
    known: dict[tuple[Terms, dt.date | None], Life] = {}
    lives = []
    for one in facts.conventions:
        key = (one.terms, one.denounced)
        if key not in known:
            known[key] = life_of(one.terms, scope.on, one.denounced)
        lives.append((one, known[key]))
    return lives


def commitments(lives: Lives, scope: Scope, realised: Mapping[str, int]) -> Iterator[Figure]:
    """What companies promised in PMSMP, and what was realised, by SIREN.

    Each company has four rows: `…:promis`, `…:realise`, `…:ecart`, `…:taux`.
    """
    window = scope.window
    promised: dict[str, Fraction | int] = defaultdict(int)
    names: dict[str, str] = {}
    known: dict[tuple[int, int | None, Basis], Fraction | int] = {}
    for one, life in lives:
        if life.inside(window) is None:
            continue
        names[one.siren] = one.company
        key = (id(life), one.volume, one.basis)
        if key not in known:
            known[key] = _plain(due(Promise("pmsmp", one.volume, one.basis), life, window, 0) or 0)
        promised[one.siren] += known[key]
    yield Figure("pmsmp_promises", Fraction(sum(promised.values())))
    for siren in sorted(names, key=lambda one: (names[one].casefold(), one)):
        done, wanted = realised.get(siren, 0), _plain(promised[siren])
        name = names[siren]
        yield Figure("promesse_par_entreprise", wanted, f"{siren}:promis", name)
        yield Figure("promesse_par_entreprise", done, f"{siren}:realise", name)
        yield Figure("promesse_par_entreprise", done - wanted, f"{siren}:ecart", name)
        rate = Fraction(100 * done) / wanted if wanted else None
        yield Figure("promesse_par_entreprise", rate, f"{siren}:taux", name)
    none = sum(not realised.get(siren, 0) for siren, wanted in promised.items() if wanted > 0)
    yield Figure("entreprises_sans_pmsmp", none)


def _plain(number: Fraction | int) -> Fraction | int:
    """Most promises are whole numbers: as such, thousands of them are added four times faster."""
    return number.numerator if number.denominator == 1 else number
