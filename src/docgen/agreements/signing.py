"""How an agreement is signed: the order, and the way of each. No part of the document."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from docgen.agreements.parts import Part

Role = Literal[
    "beneficiaire",
    "representant_legal",
    "entreprise",
    "organisation",
    "employeur",
    "prescripteur",
    "structure_accompagnement",
    "tuteur",
    "referent",
]
Ordre = Literal["parallele", "sequentiel"]
Moyen = Literal["courriel", "sms", "sur_place", "papier"]


class Moyens(Part):
    """The way of each role; those left out sign by e-mail, or on site when they have none."""

    beneficiaire: Moyen | None = Field(None, title="Bénéficiaire")
    representant_legal: Moyen | None = Field(None, title="Représentant légal")
    entreprise: Moyen | None = Field(None, title="Entreprise")
    organisation: Moyen | None = Field(None, title="Organisation")
    employeur: Moyen | None = Field(None, title="Employeur")
    prescripteur: Moyen | None = Field(None, title="Prescripteur")
    structure_accompagnement: Moyen | None = Field(None, title="Structure d’accompagnement")
    tuteur: Moyen | None = Field(None, title="Tuteur")
    referent: Moyen | None = Field(None, title="Référent")


class Signatures(Part):
    """The order and the ways; what is left out is what the kind does."""

    ordre: Ordre | None = Field(None, title="Ordre des signatures")
    moyens: Moyens = Field(default_factory=Moyens, title="Moyen de chaque signataire")


def mobile(telephone: str | None) -> bool:
    """Whether an SMS can reach that number: a French mobile, or any number abroad."""
    return telephone is not None and telephone.startswith(("06", "07", "+"))


def international(telephone: str | None) -> str | None:
    """The number as E.164 writes it: +33612345678 for 0612345678."""
    if telephone is None or telephone.startswith("+"):
        return telephone
    return f"+33{telephone[1:]}"
