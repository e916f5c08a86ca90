"""What a convention promises over a stretch of days: exact fractions, never rounded here.

A promise of so much a year is prorated by the days of the year in which the convention runs; one
over its whole length (`duree`) by the days of each of its periods. Tacit renewals count once they
have begun.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from fractions import Fraction

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Period, periods
from docgen.agreements.prorata import prorata
from docgen.agreements.rules.windows import Stretch
from docgen.ledger.sorts import Basis

# A convention without a term goes on: looked at no further than this.
MOST_PERIODS = 200


@dataclass(frozen=True)
class Promise:
    """So much of a sort (SORTS) over a basis; `quantity` None: promised without a number.

    `source` says where it is written (« article 2 », « avenant A1 »).
    """

    sort: str
    quantity: int | None
    basis: Basis
    source: str = ""


@dataclass(frozen=True)
class Life:
    """The days a convention runs: its first day, and the periods begun so far."""

    first: dt.date
    periods: tuple[Period, ...]

    def stretches(self, window: Stretch) -> list[tuple[Stretch, Period]]:
        """Each period's days inside `window`."""
        found = []
        for period in self.periods:
            first = max(period.first, window.first)
            last = min(period.last or dt.date.max, window.last)
            if first <= last:
                found.append((Stretch(first, last), period))
        return found

    def runs_on(self, day: dt.date) -> bool:
        """In force: begun, and neither ended nor denounced."""
        return any(one.first <= day and one.runs_on(day) for one in self.periods)


def life_of(convention: Partenariat, on: dt.date, denounced: dt.date | None = None) -> Life:
    """The periods that had begun `on` that day; the initial one always is among them."""
    begun = itertools.takewhile(
        lambda period: period.rank == 0 or period.first <= on, periods(convention, denounced)
    )
    return Life(convention.debut, tuple(itertools.islice(begun, MOST_PERIODS)))


def promises_of(convention: Partenariat) -> tuple[Promise, ...]:
    """What the articles of a convention promise in numbers, on both sides.

    Recruitments and events are counted over the year that the convention chose for its PMSMP.
    """
    ours, theirs = convention.engagements_organisation, convention.engagements_entreprise
    basis: Basis = theirs.pmsmp.base
    promised = [Promise("pmsmp", theirs.pmsmp.volume_annuel, basis, "engagements_entreprise.pmsmp")]
    if theirs.recrutement is not None:
        wanted = theirs.recrutement.nombre_annuel
        source = "engagements_entreprise.recrutement"
        promised.append(Promise("recrutement", wanted, basis, source))
    promised += [
        Promise(event.nature, event.nombre_annuel, basis, f"engagements_entreprise.evenements.{n}")
        for n, event in enumerate(theirs.evenements)
    ]
    if convention.mecenat is not None:
        promised.append(Promise("mecenat", None, "duree", "mecenat"))
    per_stay = ours.visites_par_pmsmp
    if per_stay:
        source = "engagements_organisation.visites_par_pmsmp"
        promised.append(Promise("visite", per_stay, "par_pmsmp", source))
    promised.append(Promise("profil", None, "duree", "engagements_organisation"))
    promised.append(Promise("revue", 1, "annee_contrat", "mois_bilan"))
    return tuple(promised)


def due(promise: Promise, life: Life, window: Stretch, stays: int) -> Fraction | None:
    """What a promise amounts to inside `window`; None when no number was promised.

    `stays`: how many PMSMP began there, for what is promised for each.
    """
    if promise.quantity is None:
        return None
    inside = life.stretches(window)
    match promise.basis:
        case "par_pmsmp":
            return Fraction(promise.quantity * stays) if inside else Fraction(0)
        case "duree":
            return sum(
                (
                    Fraction(promise.quantity * stretch.days, Stretch(one.first, one.last).days)
                    for stretch, one in inside
                    if one.last is not None
                ),
                Fraction(0),
            )
        case "annee_civile" | "annee_contrat":
            return sum(
                (
                    prorata(
                        promise.quantity, promise.basis, life.first, stretch.first, stretch.last
                    )
                    for stretch, _ in inside
                ),
                Fraction(0),
            )
