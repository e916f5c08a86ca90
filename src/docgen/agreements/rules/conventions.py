"""P3: how many conventions twelve months hold, and how they differ (D5135-3 al. 3).

A renewal is no convention of its own: it keeps the one it renews under way, and a window that holds
a day of either holds that convention.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, PastPmsmp
from docgen.agreements.rules.cumulation import history, same_words, stretch
from docgen.agreements.rules.dates import add_months
from docgen.agreements.rules.windows import ONE_DAY, Stretch, touching

MOST_CONVENTIONS = 2


@dataclass(frozen=True)
class Convention:
    """A convention and its renewals, as far as records hold them; named by the first number."""

    reference: str
    parts: tuple[PastPmsmp, ...]

    def touches(self, window: Stretch) -> bool:
        """True when a day of it, or of a renewal of it, is in the window."""
        return any(stretch(part).touches(window) for part in self.parts)


def conventions(past: Iterable[PastPmsmp]) -> tuple[Convention, ...]:
    """PMSMP gathered by convention, each with its renewals."""
    found: dict[str, list[PastPmsmp]] = {}
    for one in past:
        found.setdefault(one.renews or one.reference, []).append(one)
    return tuple(Convention(reference, tuple(parts)) for reference, parts in found.items())


def _two_conventions(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if pmsmp.fin < pmsmp.debut:
        return
    renewed = pmsmp.renouvellement.reference if pmsmp.renouvellement else None
    every = conventions(history(pmsmp, context))
    others = [one for one in every if one.reference != renewed]
    new = Stretch(pmsmp.debut, pmsmp.fin)
    together: set[str] = set()
    for window in touching(new):
        inside = [one for one in others if one.touches(window)]
        together |= {one.reference for one in inside}
        if len(inside) >= MOST_CONVENTIONS:
            names = " et ".join(one.reference for one in inside[:MOST_CONVENTIONS])
            free = start_without(others, new)
            yield Breach(
                "debut",
                f"la personne a déjà fait {len(inside)} conventions dans cette entreprise entre le "
                f"{window.first:%d/%m/%Y} et le {window.last:%d/%m/%Y} ({names}) ; au plus "
                f"{MOST_CONVENTIONS} sur douze mois. Premier début possible : {free:%d/%m/%Y}.",
                free.isoformat(),
            )
            return
    for one in others:
        same = one.parts[0].objet == pmsmp.objet and same_words(
            one.parts[0].objectifs, pmsmp.objectifs
        )
        if same and renewed is None and one.reference in together:
            yield Breach(
                "objectifs",
                f"{one.reference} a déjà le même objet et les mêmes objectifs : changer l’un des "
                "deux, ou renouveler cette convention.",
            )


def start_without(others: Sequence[Convention], new: Stretch) -> dt.date:
    """The first start from which no twelve months hold two other conventions."""
    length = dt.timedelta(days=new.days - 1)
    anniversaries = {add_months(part.last, 12) for one in others for part in one.parts}
    # From there on no window holds `part`; month ends of unequal length may ask for a day more.
    starts = anniversaries | {day + ONE_DAY for day in anniversaries}
    for start in sorted(day for day in starts if day > new.first):
        moved = Stretch(start, start + length)
        if all(
            sum(one.touches(window) for one in others) < MOST_CONVENTIONS
            for window in touching(moved)
        ):
            return start
    return max(anniversaries) + 2 * ONE_DAY


TWO_CONVENTIONS = Rule(
    "P3",
    "Deux conventions au plus sur douze mois, d’objet ou d’objectifs différents",
    "D5135-3 al. 3",
    "error",
    ALWAYS,
    ("debut", "fin", "entreprise", "objet", "objectifs", "renouvellement"),
    _two_conventions,
    "confirmed",
    "Une troisième convention chez le même hôte, onze mois après la première : refusé. Toute "
    "période de douze mois qui touche la nouvelle est regardée, et une convention renouvelée y est "
    "jusqu’à la fin de son renouvellement (lectures prudentes).",
)
