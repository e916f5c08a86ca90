"""People and bodies: what is asked of each, and how identifiers are read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, StringConstraints
from pydantic_core import PydanticCustomError
from stdnum.fr import siret as stdnum_siret

from docgen.agreements.parts import Day, Entier, Line, Part


def _siret(text: str) -> str:
    """14 digits that pass Luhn, or La Poste's own rule (python-stdnum); separators dropped."""
    digits = "".join(c for c in text if c not in " .\u00a0\u202f")
    if not (digits.isascii() and digits.isdigit()):
        raise PydanticCustomError("siret", "un SIRET ne contient que des chiffres (14).")
    if len(digits) != 14:
        raise PydanticCustomError(
            "siret", "un SIRET compte 14 chiffres ; celui-ci en a {n}.", {"n": len(digits)}
        )
    # All zeros pass Luhn and belong to nobody.
    if not digits.strip("0") or not stdnum_siret.is_valid(digits):
        raise PydanticCustomError("siret", "la clé de contrôle de ce SIRET est fausse.")
    return digits


def _phone(text: str) -> str:
    digits = "".join(c for c in text if c not in " .-()\u00a0\u202f")
    national = "0" + digits[3:] if digits.startswith("+33") else digits
    body = national.lstrip("+")
    if not (body.isascii() and body.isdigit() and 8 <= len(body) <= 15):
        raise PydanticCustomError(
            "telephone", "un téléphone s’écrit 01 23 45 67 89 ou +33123456789."
        )
    if national.startswith("0") and len(national) != 10:
        raise PydanticCustomError("telephone", "un numéro français compte dix chiffres.")
    return national


def _email(text: str) -> str:
    """In small letters; an accent before the @ is a slip, and few servers would take it."""
    if not text.rpartition("@")[0].isascii():
        raise PydanticCustomError("courriel", "un courriel s’écrit sans accent avant le « @ ».")
    return text.lower()


def quoted(value: object) -> object:
    """YAML reads 0123 as octal and 73282932000074 as a number: say so rather than guess."""
    if isinstance(value, int):
        raise PydanticCustomError("texte", "à écrire entre guillemets, comme un texte.")
    return value


Siret = Annotated[
    str,
    BeforeValidator(quoted),
    AfterValidator(_siret),
    Field(title="SIRET", description="14 chiffres, espaces admis.", examples=["732 829 320 00074"]),
]
Telephone = Annotated[
    str, BeforeValidator(quoted), AfterValidator(_phone), Field(title="Téléphone")
]
CodePostal = Annotated[
    str,
    BeforeValidator(quoted),
    StringConstraints(pattern=r"^\d{5}$"),
    Field(title="Code postal", examples=["75013"]),
]
Courriel = Annotated[EmailStr, AfterValidator(_email), Field(title="Courriel")]


class Adresse(Part):
    """A French postal address."""

    voie: Line = Field(title="Numéro et voie")
    complement: Line | None = Field(None, title="Complément")
    code_postal: CodePostal
    ville: Line = Field(title="Ville")


class PersonneNommee(Part):
    """Someone, by name."""

    civilite: Literal["Mme", "M."] | None = Field(None, title="Civilité")
    nom: Line = Field(title="Nom")
    prenom: Line = Field(title="Prénom")

    @property
    def nom_complet(self) -> str:
        return " ".join(filter(None, (self.civilite, self.prenom, self.nom)))


class Personne(PersonneNommee):
    """Someone who acts for a body: representative, referent, tutor."""

    fonction: Line = Field(title="Fonction")
    courriel: Courriel
    telephone: Telephone | None = None


class Organisme(Part):
    """A body that signs: association, company, public service."""

    raison_sociale: Line = Field(title="Raison sociale")
    forme_juridique: Line | None = Field(None, title="Forme juridique")
    siret: Siret
    adresse: Adresse = Field(title="Adresse")
    telephone: Telephone | None = None
    representant: Personne = Field(title="Représentant qui signe")


class Assurance(Part):
    """The host's liability insurance (obligations of the parties, Cerfa 13912)."""

    assureur: Line = Field(title="Assureur")
    police: Line = Field(title="Numéro de police")


class Entreprise(Organisme):
    """The company: partner of a convention, host of a PMSMP (D5135-2 3°)."""

    activite_principale: Line = Field(title="Activité principale")
    convention_collective: Line | None = Field(None, title="Convention collective")
    assurance: Assurance | None = Field(None, title="Assurance responsabilité")


class RepresentantLegal(PersonneNommee):
    """Who signs with a minor."""

    lien: Line = Field(title="Lien avec le bénéficiaire", examples=["mère", "tuteur"])
    courriel: Courriel | None = None
    telephone: Telephone | None = None


class Contrat(Part):
    """The employee's current contract with the organisation."""

    nature: Literal["CDDI", "CUI", "CDI inclusion", "CDD", "CDI"] = Field(title="Nature")
    debut: Day = Field(title="Début du contrat")
    fin: Day | None = Field(None, title="Fin du contrat")
    heures_hebdomadaires: Entier = Field(title="Heures par semaine", ge=1, le=48)


class Identite(PersonneNommee):
    """Who a PMSMP is about: a name and a birth date, and nothing more."""

    date_naissance: Day = Field(title="Date de naissance")


class Beneficiaire(Identite):
    """The employee in transition (D5135-2 2°). Neither NIR, nor health, nor nationality.

    Half of them have no e-mail, or no use of it: they sign by SMS, on site or on paper.
    """

    courriel: Courriel | None = None
    telephone: Telephone | None = None
    contrat: Contrat | None = Field(None, title="Contrat en cours")
    representant_legal: RepresentantLegal | None = Field(None, title="Représentant légal")
