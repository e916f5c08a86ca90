"""Convention de mécénat de compétences: a company gives its know-how, without counterpart.

Two legal forms: a service rendered, or the loan of one employee (Code du travail, L8241-2 and
L8241-3). What the gift is worth is said by the company, never by the organisation.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.parties import (
    Adresse,
    Courriel,
    Entreprise,
    Organisme,
    Personne,
    PersonneNommee,
)
from docgen.agreements.parts import Day, Entier, Line, Part, Text

# A billion euros: past it, a slip of the keyboard.
MOST_CENTS = 100_000_000_000


class Salarie(PersonneNommee):
    """The employee lent: one to a convention (L8241-2). No birth date, no wage, no address."""

    qualification: Line = Field(title="Qualification", examples=["comptable"])


class Encadrant(PersonneNommee):
    """Who guides the mission at the organisation; does not sign."""

    fonction: Line = Field(title="Fonction")
    courriel: Courriel | None = None


class Volume(Part):
    """How much time is given, in whole hours or days, a week or over the whole mission."""

    nombre: Entier = Field(title="Nombre", ge=1, le=10_000)
    unite: Literal["heures", "jours"] = Field(title="Unité")
    base: Literal["semaine", "total"] = Field(
        title="Compté", description="semaine : par semaine ; total : sur toute la mission."
    )
    repartition: Line | None = Field(
        None, title="Répartition", examples=["les mardis et jeudis, de 9 h à 12 h"]
    )


class Facturation(Part):
    """What the company bills to the organisation: nothing, or less than what it costs."""

    mode: Literal["gratuit", "partiel"] = Field(title="Mode")
    montant_centimes: Entier | None = Field(
        None, title="Montant facturé", description="En centimes.", ge=0, le=MOST_CENTS
    )


class Valorisation(Part):
    """What the gift is worth as the company reckons it, before what it bills."""

    montant_centimes: Entier = Field(
        title="Valeur donnée par l’entreprise", description="En centimes.", ge=1, le=MOST_CENTS
    )
    methode: Text = Field(
        title="Méthode", examples=["Coût de revient : salaire et charges sociales des jours donnés"]
    )


class Mecenat(Agreement):
    """Convention de mécénat de compétences."""

    type: Literal["mecenat"] = Field("mecenat", title="Type")
    debut: Day = Field(title="Premier jour", description="Premier jour de la mission, inclus.")
    fin: Day = Field(title="Dernier jour", description="Dernier jour de la mission, inclus.")
    organisation: Organisme = Field(title="Organisation")
    entreprise: Entreprise = Field(title="Entreprise mécène")
    referent: Personne = Field(title="Référent de l’organisation")
    partenariat: Line | None = Field(
        None,
        title="Convention de partenariat",
        description="Numéro de celle que ce mécénat prolonge, si elle existe.",
        examples=["CP-2026-0001"],
    )
    forme: Literal["prestation", "pret_main_oeuvre"] = Field(
        title="Forme",
        description="prestation : l’entreprise rend un service avec ses équipes ; "
        "pret_main_oeuvre : elle met un salarié à disposition.",
    )
    mission: Text = Field(title="Mission")
    lieu: Adresse = Field(title="Lieu de la mission")
    volume: Volume = Field(title="Temps donné")
    encadrement: Encadrant = Field(title="Qui guide la mission")
    salarie: Salarie | None = Field(
        None, title="Salarié mis à disposition", description="Prêt seulement ; un par convention."
    )
    accord_salarie_le: Day | None = Field(
        None, title="Accord du salarié", description="Jour où il l’a donné ; prêt seulement."
    )
    avenant_contrat: Line | None = Field(
        None,
        title="Avenant au contrat de travail",
        description="Référence de l’avenant que le salarié a signé ; prêt seulement.",
    )
    mode_calcul: Text | None = Field(
        None,
        title="Calcul des salaires, charges et frais",
        description="Comment ils sont déterminés, même s’ils ne sont pas facturés ; prêt "
        "seulement.",
    )
    facturation: Facturation = Field(title="Facturation")
    valorisation: Valorisation | None = Field(
        None,
        title="Valorisation",
        description="Donnée par l’entreprise, jamais par l’organisation ; vide tant qu’elle n’est "
        "pas connue.",
    )

    def titre(self) -> str:
        return "Convention de mécénat de compétences"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def signataires(self) -> tuple[Signataire, ...]:
        return (
            Signataire.pour(1, "entreprise", self.entreprise),
            Signataire.pour(2, "organisation", self.organisation),
        )
