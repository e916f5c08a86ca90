"""Attestation of a PMSMP, from its signed bilan: presence for the person, hosting for the company.

It says hours really done, never those planned, and nothing that its bilan does not say. A host may
join it to its declaration of the duty to employ disabled workers (L5212-7 2°) whoever it hosted:
nothing here tells whether the person counts for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from docgen.agreements.base import Agreement, Destinataire, Signataire
from docgen.agreements.bilan import Bilan
from docgen.agreements.citing import LienConvention, copied, kept
from docgen.agreements.hosting import EntrepriseAccueil, TuteurNomme
from docgen.agreements.parties import Adresse, Courriel, Identite, Organisme, Personne
from docgen.agreements.parts import Day, Entier, Line, Part
from docgen.agreements.pmsmp import Metier
from docgen.agreements.rules.context import Parent


class Remise(Part):
    """Who is handed the attestation: the person for a presence, the company for a hosting."""

    nom: Line = Field(title="Nom")
    courriel: Courriel


class Attestation(Agreement):
    """Attestation of presence or of hosting."""

    type: Literal["attestation"] = Field("attestation", title="Type")
    nature: Literal["presence", "accueil"] = Field(
        title="Nature",
        description="presence : pour la personne ; accueil : pour l’entreprise (déclaration "
        "d’emploi, dossier de partenaire).",
    )
    debut: Day = Field(title="Premier jour", description="Premier jour de présence.")
    fin: Day = Field(title="Dernier jour", description="Dernier jour de présence.")
    convention: LienConvention = Field(title="Bilan d’où elle vient")
    pmsmp: LienConvention = Field(title="PMSMP de ce bilan")
    organisation: Organisme = Field(title="Organisation, qui atteste")
    referent: Personne = Field(title="Conseiller référent")
    entreprise: EntrepriseAccueil = Field(title="Entreprise d’accueil")
    beneficiaire: Identite = Field(title="Bénéficiaire")
    tuteur: TuteurNomme = Field(title="Tuteur dans l’entreprise")
    metier: Metier = Field(title="Métier")
    lieu: Adresse = Field(title="Lieu de présence")
    remise: Remise | None = Field(
        None, title="À qui la remettre", description="Reçoit l’attestation signée par courriel."
    )
    minutes_realisees: Entier = Field(
        title="Minutes réalisées",
        description="Calculées par le bilan ; ne se saisissent pas.",
        ge=0,
    )

    def titre(self) -> str:
        return "Attestation de présence" if self.nature == "presence" else "Attestation d’accueil"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def destinataires(self) -> tuple[Destinataire, ...]:
        handed = (Destinataire(self.remise.nom, self.remise.courriel),) if self.remise else ()
        return (*super().destinataires(), *handed)

    def cite(self) -> str:
        return self.convention.reference

    def signataires(self) -> tuple[Signataire, ...]:
        return (Signataire.pour(1, "organisation", self.organisation),)


def said_by(bilan: Bilan) -> dict[str, Any]:
    """What a bilan lets an attestation say, as data; zero minutes after an absence."""
    data = bilan.model_dump(mode="json")
    days = bilan.jours_presents()
    return {
        "debut": (days[0].date if days else bilan.debut).isoformat(),
        "fin": (days[-1].date if days else bilan.fin).isoformat(),
        "pmsmp": data["convention"],
        "entreprise": data["entreprise"],
        "beneficiaire": kept(Identite, data["beneficiaire"]),
        "tuteur": kept(TuteurNomme, data["tuteur"]),
        "metier": data["metier"],
        "lieu": data["lieu"],
        "minutes_realisees": bilan.minutes_realisees(),
    }


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """An attestation's file, completed from the bilan it cites."""
    bilan = Bilan.model_validate(parent.data)
    whom = bilan.beneficiaire if data.get("nature") == "presence" else bilan.tuteur
    handed = {"remise": {"nom": whom.nom_complet, "courriel": whom.courriel}}
    return copied({**said_by(bilan), **handed, **data}, parent, ("organisation", "referent"))
