"""Bilan of a PMSMP: what was done and learnt, what it says of the project, what comes next.

The support structure « réalise le bilan et l’évaluation » (D5135-6, known by a secondary source);
what it holds is what the State's own service asks for (Immersion Facilitée).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field, Strict

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.citing import LienConvention, copied, kept
from docgen.agreements.hosting import EntrepriseAccueil, PersonneAccueillie, TuteurSignataire
from docgen.agreements.parties import Adresse, Organisme, Personne
from docgen.agreements.parts import Day, Entier, Line, Part, Text
from docgen.agreements.pmsmp import Metier, Objet
from docgen.agreements.rules.context import Parent
from docgen.agreements.signing import Role
from docgen.agreements.timetable import Horaires, PresenceDay

FROM_PMSMP = ("debut", "fin", "organisation", "referent", "objet", "metier", "lieu", "horaires")


class ObjectifEvalue(Part):
    """An objective of the agreement, word for word, and what became of it."""

    texte: Text = Field(title="Objectif de la convention")
    resultat: Literal["atteint", "partiel", "non_atteint"] = Field(title="Résultat")
    commentaire: Text | None = Field(None, title="Commentaire")


class CompetenceObservee(Part):
    """A skill, as the tutor saw it at work."""

    intitule: Line = Field(title="Compétence")
    niveau: Literal["acquise", "en_cours", "non_observee"] = Field(title="Niveau")


class AvisBeneficiaire(Part):
    """What the person says of this bilan."""

    accord: Annotated[bool, Strict()] = Field(title="D’accord avec ce bilan")
    commentaire: Text | None = Field(
        None, title="Commentaire", description="Obligatoire en cas de désaccord."
    )


class ContratPropose(Part):
    """The contract that follows, with this company or another."""

    nature: Literal[
        "cdi",
        "cdd_6_mois_ou_plus",
        "cdd_moins_de_6_mois",
        "alternance",
        "contrat_aide",
        "contrat_d_insertion",
        "autre",
    ] = Field(title="Nature du contrat")
    debut: Day = Field(title="Premier jour du contrat")


class Suite(Part):
    """What comes after the PMSMP."""

    nature: Literal["embauche", "renouvellement", "formation", "autre_pmsmp", "aucune"] = Field(
        title="Suite"
    )
    contrat: ContratPropose | None = Field(
        None, title="Contrat", description="Pour une embauche, et elle seule."
    )


class Projet(Part):
    """What the PMSMP did to the person's project."""

    position: Literal["confirme", "modifie", "abandonne"] = Field(title="Le projet est")
    commentaire: Text | None = Field(None, title="Commentaire")


class ProchaineAction(Part):
    """The next step of the person's action plan."""

    action: Text = Field(title="Prochaine action")
    echeance: Day | None = Field(None, title="Pour le")


class CalculsBilan(TypedDict):
    """What a bilan's template can print beside its fields."""

    minutes_prevues: int
    minutes_realisees: int


