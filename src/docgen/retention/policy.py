"""The policy file: classes with their source and certainty, and what calls for each."""

from __future__ import annotations

from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from docgen.errors import Finding, InvalidData

Start = Literal["fin", "exercice", "signature", "dernier_paiement"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeepingClass(_Strict):
    """So many years from a start.

    `fin`: the agreement's last day; `exercice`: the 31 December that ends the year of that day;
    `signature`: the day the last signature was given; `dernier_paiement`: the 31 December of the
    year of the fund's last payment, unknown until that payment.
    """

    intitule: str
    annees: int = Field(ge=0, le=50)
    depart: Start
    source: str
    certitude: Literal["etabli", "a_verifier"]
    note: str = ""

    @property
    def established(self) -> bool:
        """True when the text was read; otherwise it is the organisation's choice, to be checked."""
        return self.certitude == "etabli"

    @property
    def ground(self) -> str:
        """Why so long, for a person: a text is named as law only when it is established."""
        if self.established:
            return self.source
        return f"choix de l’organisation, à faire valider ({self.source})"


class Lock(_Strict):
    """How long objects are locked ahead, in days: at first, then rolling."""

    initial_jours: int = Field(ge=0, le=3650)
    glissant_jours: int = Field(ge=1, le=3650)


class Purge(_Strict):
    """When drafts, and agreements that nobody ends up bound by, are forgotten, in months."""

    brouillon_mois: int = Field(ge=1, le=120)
    sans_suite_mois: int = Field(ge=1, le=120)
    certitude: Literal["etabli", "a_verifier"]
    source: str


class Policy(_Strict):
    """What is kept, how long. `version` grows with each change; the file's SHA-256 is kept too."""

    version: int = Field(ge=1)
    marge_mois: int = Field(ge=0, le=60)
    verrou: Lock
    classes: dict[str, KeepingClass]
    accords: dict[str, tuple[str, ...]]
    financements: tuple[str, ...]
    identite: str
    purge: Purge

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = {one for kind in self.accords.values() for one in kind}
        unknown = (named | set(self.financements) | {self.identite}) - set(self.classes)
        if unknown:
            raise ValueError(f"classe inconnue : {', '.join(sorted(unknown))}")
        if any(not kind for kind in self.accords.values()):
            raise ValueError("chaque type d’accord a au moins une classe")
        waiting = {n for n, c in self.classes.items() if c.depart == "dernier_paiement"}
        if waiting & (named | {self.identite}):
            raise ValueError("une classe qui part du dernier paiement est celle d’un financement")
        return self

    def of_kind(self, slug: str) -> tuple[str, ...]:
        """The classes that a kind of agreement calls for. Raises InvalidData for an unknown one."""
        if slug not in self.accords:
            message = f"le type d’accord « {slug} » n’a pas de durée de conservation."
            raise InvalidData([Finding("conservation", "error", f"accords.{slug}", message)])
        return self.accords[slug]


def read_policy(content: bytes) -> Policy:
    """The policy of a YAML file. Raises InvalidData with every fault."""
    try:
        data = yaml.safe_load(content)
        return Policy.model_validate(data)
    except yaml.YAMLError as error:
        finding = Finding("conservation", "error", "", f"ce fichier n’est pas du YAML ({error}).")
        raise InvalidData([finding], "policy.yaml") from error
    except ValidationError as error:
        raise InvalidData(
            [
                Finding(
                    "conservation",
                    "error",
                    ".".join(map(str, one["loc"])),
                    one["msg"].removeprefix("Value error, "),
                )
                for one in error.errors()
            ],
            "policy.yaml",
        ) from error
