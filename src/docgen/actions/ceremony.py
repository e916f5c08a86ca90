"""What a signer is shown: the facts of the signing pages, and the words they agree to."""

from __future__ import annotations

from collections.abc import Mapping
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
CodeBy = Literal["courriel", "sms", ""]


@dataclass(frozen=True)
class Invitation:
    """What the link's first page says, before anything is opened.

    `etat`: where this signer stands, as in Ceremony: a link still opens after the signature.
    `code_par`: where a code will come, empty when there will be none.
    """

    reference: str
    titre: str
    organisation: str
    nom_complet: str
    expire_le: datetime
    etat: State
    code_par: CodeBy


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
    `scelle`: the PDF that holds this signature can be downloaded. `resume`: the plain summary, as
    Markdown, by language (`fr`, `en`), empty for what was issued before summaries were kept; it and
    `pages` are told while there is something to sign.
    `code_demande`: a code must be typed, sent to `adresse_masquee` by SMS or by e-mail; on site
    there may be none. `copie_a`: the masked address of the copy, empty when it is handed over.
    `sur_place`: on the organisation's screen, from which a telephone may take over.
    `non_confiable`: why nobody else can sign in this person's place; empty when somebody can.
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
    resume: Mapping[str, str]
    consentement: str
    version_consentement: str
    etat: State
    motif_clos: str
    signe_le: datetime | None
    scelle: bool
    code_demande: bool
    code_par_sms: bool
    adresse_masquee: str
    copie_a: str
    sur_place: bool
    non_confiable: str
    code_envoye_le: datetime | None
    code_expire_le: datetime | None
    autres: tuple[OtherSigner, ...]
    contact_nom: str
    contact_courriel: str
    contact_telephone: str | None
    expire_le: datetime
