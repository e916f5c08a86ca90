"""Sheets (« fiches »): what the organisation knows of itself, companies, people, beyond agreements.

They feed the rules (contract and its extensions, State convention, capacity to sign) and never
change an agreement that was issued: an agreement keeps the data it was signed with.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from stdnum.fr import siren as stdnum_siren

from docgen.agreements.identity import person_key
from docgen.agreements.parties import (
    Adresse,
    Assurance,
    Contrat,
    Courriel,
    Identite,
    Personne,
    Siret,
    Telephone,
    quoted,
)
from docgen.agreements.parts import Day, Entier, Line, Part
from docgen.agreements.pmsmp import Objet
from docgen.agreements.reading import Source
from docgen.agreements.wording import findings_of
from docgen.errors import Finding, InvalidData


def _siren(text: str) -> str:
    digits = "".join(c for c in text if c not in " .\u00a0\u202f")
    if not digits.strip("0") or not stdnum_siren.is_valid(digits):
        raise PydanticCustomError("siren", "un SIREN compte 9 chiffres, dont une clé de contrôle.")
    return digits


Siren = Annotated[str, BeforeValidator(quoted), AfterValidator(_siren), Field(title="SIREN")]


class Pouvoir(Part):
    """In what capacity someone signs for a body, and until when."""

    nature: Literal["representant_legal", "delegation"] = Field(title="Nature")
    reference: Line | None = Field(None, title="Référence de la délégation")
    fin: Day | None = Field(None, title="Dernier jour de la délégation")

    @model_validator(mode="after")
    def _delegation_is_dated(self) -> Self:
        if self.nature == "delegation" and (self.fin is None or self.reference is None):
            raise PydanticCustomError(
                "pouvoir", "une délégation a une référence et un dernier jour."
            )
        return self


class Contact(Personne):
    """Someone at a company or at the organisation."""

    pouvoir: Pouvoir | None = Field(None, title="Pouvoir de signer")


class ConventionEtat(Part):
    """The organisation's convention with the State, as it speaks of PMSMP (D5132-43-1)."""

    numero: Line = Field(title="Numéro")
    debut: Day = Field(title="Premier jour")
    fin: Day = Field(title="Dernier jour")
    objets: tuple[Objet, ...] = Field(title="Objets de PMSMP admis")
    effectif_prevu: Entier | None = Field(None, title="PMSMP prévues par an", ge=0, le=10_000)


class Sheet(Part):
    """What every sheet answers: the key under which the next edition replaces it."""

    @abstractmethod
    def cle(self) -> str:
        """The key, unique for its kind."""

    @abstractmethod
    def libelle(self) -> str:
        """What a person reads in a list."""


class FicheOrganisation(Sheet):
    """The inclusion organisation itself."""

    type: Literal["organisation"] = Field("organisation", title="Type")
    raison_sociale: Line = Field(title="Raison sociale")
    siret: Siret
    nature: Literal["ACI", "EI", "AI", "ETTI", "REGIE"] = Field(title="Nature de la structure")
    eligible_mecenat: bool = Field(
        False,
        title="Éligible au mécénat",
        description="Organisme d’intérêt général au sens de l’article 238 bis du CGI.",
    )
    convention_etat: ConventionEtat | None = Field(None, title="Convention avec l’État")
    contacts: tuple[Contact, ...] = Field((), title="Contacts")

    def cle(self) -> str:
        return self.siret

    def libelle(self) -> str:
        return self.raison_sociale


class AssuranceSuivie(Assurance):
    """The liability insurance of a place, and how long it covers."""

    fin: Day | None = Field(None, title="Dernier jour couvert")


class Etablissement(Part):
    """A place of the company."""

    siret: Siret
    adresse: Adresse
    assurance: AssuranceSuivie | None = Field(None, title="Assurance responsabilité")


class FicheEntreprise(Sheet):
    """A company, its places and its people."""

    type: Literal["entreprise"] = Field("entreprise", title="Type")
    raison_sociale: Line = Field(title="Raison sociale")
    enseigne: Line | None = Field(None, title="Enseigne")
    siren: Siren
    etablissements: tuple[Etablissement, ...] = Field((), title="Établissements")
    contacts: tuple[Contact, ...] = Field((), title="Contacts")

    @model_validator(mode="after")
    def _places_are_its_own(self) -> Self:
        for place in self.etablissements:
            if not place.siret.startswith(self.siren):
                raise PydanticCustomError(
                    "siren",
                    "l’établissement {siret} n’est pas de cette entreprise ({siren}).",
                    {"siret": place.siret, "siren": self.siren},
                )
        return self

    def cle(self) -> str:
        return self.siren

    def libelle(self) -> str:
        return self.enseigne or self.raison_sociale


class Prolongation(Part):
    """An extension of a contract: its new last day."""

    fin: Day = Field(title="Nouveau dernier jour")
    signee_le: Day | None = Field(None, title="Signée le")


class ContratSuivi(Contrat):
    """A contract with the extensions signed since."""

    prolongations: tuple[Prolongation, ...] = Field((), title="Prolongations")

    @model_validator(mode="after")
    def _each_ends_later(self) -> Self:
        ends = [day for day in (self.fin, *(one.fin for one in self.prolongations)) if day]
        if any(after <= before for before, after in pairwise([self.debut, *ends])):
            raise PydanticCustomError(
                "contrat", "chaque dernier jour suit le précédent, et le premier jour."
            )
        return self

    @property
    def dernier_jour(self) -> dt.date | None:
        return self.prolongations[-1].fin if self.prolongations else self.fin


class FicheBeneficiaire(Sheet, Identite):
    """A salarié en transition. Neither NIR, nor health, nor nationality."""

    type: Literal["beneficiaire"] = Field("beneficiaire", title="Type")
    courriel: Courriel | None = None
    telephone: Telephone | None = None
    contrat: ContratSuivi | None = Field(None, title="Contrat en cours")
    referent: Courriel | None = Field(None, title="Courriel du conseiller référent")

    def cle(self) -> str:
        return person_key(self.nom, self.prenom, self.date_naissance.isoformat())

    def libelle(self) -> str:
        return f"{self.prenom} {self.nom}"


class FicheReferent(Sheet, Personne):
    """An adviser (CIP) of the organisation."""

    type: Literal["referent"] = Field("referent", title="Type")
    en_poste_depuis: Day | None = Field(None, title="En poste depuis")
    en_poste_jusqu_au: Day | None = Field(None, title="En poste jusqu’au")
    suppleant: Courriel | None = Field(None, title="Courriel du suppléant")

    def cle(self) -> str:
        return self.courriel

    def libelle(self) -> str:
        return f"{self.prenom} {self.nom}, {self.fonction}"


SHEETS: Mapping[str, type[Sheet]] = MappingProxyType(
    {
        "organisation": FicheOrganisation,
        "entreprise": FicheEntreprise,
        "beneficiaire": FicheBeneficiaire,
        "referent": FicheReferent,
    }
)


def read_sheet(source: Source, name: str = "") -> Sheet:
    """The sheet of that data. Raises InvalidData with every fault, its place and its line."""
    kind = source.data.get("type")
    model = SHEETS.get(kind) if isinstance(kind, str) else None
    if model is None:
        message = f"type de fiche inconnu ; types admis : {', '.join(SHEETS)}."
        raise InvalidData(
            [Finding("type", "error", "type", message, line=source.line_of("type"))], name
        )
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise InvalidData(findings_of(error, model, {}, source), name) from error
