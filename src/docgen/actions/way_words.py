"""The words of each way to sign: on the seal, in the evidence, on the attestation.

What a way does not prove is said as plainly as what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from docgen.actions.on_paper import on_paper
from docgen.actions.proof_words import (
    LEVEL,
    LEVEL_ELSEWHERE,
    LEVEL_NAME,
    LEVEL_NAME_ELSEWHERE,
    LEVEL_NAME_ON_PAPER,
    LEVEL_ON_PAPER,
)
from docgen.french import date, horodatage
from docgen.journal import Event
from docgen.records import tables
from docgen.ways import Way


@dataclass(frozen=True)
class Words:
    """`means`: how the act was made, in a few words; `mark`: the same on the seal; `identity`: who
    the organisation knows the person to be, and how; `seal`: what its seal stands on.
    """

    means: str
    mark: str
    identity: str
    seal: str = "cachet de l’organisation sur l’accord du signataire"
    head: str = "Signé électroniquement par"


_BY_LINK = (
    "L’organisation a donné elle-même le nom et {address} du signataire. Il a montré {shown} : un "
    "lien personnel et un code à usage unique y ont été envoyés. Aucune pièce d’identité n’a été "
    "contrôlée."
)
WORDS: Mapping[Way, Words] = MappingProxyType(
    {
        Way.COURRIEL: Words(
            "lien et code par courriel",
            "code confirmé par courriel",
            _BY_LINK.format(address="l’adresse de courriel", shown="qu’il lit cette boîte"),
        ),
        Way.SMS: Words(
            "lien et code par SMS",
            "code confirmé par SMS",
            _BY_LINK.format(address="le numéro de téléphone", shown="qu’il lit ses messages"),
        ),
        Way.SUR_PLACE: Words(
            "sur place, devant un membre de l’organisation",
            "signé sur place",
            "Le signataire a signé en présence d’une personne de l’organisation, nommée plus bas, "
            "qui atteste de son identité et dit comment elle la connaît. L’écran dont il s’est "
            "servi est dit plus bas.",
        ),
        Way.PAPIER: Words(
            "à la main, sur papier",
            "signé à la main sur papier, numérisation jointe au dossier",
            "Le document imprimé a été signé à la main. Sa numérisation est jointe au dossier : "
            "elle est une image, et non une signature électronique. La personne nommée plus bas "
            "atteste de l’identité du signataire et dit comment elle la connaît.",
            "cachet de l’organisation sur sa déclaration",
            "Signé à la main par",
        ),
        Way.PRESTATAIRE: Words(
            "chez un prestataire de signature",
            "signé chez un prestataire de signature",
            "Le signataire a été identifié par le prestataire nommé plus bas, selon ses propres "
            "règles. Le document qu’il a rendu signé est joint au dossier, avec sa piste d’audit "
            "s’il en tient une.",
            "cachet de l’organisation sur la signature recueillie",
            "Signé chez un prestataire par",
        ),
    }
)


def stamp_lines(row: tables.Agreement, signer: tables.Signer, signed: Event) -> list[str]:
    """What the visible seal says: who agreed, when, how, and whose seal it is.

    `signed` is the journal's line of the act.
    """
    words = WORDS[signer.route]
    who = signer.name
    if signer.principal:
        who += f", par délégation de {signer.principal}"
    if paper := on_paper(signed):
        return [
            words.head,
            who,
            f"le {date(paper.written_on)}, sur papier · réf. {row.reference}",
            f"numérisation jointe au dossier, empreinte {paper.scan_sha256[:16]}…",
            words.seal,
        ]
    return [
        words.head,
        who,
        horodatage(signed.at),
        f"{words.mark} · réf. {row.reference}",
        words.seal,
    ]


def seal_reason(row: tables.Agreement, signer: tables.Signer, signed: Event) -> str:
    """The reason written in the signature itself: no name, which the page shows."""
    if paper := on_paper(signed):
        return (
            f"Signé à la main sur papier le {date(paper.written_on)} par le signataire "
            f"n° {signer.rank} ({signer.role}), numérisation jointe au dossier, empreinte SHA-256 "
            f"{paper.scan_sha256} ; cachet de l’organisation sur cette déclaration, "
            f"réf. {row.reference}"
        )
    return (
        f"Signé par le signataire n° {signer.rank} ({signer.role}), "
        f"{WORDS[signer.route].mark}, réf. {row.reference}"
    )


def level_name(way: Way) -> str:
    """What a signature given that way is worth, in a few words."""
    names = {Way.PAPIER: LEVEL_NAME_ON_PAPER, Way.PRESTATAIRE: LEVEL_NAME_ELSEWHERE}
    return names.get(way, LEVEL_NAME)


def level_words(signers: Iterable[tables.Signer]) -> list[str]:
    """What the signatures are worth, a sentence for each nature that is among them."""
    ways = {signer.route for signer in signers}
    found = [LEVEL] if ways - {Way.PAPIER, Way.PRESTATAIRE} else []
    if Way.PAPIER in ways:
        found.append(LEVEL_ON_PAPER)
    if Way.PRESTATAIRE in ways:
        found.append(LEVEL_ELSEWHERE)
    return found


def identity_words(signers: Iterable[tables.Signer]) -> list[str]:
    """How the signers are known, a sentence for each way that was taken, in the order of ranks."""
    ways = dict.fromkeys(signer.route for signer in signers)
    return [WORDS[way].identity for way in ways]
