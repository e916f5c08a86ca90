"""What the papers that follow a PMSMP say of its people: less than the agreement itself.

A bilan and an attestation need to name the person, the company and the tutor; neither the contract
nor the insurance, and never anything about health.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from docgen.agreements.parties import (
    Adresse,
    Courriel,
    Identite,
    PersonneNommee,
    Siret,
    Telephone,
)
from docgen.agreements.parts import Line, Part


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


class PersonneAccueillie(Identite):
    """Who did the PMSMP, and signs."""

    courriel: Courriel | None = None
    telephone: Telephone | None = None


class TuteurNomme(PersonneNommee):
    """Who received the person at the company (D5135-5)."""

    fonction: Line = Field(title="Fonction")


class TuteurSignataire(TuteurNomme):
    """The same, who signs the bilan; without an e-mail there is no link to send."""

    courriel: Annotated[Courriel, BeforeValidator(_asked)] = ""
    telephone: Telephone | None = None
