"""What may be promised and what may be done: one visible list of each.

A new commitment is a line of SORTS; a new act is a line of ACTS, which says what it counts for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Side = Literal["entreprise", "organisation"]
# Over what a quantity is promised. `par_pmsmp`: for each PMSMP begun, never prorated.
Basis = Literal["annee_civile", "annee_contrat", "duree", "par_pmsmp"]
# How a quantity is kept: a plain count, whole minutes, whole cents.
Unit = Literal["nombre", "minutes", "centimes"]


@dataclass(frozen=True)
class Sort:
    """One sort of commitment: its slug, its title, who promises it, and in what it is counted."""

    slug: str
    title: str
    side: Side
    unit: Unit = "nombre"


@dataclass(frozen=True)
class Act:
    """One sort of act that an officer records in seconds; `counts_for` is a slug of SORTS or empty.

    `unit` is what its quantity is kept in; `about_a_stay`: it is noted on a PMSMP alone.
    """

    slug: str
    title: str
    counts_for: str = ""
    unit: Unit = "nombre"
    about_a_stay: bool = False


SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        sort.slug: sort
        for sort in (
            Sort("pmsmp", "PMSMP accueillies", "entreprise"),
            Sort("recrutement", "Recrutements", "entreprise"),
            Sort("visite_entreprise", "Visites d’entreprise", "entreprise"),
            Sort("presentation_metiers", "Présentations de métiers", "entreprise"),
            Sort("simulation_entretien", "Simulations d’entretien", "entreprise"),
            Sort("job_dating", "Job datings", "entreprise"),
            Sort("atelier", "Ateliers", "entreprise"),
            Sort("mecenat", "Mécénat de compétences", "entreprise", "minutes"),
            Sort("achat", "Achats", "entreprise", "centimes"),
            Sort("profil", "Profils proposés", "organisation"),
            Sort("visite", "Visites pendant les PMSMP", "organisation"),
            Sort("revue", "Bilans annuels", "organisation"),
        )
    }
)

# Corporate events, by what they count for.
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "visite_entreprise": "Visite d’entreprise",
        "presentation_metiers": "Présentation de métiers",
        "simulation_entretien": "Simulation d’entretien",
        "job_dating": "Job dating",
        "atelier": "Atelier",
        "forum": "Forum",
        "signature": "Signature de convention",
    }
)

ACTS: Mapping[str, Act] = MappingProxyType(
    {
        act.slug: act
        for act in (
            # Before the first day it prepares the stay; from then on it is one of those promised.
            Act("visite", "Visite", "visite", about_a_stay=True),
            Act("appel", "Appel de suivi"),
            Act("mediation", "Médiation"),
            Act("profil", "Profils proposés", "profil"),
            Act("revue", "Bilan annuel", "revue"),
            Act("mecenat", "Mécénat de compétences", "mecenat", "minutes"),
            Act("achat", "Achat", "achat", "centimes"),
        )
    }
)

# What an officer is offered to note, on a PMSMP and with a company.
ON_A_STAY: tuple[Act, ...] = tuple(ACTS[slug] for slug in ("visite", "appel", "mediation"))
WITH_A_COMPANY: tuple[Act, ...] = tuple(act for act in ACTS.values() if not act.about_a_stay)
