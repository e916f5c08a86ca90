"""P4, P5: how the days of a PMSMP add up with the person's others (D5135-3 al. 3).

What the text leaves open (what the 60 days count, what « the same host » is) follows the
organisation's `Reading`; the cautious reading is the default.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, Contract, PastPmsmp, Reading
from docgen.agreements.rules.duration import contract_of
from docgen.agreements.rules.windows import (
    Stretch,
    earliest_start,
    fullest,
    latest_end,
)

MOST_DAYS = 60
CONTRACT_SHARE = 4  # a quarter
OPEN_END = dt.date(9999, 12, 31)


def stretch(past: PastPmsmp) -> Stretch:
    """The calendar days of another PMSMP."""
    return Stretch(past.first, past.last)


def at_host(context: Context, siret: str) -> tuple[PastPmsmp, ...]:
    """The person's other PMSMP at the same host, as the organisation reads « same »."""
    length = 9 if context.reading.host == "siren" else 14
    return tuple(past for past in context.past if past.siret[:length] == siret[:length])


def elsewhere_in_company(context: Context, siret: str) -> tuple[PastPmsmp, ...]:
    """Those at the same host and at the company's other establishments."""
    return tuple(past for past in context.past if past.siret[:9] == siret[:9])


def counted(past: Sequence[PastPmsmp], reading: Reading) -> list[Stretch]:
    """What the 60 days count of those PMSMP."""
    if reading.days == "calendar":
        return [stretch(one) for one in past]
    found = []
    for one in past:
        # Of a convention made elsewhere the days of presence are not known: each may be one.
        days = [Stretch(day, day) for day in one.presence]
        found += days or [stretch(one)]
    return found


def same_words(left: Sequence[str], right: Sequence[str]) -> bool:
    """The same objectives, whatever their order, case, spaces and final stop."""

    def plain(texts: Sequence[str]) -> set[str]:
        return {" ".join(text.split()).casefold().rstrip(" .;") for text in texts}

    return plain(left) == plain(right)


def contract_days_left(contract: Contract, used: int) -> tuple[int, int] | None:
    """(most, left) calendar days of PMSMP under a contract; None when it has no end."""
    if contract.last is None:
        return None
    most = ((contract.last - contract.first).days + 1) // CONTRACT_SHARE
    return most, most - used


def used_in_contract(past: Sequence[PastPmsmp], contract: Contract) -> int:
    """Calendar days of PMSMP, all hosts, inside the contract."""
    last = contract.last or OPEN_END
    return sum(
        (min(one.last, last) - max(one.first, contract.first)).days + 1
        for one in past
        if one.first <= last and one.last >= contract.first
    )


def history(pmsmp: Pmsmp, context: Context) -> tuple[PastPmsmp, ...]:
    """The PMSMP that add up with this one at its host."""
    return (*at_host(context, pmsmp.entreprise.siret), *made_elsewhere(pmsmp, context))


def made_elsewhere(pmsmp: Pmsmp, context: Context) -> tuple[PastPmsmp, ...]:
    """The convention that a renewal states and no record holds."""
    # Of a renewal whose link is wrong, only the other fields are judged.
    renewal = getattr(pmsmp, "renouvellement", None)
    if renewal is None or any(one.reference == renewal.reference for one in context.past):
        return ()
    initial = PastPmsmp(
        renewal.reference,
        renewal.debut_initial,
        renewal.fin_initiale,
        pmsmp.entreprise.siret,
        pmsmp.objet,
        tuple(pmsmp.objectifs),
    )
    return (initial,)


