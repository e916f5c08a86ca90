"""Convention de partenariat between the organisation and a company."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.parties import Entreprise, Organisme, Personne
from docgen.agreements.parts import Entier, Line, Part, Text


class VolumePmsmp(Part):
    """How many PMSMP the company promises to host, and over which year it is counted."""

    volume_annuel: Entier = Field(title="PMSMP par an", ge=1, le=500)
    base: Literal["annee_civile", "annee_contrat"] = Field(
        title="Année de compte",
        description="annee_civile : du 1er janvier au 31 décembre ; "
        "annee_contrat : d’un anniversaire de la convention au suivant.",
    )
    metiers: tuple[Line, ...] = Field((), title="Métiers proposés")


class Recrutement(Part):
    """The company's intention to recruit: an obligation of means, never a promise of hire."""

    intention: Literal["etude_des_candidatures", "entretien_garanti", "objectif_chiffre"] = Field(
        title="Force de l’intention"
    )
    nombre_annuel: Entier | None = Field(None, title="Recrutements visés par an", ge=1, le=500)
    profils: tuple[Line, ...] = Field((), title="Profils recherchés")


class Evenement(Part):
    """A corporate event the company takes part in."""

    nature: Literal[
        "visite_entreprise",
        "presentation_metiers",
        "simulation_entretien",
        "job_dating",
        "atelier",
    ] = Field(title="Nature")
    nombre_annuel: Entier = Field(title="Fois par an", ge=1, le=100)


class EngagementsEntreprise(Part):
    """What the company commits to."""

    pmsmp: VolumePmsmp = Field(title="Accueil en PMSMP")
    recrutement: Recrutement | None = Field(None, title="Intention de recruter")
    evenements: tuple[Evenement, ...] = Field((), title="Visites et événements")
    autres: tuple[Text, ...] = Field((), title="Autres engagements")


class EngagementsOrganisation(Part):
    """What the organisation commits to in return."""

    delai_presentation_jours: Entier = Field(
        10,
        title="Délai pour proposer des candidats",
        description="En jours ouvrés à compter du besoin exprimé.",
        ge=1,
        le=90,
    )
    visites_par_pmsmp: Entier = Field(1, title="Visites pendant chaque PMSMP", ge=0, le=20)
    suivi_en_poste_semaines: Entier = Field(
        12, title="Suivi en poste après embauche", description="En semaines.", ge=0, le=104
    )
    autres: tuple[Text, ...] = Field((), title="Autres engagements")


class Referents(Part):
    """One person to call on each side, and their deputies."""

    organisation: Personne = Field(title="Référent de l’organisation")
    entreprise: Personne = Field(title="Référent de l’entreprise")
    suppleant_organisation: Personne | None = Field(None, title="Suppléant de l’organisation")
    suppleant_entreprise: Personne | None = Field(None, title="Suppléant de l’entreprise")


class Mecenat(Part):
    """Skills sponsorship, by reference to its own convention."""

    reference: Line | None = Field(
        None, title="Convention de mécénat", description="Numéro, si elle est déjà conclue."
    )
    domaines: tuple[Line, ...] = Field(title="Savoir-faire partagés", min_length=1)


class Reconduction(Part):
    """Tacit renewal, by fixed periods and up to a maximum.

    Without a period the convention, once renewed, has no term (C. civ. 1214 and 1215); without a
    maximum it is renewed as long as nobody gives notice. Both are warned of (C5).
    """

    periode_mois: Entier | None = Field(None, title="Durée d’une période (mois)", ge=1, le=36)
    maximum: Entier | None = Field(None, title="Nombre maximal de reconductions", ge=1, le=10)
    avis_entreprise: bool = Field(
        False,
        title="Informer l’entreprise",
        description="L’organisation l’informe de chaque reconduction.",
    )


class Preavis(Part):
    """Notice to give before the end of a period."""

    valeur: Entier = Field(title="Durée du préavis", ge=1, le=366)
    unite: Literal["mois", "jours"] = Field(title="Unité")
    forme: Literal["lettre_recommandee", "courriel_avec_accuse"] = Field(
        "lettre_recommandee", title="Forme"
    )


class Partenariat(Agreement):
    """Convention de partenariat."""

    type: Literal["partenariat"] = Field("partenariat", title="Type")
    organisation: Organisme = Field(title="Organisation")
    entreprise: Entreprise = Field(title="Entreprise")
    referents: Referents = Field(title="Référents")
    engagements_entreprise: EngagementsEntreprise = Field(title="Engagements de l’entreprise")
    engagements_organisation: EngagementsOrganisation = Field(
        EngagementsOrganisation(), title="Engagements de l’organisation"
    )
    mecenat: Mecenat | None = Field(None, title="Mécénat de compétences")
    mois_bilan: Entier = Field(
        11, title="Mois du bilan annuel", description="De 1 (janvier) à 12.", ge=1, le=12
    )
    reconduction: Reconduction | None = Field(None, title="Tacite reconduction")
    preavis: Preavis = Field(title="Préavis")

    def titre(self) -> str:
        return "Convention de partenariat"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referents.organisation

    def signataires(self) -> tuple[Signataire, ...]:
        return (
            Signataire.pour(1, "entreprise", self.entreprise),
            Signataire.pour(2, "organisation", self.organisation),
        )
