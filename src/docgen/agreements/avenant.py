"""Avenant: what the parties change in an agreement that they signed, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypedDict

from pydantic import Field, JsonValue, ValidationError

from docgen.agreements.amending import as_amended, value_at
from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.citing import LienConvention, day_in, kept, link
from docgen.agreements.fields import Astray, Place, place_of
from docgen.agreements.mecenat import Mecenat
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.parties import (
    Courriel,
    Identite,
    Organisme,
    Personne,
    PersonneNommee,
    Telephone,
)
from docgen.agreements.parts import Day, Line, Part, Text
from docgen.agreements.periods import current_period
from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.renouvellement import RenouvellementPmsmp
from docgen.agreements.rules.context import Parent
from docgen.agreements.signing import Role


@dataclass(frozen=True)
class Amendable:
    """A kind that an avenant may change: its model, and its name after « à »."""

    model: type[Agreement]
    nom: str


TypeConvention = Literal["partenariat", "pmsmp", "renouvellement", "mecenat"]
AMENDABLE: Mapping[str, Amendable] = MappingProxyType(
    {
        "partenariat": Amendable(Partenariat, "la convention de partenariat"),
        "pmsmp": Amendable(Pmsmp, "la convention de PMSMP"),
        "renouvellement": Amendable(
            RenouvellementPmsmp, "la convention de renouvellement de PMSMP"
        ),
        "mecenat": Amendable(Mecenat, "la convention de mécénat de compétences"),
    }
)


class Modification(Part):
    """One field: what it said, what it says from now on."""

    champ: Line = Field(
        title="Champ",
        description="Chemin du champ dans la convention, un point entre deux noms.",
        examples=["horaires.semaine.lundi", "tuteur", "fin"],
    )
    intitule: Line | None = Field(
        None, title="Intitulé", description="Ce qu’on lit ; à défaut, les titres du champ."
    )
    avant: JsonValue = Field(
        None, title="Avant", description="À défaut, ce que dit la convention aujourd’hui."
    )
    apres: JsonValue = Field(title="Après", description="null retire un champ facultatif.")


class Partie(PersonneNommee):
    """Someone who signed the agreement, or who signs for the same body now."""

    role: Role = Field(title="Rôle")
    qualite: Line = Field(title="Qualité", examples=["gérant, pour Boulangeries Lutèce"])
    courriel: Courriel | None = None
    telephone: Telephone | None = None


@dataclass(frozen=True)
class Changement:
    """A change as the document prints it; `avant` and `apres` are for the filter `en_clair`."""

    intitule: str
    libelle: str
    avant: object
    apres: object


class CalculsAvenant(TypedDict):
    """What an avenant's template can print beside its fields."""

    nom_convention: str
    changements: tuple[Changement, ...]


