"""Every kind of agreement docgen makes, in one visible map.

Adding a kind: a folder under templates/conventions/, a module here, its rules, an entry of KINDS.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from docgen.agreements import attestation, avenant, bilan, denonciation, recu, renouvellement
from docgen.agreements.avenant import AMENDABLE, Avenant
from docgen.agreements.base import Agreement
from docgen.agreements.denonciation import Denonciation
from docgen.agreements.judging import judge
from docgen.agreements.kind import Kind
from docgen.agreements.mecenat import Mecenat
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.pmsmp import PMSMP_KINDS, Pmsmp
from docgen.agreements.reading import Source
from docgen.agreements.renouvellement import RenouvellementPmsmp
from docgen.agreements.rules import attestation as attestation_rules
from docgen.agreements.rules import avenant as avenant_rules
from docgen.agreements.rules import bilan as bilan_rules
from docgen.agreements.rules import denonciation as denonciation_rules
from docgen.agreements.rules import mecenat as mecenat_rules
from docgen.agreements.rules import partenariat as partenariat_rules
from docgen.agreements.rules import pmsmp as pmsmp_rules
from docgen.agreements.rules import recu as recu_rules
from docgen.agreements.rules.context import Context
from docgen.errors import Finding, NotFound


def _judged(slug: str, data: Mapping[str, Any], context: Context) -> tuple[Finding, ...]:
    """What a kind's model and rules say of data: how an avenant hears those of its agreement."""
    return judge(KINDS[slug], Source({**data, "type": slug}), context).findings


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.slug: kind
        for kind in (
            Kind(
                "partenariat",
                "CP",
                "Convention de partenariat",
                Partenariat,
                partenariat_rules.RULES,
                followed=True,
            ),
            Kind(
                "pmsmp",
                "PMSMP",
                "Convention de PMSMP",
                Pmsmp,
                pmsmp_rules.RULES,
                {"": ("P8", "D5135-2"), "objet": ("P7", "L5135-1")},
                suffix="R",
                parents=("pmsmp",),
                followed=True,
                revocable=True,
            ),
            Kind(
                "renouvellement",
                "PMSMP",
                "Renouvellement de PMSMP",
                RenouvellementPmsmp,
                pmsmp_rules.RULES,
                {"": ("P8", "D5135-2"), "objet": ("P7", "L5135-1")},
                suffix="R",
                parents=("pmsmp",),
                complete=renouvellement.complete,
                followed=True,
                revocable=True,
            ),
            Kind(
                "bilan",
                "BILAN",
                "Bilan de PMSMP",
                bilan.Bilan,
                bilan_rules.RULES,
                {"tuteur.courriel": ("B9", "preuve de l’acte")},
                suffix="B",
                parents=PMSMP_KINDS,
                complete=bilan.complete,
                revocable=True,
            ),
            Kind(
                "attestation",
                "ATT",
                "Attestation de PMSMP",
                attestation.Attestation,
                attestation_rules.RULES,
                suffix="ATT",
                parents=("bilan",),
                complete=attestation.complete,
                revocable=True,
            ),
            Kind(
                "mecenat",
                "MEC",
                "Convention de mécénat de compétences",
                Mecenat,
                mecenat_rules.RULES,
                followed=True,
            ),
            # Numbered by year, not under its convention, and for good: nothing amends or ends it.
            Kind(
                "recu",
                "RF",
                "Reçu fiscal",
                recu.Recu,
                recu_rules.RULES,
                {"convention": ("F1", "inférence")},
                parents=("mecenat",),
                complete=recu.complete,
            ),
            Kind(
                "avenant",
                "AV",
                "Avenant",
                Avenant,
                avenant_rules.rules(_judged),
                suffix="A",
                parents=tuple(AMENDABLE),
                complete=avenant.complete,
                amends=True,
            ),
            Kind(
                "denonciation",
                "DEN",
                "Dénonciation de convention de partenariat",
                Denonciation,
                denonciation_rules.RULES,
                suffix="D",
                parents=("partenariat",),
                complete=denonciation.complete,
            ),
        )
    }
)


def get(slug: str) -> Kind:
    """The kind of that slug. Raises NotFound."""
    try:
        return KINDS[slug]
    except KeyError:
        raise NotFound("Le type d’accord", slug) from None


def kind_of(agreement: Agreement) -> Kind:
    """The kind whose model that agreement is."""
    return next(kind for kind in KINDS.values() if type(agreement) is kind.model)
