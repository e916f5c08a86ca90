"""What every agreement answers, whatever its kind: who signs, until when, for whom."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from pydantic import Field

from docgen.agreements.parties import Organisme, Personne
from docgen.agreements.parts import Day, Part, Text
from docgen.agreements.signing import Role, Signatures
from docgen.ways import Way

# The words of the last box's caption, where the organisation's own seal goes.
CADRE_CLOTURE = "Cachet de clôture de l’organisation"


@dataclass(frozen=True)
class Signataire:
    """One person who must sign, in the order of the signature blocks.

    `role` is also the stem of the PDF field's name; `path` the model field that holds the person;
    `qualite` the capacity in which they sign, as the signature block prints it. Who has no
    `courriel` signs in another way.
    """

    rang: int
    role: Role
    nom_complet: str
    qualite: str
    courriel: str | None
    path: str
    telephone: str | None = None

    @classmethod
    def pour(cls, rang: int, role: Role, body: Organisme, en_tant_que: str = "") -> Signataire:
        """Who signs for a body, which stands in the model's field of that role."""
        person = body.representant
        capacity = f"{person.fonction}, pour {body.raison_sociale}"
        if en_tant_que:
            capacity += f" ({en_tant_que})"
        path = f"{role}.representant"
        return cls(
            rang, role, person.nom_complet, capacity, person.courriel, path, person.telephone
        )

    @property
    def cadre(self) -> str:
        """The words of the signature block's caption, by which its place is found in the PDF."""
        return f"Cadre de signature n°\u00a0{self.rang}"

    @property
    def champ(self) -> str:
        """The name of the PDF signature field."""
        return f"Signature_{self.rang}_{self.role}"


@dataclass(frozen=True)
class Destinataire:
    """Someone a signed document is sent to."""

    nom_complet: str
    courriel: str

    @classmethod
    def of(cls, person: Personne) -> Destinataire:
        """That person, as a recipient."""
        return cls(person.nom_complet, person.courriel)


class Derogation(Part):
    """A written reason to go past a rule that admits one; kept in the journal, not in the PDF."""

    regle: str = Field(title="Règle", pattern=r"^[A-Z]{1,2}\d{1,2}$", examples=["P5"])
    motif: Text = Field(title="Motif", description="Pourquoi, en une phrase.")


class Communes(TypedDict):
    """The marks that every template is given beside the fields of its kind."""

    reference: str
    titre: str
    emis_le: dt.date
    signataires: tuple[Signataire, ...]


class Agreement(Part):
    """What the organisation signs with a company. Subclasses: one per kind."""

    debut: Day = Field(title="Premier jour", description="Ce jour compris.")
    fin: Day = Field(title="Dernier jour", description="Ce jour compris.")

    derogations: tuple[Derogation, ...] = Field(
        (), title="Dérogations", description="Seulement aux règles qui en admettent."
    )
    signatures: Signatures | None = Field(
        None, title="Façon de signer", description="Ordre et moyens ; rien n’en est imprimé."
    )

    @abstractmethod
    def signataires(self) -> tuple[Signataire, ...]:
        """Who signs, in order."""

    @abstractmethod
    def titre(self) -> str:
        """The document's title for a person."""

    @abstractmethod
    def partenaire(self) -> str:
        """The company's name."""

    @abstractmethod
    def emetteur(self) -> Organisme:
        """The organisation that issues the agreement."""

    @abstractmethod
    def contact(self) -> Personne:
        """Whom a signer may call."""

    def destinataires(self) -> tuple[Destinataire, ...]:
        """Who receives the signed document besides its signers."""
        return (Destinataire.of(self.contact()),)

    def moyen(self, signer: Signataire) -> Way:
        """The way that this signer signs in, as the data says or as their address allows."""
        chosen = getattr(self.signatures.moyens, signer.role) if self.signatures else None
        if chosen is not None:
            return Way(chosen)
        return Way.COURRIEL if signer.courriel else Way.SUR_PLACE

    def cite(self) -> str | None:
        """The number of the agreement that this one renews, amends, closes or ends."""
        return None

    def calculs(self) -> Mapping[str, object]:
        """What the kind computes from its fields for its template.

        A kind that computes something returns a TypedDict of its own: by its annotations the check
        of templates knows what each of these marks is.
        """
        return {}

    def marques(self) -> dict[str, object]:
        """What the Word template can print: every field, and what is computed from them."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return fields | dict(self.calculs())

    def communes(self, reference: str, issued_on: dt.date) -> Communes:
        """The marks that come with every agreement."""
        return {
            "reference": reference,
            "titre": self.titre(),
            "emis_le": issued_on,
            "signataires": self.signataires(),
        }
