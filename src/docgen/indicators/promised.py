"""Promised against realised, company by company, over the window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from docgen.indicators.facts import Facts, Scope
from docgen.indicators.figure import Figure
from docgen.ledger import Promise, due, life_of


def commitments(facts: Facts, scope: Scope, realised: Mapping[str, int]) -> Iterator[Figure]:
    """What companies promised in PMSMP, and what was realised, by SIREN.

    Each company has four rows: `…:promis`, `…:realise`, `…:ecart`, `…:taux`.
    """
    window = scope.window
    promised: dict[str, Fraction] = defaultdict(Fraction)
    names: dict[str, str] = {}
    for one in facts.conventions:
        life = life_of(one.words, scope.on, one.denounced)
        if not life.stretches(window):
            continue
        names[one.siren] = one.company
        promise = Promise("pmsmp", one.volume, one.basis)
        promised[one.siren] += due(promise, life, window, 0) or 0
    yield Figure("pmsmp_promises", sum(promised.values(), Fraction(0)))
    for siren in sorted(names, key=lambda one: (names[one].casefold(), one)):
        done, wanted = realised.get(siren, 0), promised[siren]
        name = names[siren]
        yield Figure("promesse_par_entreprise", wanted, f"{siren}:promis", name)
        yield Figure("promesse_par_entreprise", done, f"{siren}:realise", name)
        yield Figure("promesse_par_entreprise", done - wanted, f"{siren}:ecart", name)
        rate = 100 * done / wanted if wanted else None
        yield Figure("promesse_par_entreprise", rate, f"{siren}:taux", name)
    none = sum(not realised.get(siren, 0) for siren, wanted in promised.items() if wanted > 0)
    yield Figure("entreprises_sans_pmsmp", none)
