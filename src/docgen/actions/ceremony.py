"""What a signer is shown: the facts of the signing pages, and the words they agree to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from docgen.ways import Way

_CONSENT = (
    "J’ai lu ce document et j’en accepte le contenu. J’accepte de le signer par voie "
    "électronique : {what}. L’organisation appose son cachet et garde la preuve de mon accord."
)
_WHAT = {
    Way.COURRIEL: (
        "2026-11",
        "le code reçu par courriel et mon nom, écrit ci-dessous, valent ma signature",
    ),
    Way.SMS: (
        "2026-11-sms",
        "le code reçu par SMS et mon nom, écrit ci-dessous, valent ma signature",
    ),
    Way.SUR_PLACE: (
        "2026-11-sur-place",
        "mon nom, écrit ci-dessous devant un membre de l’organisation, vaut ma signature",
    ),
}


def consent_for(way: Way) -> tuple[str, str]:
    """(text, version) of what a person agrees to; within a version the text never changes."""
    version, what = _WHAT[way]
    return _CONSENT.format(what=what), version


CONSENT, CONSENT_VERSION = consent_for(Way.COURRIEL)

State = Literal["a_signer", "signe", "refuse", "clos"]


@dataclass(frozen=True)
class Invitation:
    """What the link's first page says, before anything is opened.

    `etat`: where this signer stands, as in Ceremony: a link still opens after the signature.
    """

    reference: str
    titre: str
    organisation: str
    nom_complet: str
    expire_le: datetime
    etat: State


@dataclass(frozen=True)
class OtherSigner:
    """Another party, and when they signed."""

    nom_complet: str
    qualite: str
    signe_le: datetime | None


@dataclass(frozen=True)
class Ceremony:
    """Everything the signing page says.

    `etat`: what this signer can do; `clos` when someone else ended it (reason in `motif_clos`).
    `scelle`: the PDF that holds this signature can be downloaded.
    """

    reference: str
    titre: str
    organisation: str
    nom_complet: str
    qualite: str
    partenaire: str
    debut: date
    fin: date
    pages: int
    sha256: str
    consentement: str
    version_consentement: str
    etat: State
    motif_clos: str
    signe_le: datetime | None
    scelle: bool
    courriel_masque: str
    code_envoye_le: datetime | None
    code_expire_le: datetime | None
    autres: tuple[OtherSigner, ...]
    contact_nom: str
    contact_courriel: str
    contact_telephone: str | None
    expire_le: datetime
