"""Rules of the company's tax receipt: from a signed sponsorship, once, for what was given.

A company and the tax office rely on a receipt: where the facts are not known, it is refused. What
its lines must say stands in `gift`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.recu import Recu
from docgen.agreements.rules import ALWAYS, Breach, Rule, gift
from docgen.agreements.rules.cited import cites
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.every_kind import (
    END_AFTER_START,
    capacity_rule,
    different_bodies,
    reachable_rule,
)
from docgen.agreements.rules.gift import sponsorship
from docgen.agreements.rules.mecenat import HOW_TO_REGISTER

_ONE_DAY = dt.timedelta(days=1)


def _signed_sponsorship(_recu: Recu, context: Context) -> Iterator[Breach]:
    """Judged on the facts alone: a number that leads nowhere leaves no convention to read."""
    yield from cites(
        context,
        ("mecenat",),
        "la convention de mécénat citée n’est pas connue de cette installation ; donner le "
        "numéro (MEC-…) d’une convention signée ici.",
        "n’est pas une convention de mécénat : un reçu ne cite qu’elle. Accueillir une PMSMP, par "
        "exemple, n’est pas un don.",
    )


def _eligible(_recu: Recu, context: Context) -> Iterator[Breach]:
    if not context.known or context.eligible_for_gifts:
        return
    if context.eligible_for_gifts is False:
        why = "d’après sa fiche, l’organisation n’est pas éligible au mécénat"
    else:
        why = "l’organisation n’a pas de fiche : son éligibilité au mécénat n’est pas connue"
    yield Breach(
        "organisation", f"{why} ; aucun reçu sans elle. Si elle est éligible, {HOW_TO_REGISTER}."
    )


def _inside_the_convention(recu: Recu, _context: Context) -> Iterator[Breach]:
    cited = recu.convention
    if recu.debut < cited.debut:
        yield Breach(
            "debut",
            f"{cited.reference} commence le {cited.debut:%d/%m/%Y} : un reçu ne couvre rien avant.",
            cited.debut.isoformat(),
        )
    if recu.fin > cited.fin:
        yield Breach(
            "fin",
            f"{cited.reference} finit le {cited.fin:%d/%m/%Y} : un reçu ne couvre rien après.",
            cited.fin.isoformat(),
        )


def _once_it_is_given(recu: Recu, context: Context) -> Iterator[Breach]:
    today = context.issued_on
    if recu.fin > today:
        yield Breach(
            "fin",
            f"la période finit le {recu.fin:%d/%m/%Y} : un reçu constate ce qui est déjà donné, et "
            "s’émet au plus tôt son dernier jour.",
            today.isoformat() if today >= recu.debut else None,
        )


def _given_once(recu: Recu, context: Context) -> Iterator[Breach]:
    parent = sponsorship(context)
    if parent is None:
        return
    for reference in parent.children.get("recu", ()):
        said = parent.said[reference]
        first, last = (dt.date.fromisoformat(said[name]) for name in ("debut", "fin"))
        if first <= recu.fin and last >= recu.debut:
            after = last + _ONE_DAY
            yield Breach(
                "debut",
                f"le reçu {reference} couvre déjà {parent.reference} du {first:%d/%m/%Y} au "
                f"{last:%d/%m/%Y} : un don ne donne qu’un reçu.",
                after.isoformat() if after <= recu.fin else None,
            )


def _same_parties(recu: Recu, context: Context) -> Iterator[Breach]:
    parent = sponsorship(context)
    if parent is None:
        return
    for path, body in (("organisation", recu.organisation), ("entreprise", recu.entreprise)):
        siren = parent.data[path]["siret"][:9]
        if body.siret[:9] != siren:
            yield Breach(
                f"{path}.siret",
                f"{parent.reference} lie une autre partie (SIREN {siren}) : un reçu va à qui a "
                "donné.",
                parent.data[path]["siret"],
            )


_PERIOD = ("debut", "fin")
_BODIES = ("organisation", "entreprise")

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "F1",
        "Une convention de mécénat signée",
        "inférence : accueillir une PMSMP n’est pas un don",
        "error",
        ALWAYS,
        (),
        _signed_sponsorship,
        "inference",
        "Reçu qui cite une PMSMP, ou une convention de mécénat pas encore signée : refusé.",
    ),
    Rule(
        "F2",
        "Organisation éligible au mécénat",
        "CGI, article 238 bis",
        "error",
        ALWAYS,
        ("organisation",),
        _eligible,
        "confirmed",
        "Pas de fiche de l’organisation, ou une fiche qui la dit non éligible : refusé.",
    ),
    Rule(
        "F3",
        "Dans les dates de la convention",
        "inférence",
        "error",
        ALWAYS,
        (*_PERIOD, "convention"),
        _inside_the_convention,
        "inference",
        "Convention jusqu’au 30 juin, reçu jusqu’au 1er juillet : refusé.",
    ),
    Rule(
        "F4",
        "Une période achevée",
        "inférence : un reçu atteste la réalité des dons",
        "error",
        ALWAYS,
        _PERIOD,
        _once_it_is_given,
        "inference",
        "Émis la veille du dernier jour : refusé ; le dernier jour : admis.",
    ),
    Rule(
        "F5",
        "Un seul reçu pour un don",
        "inférence",
        "error",
        ALWAYS,
        _PERIOD,
        _given_once,
        "inference",
        "Deux reçus de la même convention qui partagent un jour : le second est refusé.",
    ),
    Rule(
        "F8",
        "Les parties de la convention",
        "inférence",
        "error",
        ALWAYS,
        _BODIES,
        _same_parties,
        "inference",
        "Reçu au nom d’une autre société du groupe : refusé.",
    ),
    *gift.RULES,
    different_bodies("F11", "organisation", "entreprise"),
    capacity_rule(("organisation",)),
    reachable_rule(("organisation",)),
)