class Bilan(Agreement):
    """Bilan of a PMSMP."""

    type: Literal["bilan"] = Field("bilan", title="Type")
    debut: Day = Field(title="Premier jour", description="Premier jour de la PMSMP.")
    fin: Day = Field(title="Dernier jour", description="Dernier jour de la PMSMP.")
    convention: LienConvention = Field(title="PMSMP dont c’est le bilan")
    organisation: Organisme = Field(title="Organisation")
    entreprise: EntrepriseAccueil = Field(title="Entreprise d’accueil")
    beneficiaire: PersonneAccueillie = Field(title="Bénéficiaire")
    tuteur: TuteurSignataire = Field(title="Tuteur dans l’entreprise, qui signe")
    referent: Personne = Field(title="Conseiller référent")
    objet: Objet = Field(title="Objet de la PMSMP")
    metier: Metier = Field(title="Métier")
    lieu: Adresse = Field(title="Lieu de présence")
    horaires: Horaires = Field(title="Horaires prévus")
    deroulement: Literal["complet", "partiel", "absence"] = Field(
        title="Déroulement",
        description="complet : jusqu’au bout ; partiel : arrêtée plus tôt, ou des heures "
        "manquées ; absence : la personne n’est pas venue.",
    )
    dernier_jour: Day | None = Field(
        None, title="Dernier jour de présence", description="Si la période s’est arrêtée plus tôt."
    )
    minutes_absence: Entier | None = Field(
        None,
        title="Minutes d’absence",
        description="Minutes entières manquées jusqu’au dernier jour de présence : 3 h 30 "
        "s’écrit 210.",
        ge=1,
        le=100_000,
    )
    objectifs: tuple[ObjectifEvalue, ...] = Field(
        (), title="Objectifs évalués", description="Ceux de la convention, tous, mot pour mot."
    )
    competences: tuple[CompetenceObservee, ...] = Field((), title="Compétences observées")
    avis_tuteur: Text | None = Field(None, title="Avis du tuteur")
    conseils: Text | None = Field(None, title="Conseils du tuteur")
    avis_beneficiaire: AvisBeneficiaire | None = Field(None, title="Avis de la personne")
    suite: Suite = Field(title="Suite")
    projet: Projet | None = Field(None, title="Projet de la personne")
    prochaine_action: ProchaineAction | None = Field(
        None, title="Prochaine action du plan d’actions"
    )
    commentaire_referent: Text | None = Field(None, title="Commentaire du référent")

    def titre(self) -> str:
        return "Bilan de PMSMP"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def cite(self) -> str:
        return self.convention.reference

    def calculs(self) -> CalculsBilan:
        return {
            "minutes_prevues": self.minutes_prevues(),
            "minutes_realisees": self.minutes_realisees(),
        }

    def jours_prevus(self) -> tuple[PresenceDay, ...]:
        """Every day of presence of the agreement's timetable."""
        return self.horaires.days(self.debut, self.fin)

    def jours_presents(self) -> tuple[PresenceDay, ...]:
        """The days of the timetable up to the last day of presence; none after an absence."""
        if self.deroulement == "absence":
            return ()
        last: dt.date = self.dernier_jour or self.fin
        return tuple(day for day in self.jours_prevus() if day.date <= last)

    def minutes_prevues(self) -> int:
        """Minutes of presence that the agreement planned."""
        return sum(day.minutes for day in self.jours_prevus())

    def minutes_realisees(self) -> int:
        """Minutes really done: those planned up to the last day of presence, less those missed."""
        present = sum(day.minutes for day in self.jours_presents())
        return max(present - (self.minutes_absence or 0), 0)

    def signataires(self) -> tuple[Signataire, ...]:
        tutor, person, adviser = self.tuteur, self.beneficiaire, self.referent
        people: list[tuple[Role, str, str, TuteurSignataire | PersonneAccueillie | Personne]] = [
            (
                "tuteur",
                tutor.nom_complet,
                f"{tutor.fonction}, pour {self.entreprise.raison_sociale} (tuteur)",
                tutor,
            ),
            ("beneficiaire", person.nom_complet, "Bénéficiaire", person),
            (
                "referent",
                adviser.nom_complet,
                f"{adviser.fonction}, pour {self.organisation.raison_sociale} (référent)",
                adviser,
            ),
        ]
        if self.deroulement == "absence":
            people = [one for one in people if one[0] != "beneficiaire"]
        return tuple(
            Signataire(rank, role, name, capacity, one.courriel, role, one.telephone)
            for rank, (role, name, capacity, one) in enumerate(people, 1)
        )


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """A bilan's file, completed from the PMSMP it cites.

    A tutor without a name is the PMSMP's, with what the file adds (its e-mail). The objectives
    come with their texts, in order, to be evaluated; none after an absence.
    """
    people = {
        name: kept(model, parent.data[name])
        for name, model in (
            ("entreprise", EntrepriseAccueil),
            ("beneficiaire", PersonneAccueillie),
            ("tuteur", TuteurSignataire),
        )
    }
    given = {**people, **data}
    tutor = data.get("tuteur")
    if isinstance(tutor, Mapping) and "nom" not in tutor:
        given["tuteur"] = {**people["tuteur"], **tutor}
    if data.get("deroulement") != "absence":
        given["objectifs"] = _to_evaluate(data.get("objectifs"), parent.data["objectifs"])
    return copied(given, parent, FROM_PMSMP)


def _to_evaluate(given: Any, texts: Sequence[str]) -> Any:
    """The evaluated objectives of a file; one that does not say its text has the next in order."""
    if given is None:
        return [{"texte": text} for text in texts]
    if not isinstance(given, list):
        return given
    written = [
        {"texte": text, **one} if isinstance(one, Mapping) else one
        for one, text in zip(given, texts, strict=False)
    ]
    return written + given[len(texts) :]
