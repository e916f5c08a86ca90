"""Dénonciation: the notice by which one party ends a partnership convention, or its renewal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from pydantic import Field

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.citing import LienConvention, copied, day_in, kept
from docgen.agreements.notice import Nature, after_notice, notice
from docgen.agreements.partenariat import Partenariat, Preavis, Referents
from docgen.agreements.parties import Organisme, Personne
from docgen.agreements.parts import Day, Part, Text
from docgen.agreements.periods import Period
from docgen.agreements.rules.context import Parent

Suite = Literal["fin_de_periode", "periode_suivante", "apres_preavis"]


class Periode(Part):
    """The period of the convention in which the notice is given."""

    debut: Day = Field(title="Premier jour de la période")
    fin: Day | None = Field(
        None, title="Dernier jour de la période", description="Absent si elle n’a plus de terme."
    )
    limite: Day | None = Field(
        None,
        title="Dernier jour pour s’opposer à la reconduction",
        description="Absent si rien ne la reconduit.",
    )


class CalculsDenonciation(TypedDict):
    """What a notice's template can print beside its fields."""

    auteur_partie: Organisme
    destinataire: Organisme
    dans_le_delai: bool
    suite: Suite


class Denonciation(Agreement):
    """Notice of non-renewal, or of termination, signed by its author alone."""

    type: Literal["denonciation"] = Field("denonciation", title="Type")
    debut: Day = Field(title="Jour du préavis", description="Jour où l’autre partie le reçoit.")
    fin: Day = Field(
        title="Dernier jour de la convention", description="Calculé ; ce champ peut être omis."
    )
    convention: LienConvention = Field(title="Convention dénoncée")
    auteur: Literal["organisation", "entreprise"] = Field(title="Auteur")
    nature: Nature = Field(
        title="Nature",
        description="non_reconduction : la période va à son terme ; resiliation : la convention "
        "s’arrête au bout du préavis.",
    )
    forme: Literal["lettre_recommandee", "courriel_avec_accuse"] = Field(title="Forme de l’envoi")
    motif: Text | None = Field(None, title="Motif")
    preavis: Preavis = Field(title="Préavis de la convention")
    periode: Periode = Field(title="Période en cours")
    organisation: Organisme = Field(title="Organisation")
    entreprise: Organisme = Field(title="Entreprise")
    referents: Referents = Field(title="Référents")

    def titre(self) -> str:
        if self.nature == "non_reconduction":
            return "Dénonciation de convention de partenariat"
        return "Résiliation de convention de partenariat"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referents.organisation

    def cite(self) -> str | None:
        return self.convention.reference

    def calculs(self) -> CalculsDenonciation:
        return {
            "auteur_partie": self.partie(),
            "destinataire": self.destinataire(),
            "dans_le_delai": self.dans_le_delai(),
            "suite": self.suite(),
        }

    def partie(self) -> Organisme:
        """Who gives the notice."""
        return self.organisation if self.auteur == "organisation" else self.entreprise

    def destinataire(self) -> Organisme:
        """Who receives it."""
        return self.entreprise if self.auteur == "organisation" else self.organisation

    def dans_le_delai(self) -> bool:
        """True when the notice is given by the last day, or when there is none to keep to."""
        return self.periode.limite is None or self.debut <= self.periode.limite

    def suite(self) -> Suite:
        """What the convention becomes, for the sentence that says it."""
        if self.fin == self.periode.fin:
            return "fin_de_periode"
        if self.nature == "resiliation" or self.fin == after_notice(self.debut, self.preavis):
            return "apres_preavis"
        return "periode_suivante"

    def signataires(self) -> tuple[Signataire, ...]:
        return (Signataire.pour(1, self.auteur, self.partie()),)


def period_data(period: Period) -> dict[str, str | None]:
    """A period as the document keeps it."""

    def told(day: dt.date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "debut": told(period.first),
        "fin": told(period.last),
        "limite": told(period.notice),
    }


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """The data of a notice with the parties of its convention, its period and the day it ends."""
    told = parent.data
    bodies = {name: kept(Organisme, told[name]) for name in ("organisation", "entreprise")}
    filled = {**bodies, **copied(data, parent, ("preavis", "referents"))}
    given, nature = day_in(data, "debut"), data.get("nature")
    if given is not None and nature in ("non_reconduction", "resiliation"):
        found = notice(Partenariat.model_validate(told), given, nature)
        computed = {"periode": period_data(found.period), "fin": found.end.isoformat()}
        filled = {**computed, **filled}
    return filled
