"""What the papers that follow a PMSMP say of its people: less than the agreement itself.

A bilan and an attestation need to name the person, the company and the tutor; neither the contract
nor the insurance, and never anything about health.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from docgen.agreements.parties import Adresse, Courriel, Siret, Telephone
from docgen.agreements.parts import Day, Line, Part


def _asked(value: object) -> object:
    """An e-mail that the agreement did not need and that the bilan does: its tutor signs."""
    if value is None or value == "":
        raise PydanticCustomError(
            "courriel",
            "le tuteur signe le bilan, et la convention n’en donne pas le courriel : écrire "
            "tuteur.courriel.",
        )
    return value


class EntrepriseAccueil(Part):
    """The company that hosted, at the establishment of the agreement."""

    raison_sociale: Line = Field(title="Raison sociale")
    siret: Siret
    adresse: Adresse


class Identite(Part):
    """Who did the PMSMP."""

    civilite: Literal["Mme", "M."] | None = Field(None, title="Civilité")
    nom: Line = Field(title="Nom")
    prenom: Line = Field(title="Prénom")
    date_naissance: Day = Field(title="Date de naissance")

    @property
    def nom_complet(self) -> str:
        return " ".join(filter(None, (self.civilite, self.prenom, self.nom)))


class PersonneAccueillie(Identite):
    """The same, who signs."""

    courriel: Courriel
    telephone: Telephone | None = None


class TuteurNomme(Part):
    """Who received the person at the company (D5135-5)."""

    civilite: Literal["Mme", "M."] | None = Field(None, title="Civilité")
    nom: Line = Field(title="Nom")
    prenom: Line = Field(title="Prénom")
    fonction: Line = Field(title="Fonction")

    @property
    def nom_complet(self) -> str:
        return " ".join(filter(None, (self.civilite, self.prenom, self.nom)))


class TuteurSignataire(TuteurNomme):
    """The same, who signs the bilan; without an e-mail there is no link to send."""

    courriel: Annotated[Courriel, BeforeValidator(_asked)] = ""
    telephone: Telephone | None = None


def kept(model: type[Part], data: Any) -> Any:
    """Of `data`, the fields that `model` has; data of another shape is left for the model."""
    if not isinstance(data, Mapping):
        return data
    return {name: data[name] for name in model.model_fields if name in data}