def _sixty_days(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if pmsmp.fin < pmsmp.debut:
        return
    past = history(pmsmp, context)
    found = _days_breach(pmsmp, past, context)
    if found:
        yield found
    elif context.reading.host == "siret":
        wider = elsewhere_in_company(context, pmsmp.entreprise.siret)
        warned = _days_breach(pmsmp, wider, context) if len(wider) > len(past) else None
        if warned:
            yield Breach(
                "entreprise.siret",
                "en comptant les autres établissements de la même entreprise (même SIREN) : "
                + warned.message,
                warned.allowed,
                "warning",
            )


def _days_breach(pmsmp: Pmsmp, past: Sequence[PastPmsmp], context: Context) -> Breach | None:
    new = Stretch(pmsmp.debut, pmsmp.fin)
    if context.reading.days == "calendar":
        own = [new]
    else:
        own = [Stretch(day.date, day.date) for day in pmsmp.presence_days()]
    before = counted(past, context.reading)
    peak = fullest(new, [*before, *own])
    if peak.count <= MOST_DAYS:
        return None
    unit = "jours" if context.reading.days == "calendar" else "jours de présence"
    said = (
        f"{peak.count} {unit} dans cette entreprise entre le {peak.window.first:%d/%m/%Y} et le "
        f"{peak.window.last:%d/%m/%Y}, renouvellements compris ; au plus {MOST_DAYS} sur douze "
        "mois."
    )
    if context.reading.days == "presence":
        return Breach("fin", said, MOST_DAYS)
    last = latest_end(pmsmp.debut, pmsmp.fin, before, MOST_DAYS)
    if last >= pmsmp.debut:
        left = (last - pmsmp.debut).days + 1
        plural = "s" if left > 1 else ""
        return Breach(
            "fin",
            f"{said} Il reste {left} jour{plural} : finir au plus tard le {last:%d/%m/%Y}.",
            last.isoformat(),
        )
    start = earliest_start(pmsmp.debut, new.days, before, MOST_DAYS)
    if start is None:
        return Breach("fin", said)
    return Breach(
        "debut",
        f"{said} Il n’en reste aucun : pour la même durée, commencer au plus tôt le "
        f"{start:%d/%m/%Y}.",
        start.isoformat(),
    )


def _quarter_of_contract(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    contract = contract_of(pmsmp, context)
    if contract is None or pmsmp.fin < pmsmp.debut:
        return
    past = (*context.past, *made_elsewhere(pmsmp, context))
    share = contract_days_left(contract, used_in_contract(past, contract))
    if share is None or contract.last is None:
        return
    most, left = share
    new = (min(pmsmp.fin, contract.last) - max(pmsmp.debut, contract.first)).days + 1
    if new > left:
        last = pmsmp.debut + dt.timedelta(days=left - 1)
        possible = left > 0
        yield Breach(
            "fin",
            f"{most - left + new} jours de PMSMP pendant le contrat ({contract.nature} du "
            f"{contract.first:%d/%m/%Y} au {contract.last:%d/%m/%Y}) ; au plus le quart de sa "
            f"durée, soit {most} jours. "
            + (
                f"Il en reste {left} : finir au plus tard le {last:%d/%m/%Y}."
                if possible
                else "Il n’en reste aucun."
            ),
            last.isoformat() if possible else None,
        )


_DATES = ("debut", "fin")
_HOST = (*_DATES, "entreprise", "objet", "objectifs", "renouvellement", "horaires")

RULES: tuple[Rule, ...] = (
    Rule(
        "P4",
        "60 jours au plus sur douze mois, renouvellements compris",
        "D5135-3 al. 3",
        "error",
        ALWAYS,
        _HOST,
        _sixty_days,
        "confirmed",
        "31 jours renouvelés de 31 jours : 62, refusé. Les jours comptés sont ceux du calendrier, "
        "l’hôte est le SIRET (lectures prudentes, réglables).",
    ),
    Rule(
        "P5",
        "Un quart du contrat au plus",
        "usage rapporté par le GRAFIE, article non établi",
        "error",
        ALWAYS,
        (*_DATES, "beneficiaire"),
        _quarter_of_contract,
        "secondary",
        "CDDI du 1er janvier au 30 juin 2026, 181 jours : 45 jours de PMSMP au plus, chez tous "
        "les hôtes.",
        overridable=True,
    ),
)
