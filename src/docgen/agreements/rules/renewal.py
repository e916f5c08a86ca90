"""P2: one renewal of a PMSMP, for the same object and the same objectives (D5135-3 al. 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, PastPmsmp
from docgen.agreements.rules.cumulation import same_words


def _renewal(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    renewal = pmsmp.renouvellement
    if renewal is None:
        return
    if renewal.debut_initial > renewal.fin_initiale:
        yield Breach(
            "renouvellement.fin_initiale",
            "la convention renouvelée finit avant de commencer.",
            renewal.debut_initial.isoformat(),
        )
    if pmsmp.debut <= renewal.fin_initiale:
        first = renewal.fin_initiale + dt.timedelta(days=1)
        yield Breach(
            "debut",
            f"un renouvellement commence après la convention qu’il renouvelle, qui finit le "
            f"{renewal.fin_initiale:%d/%m/%Y}.",
            first.isoformat(),
        )
    parent = next((one for one in context.past if one.reference == renewal.reference), None)
    if parent is not None:
        yield from _against_parent(pmsmp, parent, context)
    elif context.parent is not None:
        # On record, and not among this person's live PMSMP: nothing is left to doubt.
        yield Breach(
            "renouvellement.reference",
            f"{renewal.reference} n’est pas une PMSMP de cette personne en cours de validité : "
            "elle a été annulée, refusée ou n’a pas été signée à temps, ou c’est l’accord de "
            "quelqu’un d’autre.",
        )
    elif context.known:
        yield Breach(
            "renouvellement.reference",
            f"{renewal.reference} n’est pas une PMSMP en cours de validité de cette personne, pour "
            "autant que cette installation le sache : objet, objectifs et signatures ne peuvent "
            "pas être comparés.",
            None,
            "warning",
        )


def _against_parent(pmsmp: Pmsmp, parent: PastPmsmp, context: Context) -> Iterator[Breach]:
    renewal = pmsmp.renouvellement
    assert renewal is not None
    name = parent.reference
    if parent.renews is not None:
        yield Breach(
            "renouvellement.reference",
            f"{name} est déjà un renouvellement (de {parent.renews}) : une convention ne se "
            "renouvelle qu’une fois.",
        )
    others = [one.reference for one in context.past if one.renews == name]
    if others:
        yield Breach(
            "renouvellement.reference",
            f"{name} a déjà été renouvelée ({others[0]}) : une fois au plus.",
        )
    if not parent.signed:
        yield Breach(
            "renouvellement.reference",
            f"{name} n’est pas encore signée par tous : elle ne peut pas être renouvelée.",
        )
    if parent.siret != pmsmp.entreprise.siret:
        yield Breach(
            "entreprise.siret",
            f"{name} se fait au SIRET {parent.siret} : un renouvellement reste au même endroit.",
            parent.siret,
        )
    if parent.objet != pmsmp.objet:
        yield Breach(
            "objet",
            f"un renouvellement garde l’objet de la convention initiale ({parent.objet}) ; sinon, "
            "faire une nouvelle convention.",
            parent.objet,
        )
    if not parent.objectifs:
        # Taken over without them: nobody can compare.
        yield Breach(
            "objectifs",
            f"les objectifs de {name}, reprise du passé, ne sont pas connus ici : vérifier que ce "
            "renouvellement les garde.",
            None,
            "warning",
        )
    elif not same_words(parent.objectifs, pmsmp.objectifs):
        yield Breach(
            "objectifs",
            "un renouvellement garde les objectifs de la convention initiale : "
            + " ; ".join(parent.objectifs),
        )
    first, last = parent.days_agreed
    if (renewal.debut_initial, renewal.fin_initiale) != (first, last):
        yield Breach(
            "renouvellement.debut_initial",
            f"{name} va du {first:%d/%m/%Y} au {last:%d/%m/%Y}.",
            first.isoformat(),
        )
    if parent.objectives_reached:
        yield Breach(
            "renouvellement.motif",
            f"le bilan de {name} dit ses objectifs atteints : il n’y a plus lieu de la renouveler.",
        )


RENEWAL = Rule(
    "P2",
    "Un seul renouvellement, même objet et mêmes objectifs",
    "D5135-3 al. 2",
    "error",
    ALWAYS,
    ("debut", "renouvellement", "entreprise", "objet", "objectifs"),
    _renewal,
    "confirmed",
    "Renouveler une deuxième fois, ou changer un objectif : refusé.",
)
