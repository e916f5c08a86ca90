"""The words of proof: what a signature is worth, who was checked and how, whose time it is.

The same on the evidence file, on each signer's attestation, in the mails and on the pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from docgen.french import et
from docgen.journal import EventType
from docgen.signing.told import TimestampFacts

LEVEL_NAME = "signature électronique simple, preuve renforcée"
LEVEL_NAME_ON_PAPER = "signature manuscrite sur papier, dont l’organisation tient l’image"
LEVEL_NAME_ELSEWHERE = "celui que déclare le prestataire de signature"
LEVEL = (
    "Signature électronique simple au sens du règlement eIDAS (UE) n° 910/2014, à preuve "
    "renforcée. La signature cryptographique est le cachet de l’organisation, apposé sur l’accord "
    "du signataire ; le signataire n’a pas de clé à lui. Ce n’est ni une signature avancée ni une "
    "signature qualifiée."
)
LEVEL_ON_PAPER = (
    "Signature manuscrite sur papier : le document signé à la main est l’original, que "
    "l’organisation garde. Le dossier en tient la numérisation, sous le cachet de l’organisation ; "
    "ce n’est pas une signature électronique."
)
LEVEL_ELSEWHERE = (
    "Signature recueillie par un prestataire, au niveau qu’il déclare lui-même, dit plus bas avec "
    "lui. Elle est dans le document qu’il a rendu, joint au dossier ; l’organisation n’y ajoute "
    "aucun niveau."
)
TIME_INSIDE = (
    "Horodatage interne : l’heure est celle de la machine de l’organisation, signée par sa propre "
    "autorité (RFC 3161). Elle vaut ce que vaut la parole de l’organisation ; ce n’est pas un "
    "horodatage qualifié."
)
TIME_OUTSIDE = (
    "Horodatage extérieur : l’heure est signée par {par} (RFC 3161), que l’organisation a choisi. "
    "Son caractère qualifié n’est pas contrôlé ici."
)
TIME_NONE = (
    "Mode dégradé : aucune autorité d’horodatage ne répondait, et {champs} sans horodatage. La "
    "date écrite par l’organisation n’y est confirmée par aucun jeton."
)

EVENTS: Mapping[EventType, str] = MappingProxyType(
    {
        EventType.REGISTERED: "Accord enregistré",
        EventType.TAKEN_OVER: "Accord repris, conclu avant docgen",
        EventType.SCAN_RECEIVED: "Numérisation reçue, gardée telle quelle",
        EventType.FROZEN: "Document figé",
        EventType.SENT: "Mise à la signature",
        EventType.INVITED: "Invitation envoyée",
        EventType.REMINDED: "Rappel envoyé",
        EventType.OPENED: "Lien ouvert",
        EventType.MOVED: "Visite passée sur le téléphone du signataire",
        EventType.CODE_SENT: "Code envoyé",
        EventType.CODE_FAILED: "Code faux",
        EventType.HANDED_OVER: "Confié à un prestataire de signature",
        EventType.RETURNED: "Document signé et preuves reçus du prestataire",
        EventType.CALLED_BACK: "Demande retirée au prestataire",
        EventType.SIGNED: "Signature donnée",
        EventType.DECLINED: "Signature refusée",
        EventType.WITHDRAWN: "Signature sur papier retirée",
        EventType.DEPOSITED: "Pages signées à la main envoyées d’un téléphone",
        EventType.SCANNED: "Numérisation du papier signé gardée",
        EventType.DELEGATED: "Signature confiée à une autre personne",
        EventType.READDRESSED: "Façon de signer ou adresse changée",
        EventType.SEAL_WAITING: "Cachet en attente d’horodatage",
        EventType.SEALED: "Signature scellée dans le PDF",
        EventType.COMPLETED: "Toutes les signatures sont données",
        EventType.CLOSED: "Cachet de clôture apposé",
        EventType.EVIDENCE: "Dossier de preuve établi",
        EventType.ARCHIVED: "Dossier archivé",
        EventType.RENEWED: "Horodatage d’archive renouvelé",
        EventType.REPAIRED: "Fichier d’archive remis depuis la seconde copie",
        EventType.COPY_SENT: "Copie envoyée",
        EventType.MAIL_FAILED: "Courriel non remis",
        EventType.EXPIRED: "Délai de signature passé",
        EventType.CANCELLED: "Accord annulé",
        EventType.DEADLINE: "Échéance annoncée",
        EventType.IDENTITY_ERASED: "Moyens d’identification détruits",
        EventType.ERASED: "Accord détruit au terme de sa conservation",
        EventType.RECONDUCTED: "Reconduction tacite constatée par une note",
    }
)


def time_words(timestamps: Sequence[TimestampFacts], without: Sequence[str] = ()) -> list[str]:
    """Whose time the seals hold; `without` names the seals that have none."""
    words = []
    if any(one.interne for one in timestamps):
        words.append(TIME_INSIDE)
    outside = list(dict.fromkeys(one.par for one in timestamps if not one.interne))
    if outside:
        words.append(TIME_OUTSIDE.format(par=et(outside)))
    if without:
        verb = "ont été scellés" if len(without) > 1 else "a été scellé"
        words.append(TIME_NONE.format(champs=f"{et(list(without))} {verb}"))
    return words