class Avenant(Agreement):
    """Avenant to an agreement signed by all."""

    type: Literal["avenant"] = Field("avenant", title="Type")
    debut: Day = Field(title="Date d’effet", description="Premier jour où il s’applique.")
    fin: Day = Field(
        title="Dernier jour de la convention modifiée",
        description="Pour un partenariat, celui de la période où l’avenant prend effet.",
    )
    convention: LienConvention = Field(title="Convention modifiée")
    type_convention: TypeConvention = Field(title="Type de la convention modifiée")
    organisation: Organisme = Field(title="Organisation")
    entreprise: Organisme = Field(title="Entreprise")
    beneficiaire: Identite | None = Field(None, title="Bénéficiaire")
    referent: Personne = Field(title="Référent de l’organisation")
    parties: tuple[Partie, ...] = Field(
        title="Parties", description="Celles de la convention, dans son ordre.", min_length=2
    )
    modifications: tuple[Modification, ...] = Field(title="Modifications", min_length=1)
    motif: Text = Field(title="Motif")

    def titre(self) -> str:
        return f"Avenant à {AMENDABLE[self.type_convention].nom}"

    def partenaire(self) -> str:
        return self.entreprise.raison_sociale

    def emetteur(self) -> Organisme:
        return self.organisation

    def contact(self) -> Personne:
        return self.referent

    def cite(self) -> str | None:
        return self.convention.reference

    def calculs(self) -> CalculsAvenant:
        return {
            "nom_convention": AMENDABLE[self.type_convention].nom,
            "changements": self.changements(),
        }

    def lieu_de(self, change: Modification) -> Place | Astray:
        """Where a change leads in the model of the agreement amended."""
        return place_of(AMENDABLE[self.type_convention].model, change.champ)

    def changements(self) -> tuple[Changement, ...]:
        """Each change in words; a path that leads nowhere stays as it is written."""
        shown = []
        for change in self.modifications:
            place = self.lieu_de(change)
            if isinstance(place, Astray):
                said = Changement(change.champ, "", change.avant, change.apres)
            else:
                said = Changement(
                    change.intitule or place.intitule,
                    place.libelle,
                    place.readable(change.avant),
                    place.readable(change.apres),
                )
            shown.append(said)
        return tuple(shown)

    def signataires(self) -> tuple[Signataire, ...]:
        return tuple(
            Signataire(
                rank,
                one.role,
                one.nom_complet,
                one.qualite,
                one.courriel,
                f"parties.{rank - 1}",
                one.telephone,
            )
            for rank, one in enumerate(self.parties, 1)
        )


def complete(data: Mapping[str, Any], parent: Parent) -> dict[str, Any]:
    """The data of an avenant with what its agreement says: parties, values before, last day.

    Who signs is read from the agreement as amended: a company whose representative changes is bound
    by the new one.
    """
    kind = AMENDABLE[parent.kind]
    agreement = agreement_of(kind.model, as_amended(parent.data, data), parent.data)
    told = agreement.model_dump(mode="json")
    taken: dict[str, Any] = {
        "fin": last_day(agreement, day_in(data, "debut") or agreement.debut).isoformat(),
        "organisation": kept(Organisme, told["organisation"]),
        "entreprise": kept(Organisme, told["entreprise"]),
        "referent": agreement.contact().model_dump(mode="json"),
        "parties": [_party(signer, told) for signer in agreement.signataires()],
    }
    if told.get("beneficiaire"):
        taken["beneficiaire"] = kept(Identite, told["beneficiaire"])
    filled = {**taken, **data, "convention": link(parent), "type_convention": parent.kind}
    changes = data.get("modifications")
    if isinstance(changes, (list, tuple)):
        filled["modifications"] = [_completed(change, kind.model, parent) for change in changes]
    return filled


def agreement_of(
    model: type[Agreement], data: Mapping[str, Any], otherwise: Mapping[str, Any]
) -> Agreement:
    """The agreement of that data, or of the other when it is not a right one."""
    try:
        return model.model_validate(data)
    except ValidationError:
        return model.model_validate(otherwise)


def last_day(agreement: Agreement, effect: dt.date) -> dt.date:
    """The last day of the period that the effect falls in; the effect's own where there is none."""
    return current_period(agreement, effect).last or max(agreement.fin, effect)


def _completed(change: Any, model: type[Agreement], parent: Parent) -> Any:
    if not isinstance(change, Mapping) or not isinstance(change.get("champ"), str):
        return change
    before = {"avant": value_at(parent.data, change["champ"])}
    place = place_of(model, change["champ"])
    if isinstance(place, Astray):
        return {**before, **change}
    # Kept as the model writes it: what reads the amended data finds a SIRET without its spaces.
    written = {"apres": place.written(change["apres"])} if "apres" in change else {}
    return {"intitule": place.intitule, **before, **change, **written}


def _party(signer: Signataire, told: Mapping[str, Any]) -> dict[str, Any]:
    person = value_at(told, signer.path)
    return {
        "role": signer.role,
        "civilite": person.get("civilite"),
        "nom": person["nom"],
        "prenom": person["prenom"],
        "qualite": signer.qualite,
        "courriel": signer.courriel,
        "telephone": signer.telephone,
    }
