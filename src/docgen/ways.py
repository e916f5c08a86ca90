"""The ways to sign. A signer has one at a time, and the officer may change it until they sign."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How a person is reached and how their act is tied to them."""

    COURRIEL = "courriel"
    SMS = "sms"
    SUR_PLACE = "sur_place"
    PAPIER = "papier"
    PRESTATAIRE = "prestataire"

    @property
    def label(self) -> str:
        """The way as people read it."""
        return _LABELS[self]

    @property
    def by_link(self) -> bool:
        """Whether a personal link is sent, and a code to confirm the act with."""
        return self in {Way.COURRIEL, Way.SMS}


_LABELS = {
    Way.COURRIEL: "par courriel",
    Way.SMS: "par SMS",
    Way.SUR_PLACE: "sur place",
    Way.PAPIER: "sur papier",
    Way.PRESTATAIRE: "chez un prestataire",
}
