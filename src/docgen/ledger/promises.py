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
from docgen.agreements.periods import Period, Terms, periods
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

    def inside(self, window: Stretch) -> Stretch | None:
        """The days of `window` in which it runs: its periods follow each other without a gap."""
        first = max(self.first, window.first)
        last = min(self.periods[-1].last or dt.date.max, window.last)
        return Stretch(first, last) if first <= last else None

    def period_on(self, day: dt.date) -> Period | None:
        """The period in force that day: begun, and neither ended nor denounced."""
        return next((one for one in self.periods if one.first <= day and one.runs_on(day)), None)


def life_of(convention: Partenariat | Terms, on: dt.date, denounced: dt.date | None = None) -> Life:
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
    inside = life.inside(window)
    if inside is None:
        return Fraction(0)
    match promise.basis:
        case "par_pmsmp":
            return Fraction(promise.quantity * stays)
        case "duree":
            return sum(
                (
                    Fraction(promise.quantity * stretch.days, Stretch(one.first, one.last).days)
                    for stretch, one in life.stretches(window)
                    if one.last is not None
                ),
                Fraction(0),
            )
        case "annee_civile" | "annee_contrat":
            first, last = inside.first, inside.last
            return prorata(promise.quantity, promise.basis, life.first, first, last)
