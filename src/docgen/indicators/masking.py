"""What an external report may not show: fewer than five people, and what would give them away.

In a breakdown, one hidden row could be had by subtraction from the total: the smallest of the rows
that are shown is hidden with it.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from docgen.indicators.figure import Figure

SMALL = 5
# Worked out from people counted elsewhere: hidden when these are few.
RESTS_ON = {
    "taux_vers_emploi": ("pmsmp_realisees", "vers_emploi"),
    "taux_bilan": ("pmsmp_commencees",),
    "signees_avant_debut": ("pmsmp_commencees",),
    "minutes_realisees": ("pmsmp_realisees",),
    "minutes_sans_bilan": ("pmsmp_commencees",),
    "pmsmp_par_entreprise": ("pmsmp_commencees",),
    "jours_moyenne": ("pmsmp_commencees",),
    "jours_mediane": ("pmsmp_commencees",),
    "jours_moyenne_renouvellements": ("pmsmp_commencees",),
    "jours_mediane_renouvellements": ("pmsmp_commencees",),
    "delai_signature": ("pmsmp_commencees",),
}


def masked(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures with small counts of people hidden; nought stays, it names nobody."""
    found = list(figures)
    hidden = {n for n, one in enumerate(found) if one.definition.of_people and _small(one)}
    rows: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.group and one.definition.of_people:
            rows[one.id].append(number)
    for numbers in rows.values():
        if sum(number in hidden for number in numbers) == 1:
            others = [n for n in numbers if n not in hidden and found[n].value]
            hidden |= {min(others, key=lambda n: found[n].value or 0)} if others else set()
    few = {found[n].id for n in hidden if not found[n].group}
    hidden |= {
        n
        for n, one in enumerate(found)
        if one.value and not few.isdisjoint(RESTS_ON.get(one.id, ()))
    }
    hidden |= _companies_with_few(found)
    return tuple(
        dataclasses.replace(one, hidden=True, value=None) if n in hidden else one
        for n, one in enumerate(found)
    )


def _small(one: Figure) -> bool:
    return one.value is not None and 0 < one.value < SMALL


def _companies_with_few(figures: list[Figure]) -> set[int]:
    """The rows of companies where few PMSMP were realised, but for what they promised."""
    few = {
        one.group.split(":")[0]
        for one in figures
        if one.id == "promesse_par_entreprise" and one.group.endswith(":realise") and _small(one)
    }
    return {
        number
        for number, one in enumerate(figures)
        if one.id == "promesse_par_entreprise"
        and one.group.split(":")[0] in few
        and not one.group.endswith(":promis")
    }
