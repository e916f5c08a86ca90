"""P1, P6, P13, P16: how long one PMSMP may be, and when (D5135-3 al. 1, L5132-15-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, Contract, Reading
from docgen.agreements.rules.dates import add_months, last_day_of_period
from docgen.agreements.rules.windows import ONE_DAY, Stretch

USUAL_DAYS_TO_DISCOVER = 14


def month_end(first: dt.date, reading: Reading) -> dt.date:
    """Last day of « un mois de date à date » from `first`, as the organisation reads it."""
    return add_months(first, 1) if reading.same_day_number else last_day_of_period(first, 1)


def contract_of(pmsmp: Pmsmp, context: Context) -> Contract | None:
    """The contract on record with its extensions, else the one that the agreement states."""
    if context.contract is not None:
        return context.contract
    stated = pmsmp.beneficiaire.contrat
    return Contract(stated.nature, stated.debut, stated.fin) if stated else None


def _one_month_at_most(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    last = month_end(pmsmp.debut, context.reading)
    if pmsmp.fin > last:
        yield Breach(
            "fin",
            "une PMSMP dure au plus un mois de date à date : commencée le "
            f"{pmsmp.debut:%d/%m/%Y}, elle finit au plus tard le {last:%d/%m/%Y}.",
            last.isoformat(),
        )


def _inside_contract(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    contract = contract_of(pmsmp, context)
    if contract is None:
        return
    if pmsmp.debut < contract.first:
        yield Breach(
            "debut",
            f"le contrat ({contract.nature}) commence le {contract.first:%d/%m/%Y}.",
            contract.first.isoformat(),
        )
    if contract.last is not None and pmsmp.fin > contract.last:
        yield Breach(
            "fin",
            f"le contrat ({contract.nature}) finit le {contract.last:%d/%m/%Y} : une PMSMP se fait "
            "pendant le contrat. S’il est prolongé, enregistrer la prolongation d’abord.",
            contract.last.isoformat() if contract.last >= pmsmp.debut else None,
        )


def _no_overlap(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    new = Stretch(pmsmp.debut, pmsmp.fin)
    for one in context.past:
        if Stretch(one.first, one.last).touches(new):
            ends_before = one.first > pmsmp.debut
            allowed = one.first - ONE_DAY if ends_before else one.last + ONE_DAY
            yield Breach(
                "fin" if ends_before else "debut",
                f"la personne est déjà en PMSMP du {one.first:%d/%m/%Y} au {one.last:%d/%m/%Y} "
                f"({one.reference}).",
                allowed.isoformat(),
            )


def _two_weeks_to_discover(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    days = (pmsmp.fin - pmsmp.debut).days + 1
    if pmsmp.objet == "decouvrir" and days > USUAL_DAYS_TO_DISCOVER:
        yield Breach(
            "fin",
            f"{days} jours pour découvrir un métier : deux semaines, renouvelables, suffisent "
            "d’ordinaire.",
            (pmsmp.debut + dt.timedelta(days=USUAL_DAYS_TO_DISCOVER - 1)).isoformat(),
        )


_DATES = ("debut", "fin")

RULES: tuple[Rule, ...] = (
    Rule(
        "P1",
        "Un mois de date à date",
        "D5135-3 al. 1",
        "error",
        ALWAYS,
        _DATES,
        _one_month_at_most,
        "confirmed",
        "Du 31 janvier au 28 février 2026 : admis ; au 1er mars : refusé. La veille du même "
        "quantième est une lecture prudente (réglage DOCGEN_LAW_SAME_DAY_NUMBER).",
    ),
    Rule(
        "P6",
        "Pendant le contrat",
        "L5132-15-1",
        "error",
        ALWAYS,
        (*_DATES, "beneficiaire"),
        _inside_contract,
        "confirmed",
        "Contrat jusqu’au 30 juin, PMSMP jusqu’au 3 juillet : refusé tant que la prolongation "
        "n’est pas enregistrée.",
    ),
    Rule(
        "P13",
        "Une seule PMSMP à la fois",
        "inférence",
        "error",
        ALWAYS,
        _DATES,
        _no_overlap,
        "inference",
        "Deux PMSMP de la même personne qui partagent un jour : refusé.",
    ),
    Rule(
        "P16",
        "Deux semaines suffisent d’ordinaire pour découvrir",
        "circulaire DGEFP de janvier 2015, rapportée par les ASH",
        "info",
        ALWAYS,
        (*_DATES, "objet"),
        _two_weeks_to_discover,
        "inference",
        "15 jours pour découvrir un métier : information.",
    ),
)
