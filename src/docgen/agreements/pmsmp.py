"""Convention de PMSMP: every block of Cerfa 13912*05 (Code du travail, L5135-1 to D5135-8)."""

from __future__ import annotations

from typing import Literal, TypedDict

from pydantic import Field

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.parties import (
    Adresse,
    Beneficiaire,
    Courriel,
    Entreprise,
    Organisme,
    Personne,
    PersonneNommee,
    Telephone,
)
from docgen.agreements.parts import Day, Line, Part, Text
from docgen.agreements.signing import Role
from docgen.agreements.timetable import Horaires, PresenceDay, Week, weeks

Objet = Literal["decouvrir", "confirmer", "recruter"]
# Their slugs: a renewal is a kind of its own, and a PMSMP like another for the law.
PMSMP_KINDS = ("pmsmp", "renouvellement")


class Tuteur(PersonneNommee):
    """Who receives, helps, informs and evaluates at the host (D5135-5); does not sign."""

    fonction: Line = Field(title="Fonction")
    courriel: Courriel | None = None
    telephone: Telephone | None = None


class Metier(Part):
    """The trade observed."""

    appellation: Line = Field(title="Métier")
    code_rome: str | None = Field(
        None, title="Code ROME", pattern=r"^[A-N]\d{4}$", examples=["G1603"]
    )


class Protection(Part):
    """Safety at the workplace (R4141-3-1 and following)."""

    equipements: Text | None = Field(None, title="Équipements de protection fournis")
    mesures: Text | None = Field(None, title="Mesures de prévention")


class Renouvellement(Part):
    """This agreement renews another: same object and objectives, once (D5135-3 al. 2)."""

    reference: Line = Field(title="Convention renouvelée", examples=["PMSMP-2026-0001"])
    debut_initial: Day = Field(title="Début de la convention initiale")
    fin_initiale: Day = Field(title="Fin de la convention initiale")
    motif: Text = Field(title="Motif", description="Objectifs non atteints : lesquels et pourquoi.")


class CalculsPmsmp(TypedDict):
    """What a PMSMP's template can print beside its fields."""

    jours: tuple[PresenceDay, ...]
    semaines: tuple[Week, ...]
    total_minutes: int
    qualites_organisation: tuple[str, ...]


class Pmsmp(Agreement):
    """Convention de mise en situation en milieu professionnel."""

    type: Literal["pmsmp"] = Field("pmsmp", title="Type")
    organisation: Organisme = Field(
        title="Organisation",
        description="Employeur, prescripteur, structure d’accompagnement, sauf ceux nommés à part.",
    )
    employeur: Organisme | None = Field(None, title="Employeur, s’il est distinct")
    prescripteur: Organisme | None = Field(None, title="Prescripteur, s’il est distinct")
    structure_accompagnement: Organisme | None = Field(
        None, title="Structure d’accompagnement, si elle est distincte"
    )
    referent: Personne = Field(title="Conseiller référent")
    beneficiaire: Beneficiaire = Field(title="Bénéficiaire")
    entreprise: Entreprise = Field(title="Entreprise d’accueil")
    tuteur: Tuteur = Field(title="Tuteur dans l’entreprise")
    objet: Objet = Field(
        title="Objet",
        description="decouvrir un métier ou un secteur ; confirmer un projet professionnel ; "
        "recruter : initier une démarche de recrutement.",
    )
    metier: Metier = Field(title="Métier")
    objectifs: tuple[Text, ...] = Field(title="Objectifs précis", min_length=1)
    modalites_evaluation: Text = Field(title="Comment les objectifs seront évalués")
    taches: tuple[Text, ...] = Field(title="Tâches confiées", min_length=1)
    competences: tuple[Line, ...] = Field((), title="Compétences recherchées")
    lieu: Adresse = Field(title="Lieu de présence")
    presence: Literal["sur_site", "hybride", "distance"] = Field(
        "sur_site", title="Mode de présence"
    )
    horaires: Horaires = Field(title="Horaires de présence")
    protection: Protection = Field(Protection(), title="Protection")
    conditions_travail: Text | None = Field(None, title="Conditions particulières de travail")
    avantages: Text | None = Field(None, title="Frais et avantages")
    renouvellement: Renouvellement | None = Field(None, title="Renouvellement")

    def titre(self) -> str:
        return (
            "Renouvellement de convention de PMSMP"
            if self.renouvellement
            else "Convention de PMSMP"
        )

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def cite(self) -> str | None:
        return self.renouvellement.reference if self.renouvellement else None

    def calculs(self) -> CalculsPmsmp:
        days = self.presence_days()
        return {
            "jours": days,
            "semaines": weeks(days),
            "total_minutes": self.total_minutes(),
            "qualites_organisation": self.qualites_organisation(),
        }

    def presence_days(self) -> tuple[PresenceDay, ...]:
        return self.horaires.days(self.debut, self.fin)

    def total_minutes(self) -> int:
        """Minutes of presence over the whole agreement (D5135-2 5°)."""
        return sum(day.minutes for day in self.presence_days())

    def qualites_organisation(self) -> tuple[str, ...]:
        """The qualities in which the organisation itself acts: those no other body has taken."""
        separable = {
            "employeur": self.employeur,
            "prescripteur": self.prescripteur,
            "structure d’accompagnement": self.structure_accompagnement,
        }
        return tuple(quality for quality, other in separable.items() if other is None)

    def signataires(self) -> tuple[Signataire, ...]:
        person = self.beneficiaire
        people = [
            Signataire(
                1,
                "beneficiaire",
                person.nom_complet,
                "Bénéficiaire",
                person.courriel,
                "beneficiaire",
                person.telephone,
            )
        ]
        if legal := person.representant_legal:
            people.append(
                Signataire(
                    2,
                    "representant_legal",
                    legal.nom_complet,
                    f"Représentant légal du bénéficiaire ({legal.lien})",
                    legal.courriel,
                    "beneficiaire.representant_legal",
                    legal.telephone,
                )
            )
        bodies: list[tuple[Role, Organisme | None, str]] = [
            ("entreprise", self.entreprise, "entreprise d’accueil"),
            ("organisation", self.organisation, ", ".join(self.qualites_organisation())),
            ("employeur", self.employeur, "employeur"),
            ("prescripteur", self.prescripteur, "prescripteur"),
            (
                "structure_accompagnement",
                self.structure_accompagnement,
                "structure d’accompagnement",
            ),
        ]
        for role, body, quality in bodies:
            if body is not None:
                people.append(Signataire.pour(len(people) + 1, role, body, quality))
        return tuple(people)
