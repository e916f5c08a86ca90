"""B4 and B5: when a bilan may be made, and the presence that it tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.bilan import Bilan
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context


def _not_before_the_end(bilan: Bilan, context: Context) -> Iterator[Breach]:
    field, days = "deroulement", bilan.jours_prevus()
    if bilan.deroulement == "absence":
        earliest = bilan.debut
    elif bilan.deroulement == "partiel" and bilan.dernier_jour is not None:
        field, earliest = "dernier_jour", bilan.dernier_jour
    else:
        earliest = days[-1].date if days else bilan.fin
    if context.issued_on < earliest:
        yield Breach(
            field,
            f"un bilan se fait après coup : pas avant le {earliest:%d/%m/%Y}.",
            context.issued_on.isoformat() if field == "dernier_jour" else None,
        )


def _partial_presence(bilan: Bilan, _context: Context) -> Iterator[Breach]:
    last, missed = bilan.dernier_jour, bilan.minutes_absence
    if bilan.deroulement != "partiel":
        for field, value in (("dernier_jour", last), ("minutes_absence", missed)):
            if value is not None:
                yield Breach(field, "ne se remplit que si le déroulement est « partiel ».")
        return
    if last is None and missed is None:
        yield Breach(
            "deroulement",
            "une présence partielle se dit par « dernier_jour », par « minutes_absence », ou par "
            "les deux.",
        )
    if last is not None:
        outside = _last_day(bilan, last)
        yield from outside
        if any(breach.level is None for breach in outside):
            return
    planned = sum(day.minutes for day in bilan.jours_presents())
    if missed is not None and missed >= planned:
        nothing = missed == planned
        yield Breach(
            "minutes_absence",
            f"{missed} minutes d’absence pour {planned} prévues"
            + (f" jusqu’au {last:%d/%m/%Y}" if last else "")
            + (" : si personne n’est venu, le déroulement est « absence »." if nothing else "."),
            None if nothing else planned,
            "warning" if nothing else None,
        )


def _last_day(bilan: Bilan, last: dt.date) -> list[Breach]:
    """What a last day of presence deserves: an error without a level, or a warning."""
    if not bilan.debut <= last <= bilan.fin:
        inside = min(max(last, bilan.debut), bilan.fin)
        return [
            Breach(
                "dernier_jour",
                f"hors de la PMSMP, qui va du {bilan.debut:%d/%m/%Y} au {bilan.fin:%d/%m/%Y}.",
                inside.isoformat(),
            )
        ]
    planned = bilan.jours_prevus()
    before = [day.date for day in planned if day.date <= last]
    if not before:
        first = planned[0].date.isoformat() if planned else None
        return [Breach("dernier_jour", "aucune heure de présence prévue jusqu’à ce jour.", first)]
    if before[-1] != last:
        return [
            Breach(
                "dernier_jour",
                f"aucune heure prévue ce jour-là ; la dernière avant est le {before[-1]:%d/%m/%Y}.",
                before[-1].isoformat(),
                "warning",
            )
        ]
    return []


_NEEDS = ("debut", "fin", "horaires", "deroulement", "dernier_jour", "minutes_absence")

RULES: tuple[Rule, ...] = (
    Rule(
        "B4",
        "Après le dernier jour de présence",
        "choix de docgen",
        "error",
        ALWAYS,
        _NEEDS,
        _not_before_the_end,
        "inference",
        "Bilan complet la veille du dernier jour de présence : refusé ; le jour même : admis.",
    ),
    Rule(
        "B5",
        "Une présence partielle, dans la période et dans les heures prévues",
        "règle d’Immersion Facilitée",
        "error",
        ALWAYS,
        _NEEDS,
        _partial_presence,
        "confirmed",
        "600 minutes manquées pour 420 prévues jusqu’au dernier jour de présence : refusé.",
    ),
)
