"""Reçu fiscal to a company: what formulaire 2041-MEC-SD (Cerfa 16216) asks for, CGI 238 bis.

Another form than the State's is allowed when it bears the same entries (rescrit of 21/06/2023). It
states facts: neither rate nor ceiling of any tax reduction, which are the company's own affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import Field

from docgen.agreements.base import Agreement, Destinataire, Signataire
from docgen.agreements.citing import LienConvention, copied
from docgen.agreements.mecenat import MOST_CENTS
from docgen.agreements.parties import Entreprise, Organisme, Personne
from docgen.agreements.parts import Day, Entier, Line, Part, Text
from docgen.agreements.rules.context import Parent


class DonNature(Part):
    """A good or a service received and accepted."""

    description: Text = Field(title="Description")
    quantite: Line = Field(title="Quantité", examples=["12 heures", "3 ordinateurs"])
    montant_centimes: Entier = Field(
        title="Valeur", description="En centimes.", ge=0, le=MOST_CENTS
    )


class MiseADisposition(Part):
    """Employees made available, without their names: the tax office asks for none."""

    personnes: Entier = Field(title="Nombre de personnes", ge=1, le=1000)
    qualification: Line = Field(title="Qualification")
    duree: Line = Field(title="Temps donné", examples=["45 jours", "180 heures"])
    montant_centimes: Entier = Field(
        title="Valeur", description="En centimes.", ge=0, le=MOST_CENTS
    )


class Versement(Part):
    """Money paid besides."""

    forme: Literal["especes", "cheque", "virement", "autre"] = Field(
        title="Forme", description="virement : aussi prélèvement ou carte bancaire."
    )
    montant_centimes: Entier = Field(
        title="Montant", description="En centimes.", ge=1, le=MOST_CENTS
    )


class CalculsRecu(TypedDict):
    """What a receipt's template can print beside its fields."""

    don_nature_centimes: int


class Recu(Agreement):
    """Reçu des dons et versements effectués par une entreprise."""

    type: Literal["recu"] = Field("recu", title="Type")
    debut: Day = Field(
        title="Premier jour", description="Premier jour de la période des dons, inclus."
    )
    fin: Day = Field(
        title="Dernier jour", description="Dernier jour de la période des dons, inclus."
    )
    convention: LienConvention = Field(
        title="Convention de mécénat", description="Son numéro suffit : MEC-2026-0001."
    )
    organisation: Organisme = Field(title="Organisme bénéficiaire")
    entreprise: Entreprise = Field(title="Entreprise donatrice")
    referent: Personne = Field(title="Référent de l’organisation")
    objet_social: Text = Field(
        title="Objet de l’organisme", description="Ce qu’il fait, d’après ses statuts."
    )
    qualite: Text = Field(
        title="Qualité de l’organisme",
        description="Celle des rubriques du Cerfa 16216 qui le concerne.",
        examples=["Organisme d’intérêt général à caractère social : association loi 1901"],
    )
    nature: tuple[DonNature, ...] = Field(
        title="Biens et services reçus", description="Tous ; liste vide s’il n’y en a pas."
    )
    salaries: tuple[MiseADisposition, ...] = Field((), title="Salariés mis à disposition")
    versement: Versement | None = Field(None, title="Versement en argent")
    facture_centimes: Entier = Field(
        0,
        title="Part facturée à l’organisme",
        description="En centimes ; retirée du total, car elle n’est pas donnée.",
        ge=0,
        le=MOST_CENTS,
    )
    total_centimes: Entier = Field(
        title="Total des dons",
        description="En centimes : la somme des lignes, moins la part facturée. Valeur donnée par "
        "l’entreprise.",
        ge=1,
        le=MOST_CENTS,
    )
    piece_valeur: Line | None = Field(
        None,
        title="Pièce de l’entreprise",
        description="Écrit par lequel l’entreprise a donné cette valeur, si la convention ne la "
        "porte pas.",
    )

    def titre(self) -> str:
        return "Reçu des dons et versements d’une entreprise"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def cite(self) -> str:
        return self.convention.reference

    def destinataires(self) -> tuple[Destinataire, ...]:
        """The company, which does not sign, has its receipt with the copies."""
        return (*super().destinataires(), Destinataire.of(self.entreprise.representant))

    def calculs(self) -> CalculsRecu:
        return {"don_nature_centimes": self.valeur_centimes() - self.facture_centimes}

    def valeur_centimes(self) -> int:
        """What the goods, the services and the time given are worth together."""
        goods = sum(line.montant_centimes for line in self.nature)
        return goods + sum(line.montant_centimes for line in self.salaries)

    def somme_centimes(self) -> int:
        """What every line adds up to, less what was billed."""
        paid = self.versement.montant_centimes if self.versement else 0
        return self.valeur_centimes() + paid - self.facture_centimes

    def signataires(self) -> tuple[Signataire, ...]:
        return (Signataire.pour(1, "organisation", self.organisation),)


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """A receipt's data, its parties taken from the convention that it cites."""
    return copied(data, parent, ("organisation", "entreprise", "referent"))
