"""B10 and B11: what a bilan announces, a contract or a renewal, and whether it can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from docgen.agreements.bilan import Bilan
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.possible import Limit, possible
from docgen.agreements.rules.windows import ONE_DAY


def _contract_of_a_hiring(bilan: Bilan, _context: Context) -> Iterator[Breach]:
    contract = bilan.suite.contrat
    hired = bilan.suite.nature == "embauche"
    if hired and contract is None:
        yield Breach(
            "suite.contrat", "une embauche se dit avec la nature et le premier jour du contrat."
        )
    if contract is not None and not hired:
        yield Breach(
            "suite.contrat",
            "ne se remplit que si la suite est « embauche ».",
            "embauche",
        )
    if hired and contract is not None and contract.debut < bilan.debut:
        yield Breach(
            "suite.contrat.debut",
            f"le contrat commence avant la PMSMP ({bilan.debut:%d/%m/%Y}) : il n’en est pas la "
            "suite.",
            bilan.debut.isoformat(),
        )


def _renewal_can_be(bilan: Bilan, context: Context) -> Iterator[Breach]:
    """A renewal would be refused when it is issued: say so while there is time to talk about it."""
    if bilan.suite.nature != "renouvellement":
        return
    # After the PMSMP, and signed before it begins.
    first = max(bilan.fin, context.issued_on) + ONE_DAY
    why = _refused_by_its_nature(bilan, context)
    if why is None and context.known:
        limits = possible(first, bilan.entreprise.siret, context).limits
        # P3 counts conventions, and a renewal is not another one.
        why = _refused_by_a_limit(first, [limit for limit in limits if limit.rule != "P3"])
    if why is not None:
        other, allowed = _another(first, bilan, context)
        yield Breach(
            "suite.nature", f"un renouvellement n’est pas possible : {why}{other}", allowed
        )


def _refused_by_its_nature(bilan: Bilan, context: Context) -> str | None:
    """What P2 would say, whatever the dates."""
    name = bilan.convention.reference
    if bilan.objectifs and all(one.resultat == "atteint" for one in bilan.objectifs):
        return "tous les objectifs sont atteints (P2)."
    own = next((one for one in context.past if one.reference == name), None)
    renews = context.parent is not None and context.parent.kind == "renouvellement"
    if renews or (own is not None and own.renews is not None):
        return f"{name} est déjà un renouvellement, et il n’y en a qu’un (P2)."
    renewed = next((one.reference for one in context.past if one.renews == name), None)
    return f"{name} est déjà renouvelée par {renewed} (P2)." if renewed else None


def _refused_by_a_limit(first: dt.date, limits: Sequence[Limit]) -> str | None:
    """The limit that lets nothing begin on that day, None when each leaves some days."""
    closed = [limit for limit in limits if limit.latest_end is None]
    if not closed:
        return None
    said = " ".join(f"{limit.rule} : {limit.message}" for limit in closed)
    known = [limit.next_start for limit in closed if limit.next_start is not None]
    later = f" Premier début possible : {max(known):%d/%m/%Y}." if len(known) == len(closed) else ""
    return f"rien ne peut commencer le {first:%d/%m/%Y}. {said}{later}"


def _another(first: dt.date, bilan: Bilan, context: Context) -> tuple[str, str | None]:
    """What may follow instead at the same host: a sentence and the outcome that says it."""
    if not context.known:
        return "", None
    left = possible(first, bilan.entreprise.siret, context)
    if left.latest_end is None:
        return "", None
    span = f"du {first:%d/%m/%Y} au {left.latest_end:%d/%m/%Y}"
    said = f" Une autre PMSMP ici, d’objet ou d’objectifs différents, peut aller {span}."
    return said, "autre_pmsmp"


HIRING = Rule(
    "B10",
    "Une embauche a son contrat",
    "règle d’Immersion Facilitée",
    "error",
    ALWAYS,
    ("debut", "suite"),
    _contract_of_a_hiring,
    "confirmed",
    "Embauche sans contrat, ou contrat commencé avant la PMSMP : refusé.",
)
RENEWAL_TO_COME = Rule(
    "B11",
    "Un renouvellement annoncé doit être possible",
    "D5135-3 al. 2 et 3",
    "warning",
    ALWAYS,
    ("fin", "suite", "convention", "entreprise", "objectifs"),
    _renewal_can_be,
    "confirmed",
    "« Renouvellement » quand les 60 jours sont épuisés : avertissement, et ce qui reste possible.",
)
