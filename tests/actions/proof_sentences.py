"""What a dossier de preuve and an attestation may say, written again from the journal alone.

Nothing here comes from the code that makes the proofs but its fixed words: each sentence names the
events that it rests on, so that a journal that says otherwise gives other sentences.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docgen.actions.ceremony import consent_for
from docgen.actions.proof_words import EVENTS, LEVEL, TIME_INSIDE
from docgen.actions.way_words import WORDS
from docgen.agreements.base import CADRE_CLOTURE
from docgen.french import date_courte, horodatage, horodatage_court, pluriel
from docgen.journal import EventType
from docgen.records import tables
from docgen.signing.told import CertificateFacts, TimestampFacts
from docgen.ways import Way

Line = Mapping[str, Any]
_BULLET = "\uf0b7"
_HEADS = (
    "N°Cequ’elleajouteQuandEmpreinte",
    "N°QuandQuoiDétail",
    "N°QuandQuoi",
    "CachetHeuredujetonNuméroPolitique",
    "UsageSujetValiditéEmpreinteSHA-256",
)
_LANGUAGES = {"fr": "en français", "en": "en anglais"}


@dataclass(frozen=True)
class Ground:
    """What the sentences stand on: the journal up to the proof, and what the signed PDF holds.

    `row` gives what the journal leaves out, names, which are the record's; `apart` is the SHA-256
    of the file that keeps network addresses and browsers.
    """

    row: tables.Agreement
    events: Sequence[Line]
    title: str
    organisation: str
    pages: int
    tokens: Sequence[TimestampFacts]
    certificates: Sequence[CertificateFacts]
    made_at: datetime
    apart: str

    def of(self, kind: EventType, signer: str = "") -> list[Line]:
        return [
            one
            for one in self.events
            if one["type"] == kind and (not signer or one["data"].get("signer") == signer)
        ]


def at(event: Line) -> datetime:
    return datetime.fromisoformat(event["at"]).astimezone(UTC)


def letters(text: str) -> str:
    """The letters alone: lines, columns and pages break sentences anywhere."""
    return "".join(text.replace(_BULLET, "").split())


def told_by(path: Path, header: str, title: str) -> str:
    """All the letters of a proof, without the header and footer of its pages."""
    said = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages, told = said.split("\f")[:-1], ""
    for number, page in enumerate(pages, 1):
        text = _bare(letters(page), letters(header), title, number, len(pages))
        # A table that goes on over the page says its head again.
        again = next((one for one in _HEADS if text.startswith(one) and one in told), "")
        told += text.removeprefix(again)
    return told


def _bare(text: str, header: str, title: str, number: int, pages: int) -> str:
    assert text.startswith(header), text[:80]
    text = text.removeprefix(header)
    footer = letters(f"{title}Page {number} / {pages}")
    assert text.count(footer) == 1, (footer, text[-200:])
    return text.replace(footer, "")


def evidence(ground: Ground) -> Iterator[str]:
    """Every sentence of the dossier de preuve, in order."""
    row = ground.row
    yield f"Dossier de preuve {ground.title} n° {row.reference}"
    yield f", établi {horodatage(ground.made_at)}"
    yield "Ce qui a été signé"
    yield from _document(ground)
    (frozen,) = ground.of(EventType.FROZEN)
    yield f"Modèle Word {row.kind}, empreinte {frozen['data']['template_sha256']}"
    parties = " ; ".join(f"{one.name}, {one.capacity}" for one in row.signers)
    yield f"Parties {parties}"
    yield from _levels()
    yield "Versions du document N° Ce qu’elle ajoute Quand Empreinte"
    ranks = {one.id: one.rank for one in row.signers}
    states = [
        (frozen, "document figé, sans signature"),
        *(
            (one, f"signature n° {ranks[one['data']['signer']]}")
            for one in ground.of(EventType.SEALED)
        ),
        *((one, "cachet de clôture") for one in ground.of(EventType.CLOSED)),
    ]
    for number, (event, what) in enumerate(states):
        data = event["data"]
        yield f"{number} {what} {horodatage_court(at(event))}"
        yield f"{data['sha256']} ({data['size']} octets)"
    yield "Qui a signé, et comment"
    for signer in row.signers:
        yield f"{signer.rank}. {signer.name}, {signer.capacity}"
        yield from act(ground, signer)
    yield "Ce qui s’est passé N° Quand Quoi Détail"
    for event in ground.events:
        yield f"{event['seq']} {horodatage_court(at(event))} {EVENTS[EventType(event['type'])]}"
        yield _detail(event, ranks)
    yield (
        "Le journal complet est joint à ce fichier (journal.json) : "
        f"{len(ground.events)} événements, chacun lié au précédent par son empreinte. Empreinte du "
        f"dernier : {ground.events[-1]['hash']}"
    )
    yield from _grounds(ground, "Établit et scelle ce dossier de preuve", "Dossier de preuve, par")


def attestation(ground: Ground, signer: tables.Signer) -> Iterator[str]:
    """Every sentence of one signer's attestation, in order."""
    row = ground.row
    (signed,) = ground.of(EventType.SIGNED, signer.id)
    yield (
        f"Attestation de signature {ground.title} n° {row.reference}, établie "
        f"{horodatage(ground.made_at)}"
    )
    yield (
        f"{ground.organisation} atteste que {signer.name}, {signer.capacity}, a signé par voie "
        f"électronique le document ci-dessous {horodatage(at(signed))}."
    )
    yield from _document(ground)
    yield f"Signataires {len(row.signers)} en tout ; cette attestation ne parle que de vous"
    yield "Votre signature"
    yield from act(ground, signer)
    yield from _levels()
    yield "Ce qui vous concerne dans le journal N° Quand Quoi"
    for event in ground.events:
        if event["data"].get("signer") == signer.id:
            what = EVENTS[EventType(event["type"])]
            yield f"{event['seq']} {horodatage_court(at(event))} {what}"
    yield (
        f"Le journal entier compte {len(ground.events)} événements, chacun lié au précédent par "
        "son empreinte ; l’organisation le garde dans le dossier de preuve. Empreinte du dernier : "
        f"{ground.events[-1]['hash']}"
    )
    own = replace(ground, tokens=[one for one in ground.tokens if one.champ == signer.field])
    yield from _grounds(own, "Établit et scelle cette attestation", "Attestation de signature, par")


def _document(ground: Ground) -> Iterator[str]:
    (closed,) = ground.of(EventType.CLOSED)
    data = closed["data"]
    pages = pluriel(ground.pages, "page")
    yield f"Document {ground.row.reference}.pdf, {pages}, {data['size']} octets"
    yield f"Empreinte SHA-256 {data['sha256']}"


def _levels() -> Iterator[str]:
    yield f"Niveau de signature. {LEVEL}"
    yield f"Identité. {WORDS[Way.COURRIEL].identity}"
    yield f"Heure. {TIME_INSIDE}"


def act(ground: Ground, signer: tables.Signer) -> Iterator[str]:
    """The facts of one act, by link and code: each from the event that it names."""
    (signed,) = ground.of(EventType.SIGNED, signer.id)
    (sealed,) = ground.of(EventType.SEALED, signer.id)
    sent = ground.of(EventType.CODE_SENT, signer.id)
    wrong = ground.of(EventType.CODE_FAILED, signer.id)
    data = signed["data"]
    assert data["way"] == "courriel"
    yield f"Moyen {WORDS[Way(data['way'])].means}, à {sent[-1]['data']['to']}"
    codes = pluriel(len(sent), "code envoyé", "codes envoyés")
    mistakes = pluriel(len(wrong), "saisie fausse", "saisies fausses")
    yield f"Codes {codes} ; le dernier {horodatage(at(sent[-1]))} ; {mistakes}"
    yield f"Code vérifié {horodatage(at(signed))}"
    yield f"Accord donné {horodatage(at(signed))}"
    consent, version = consent_for(Way(data["way"]))
    assert version == data["consent_version"]
    yield f"Texte de l’accord « {consent} » (version {data['consent_version']})"
    shown = data["summary"]
    yield f"Page lue {_LANGUAGES[data['language']]}"
    yield (
        f"Résumé montré {_LANGUAGES[shown['language']]}, empreinte {shown['sha256']}, tiré de "
        f"{shown['template']}, empreinte {shown['template_sha256']}"
    )
    yield f"Nom écrit {signer.typed_name}"
    yield (
        "Adresse réseau, navigateur gardés à part, moins longtemps que l’accord ; empreinte "
        f"{ground.apart}"
    )
    yield f"Document accepté empreinte {data['frozen_sha256']}"
    yield f"Scellé {horodatage(at(sealed))}, PAdES {sealed['data']['level']}"
    token = next(one for one in ground.tokens if one.champ == signer.field)
    yield (
        f"Horodatage {horodatage(token.quand)}, jeton n° {token.numero}, interne, par {token.par}"
    )
    yield f"Empreinte du PDF scellé {sealed['data']['sha256']}"


def _detail(event: Line, ranks: Mapping[str, int]) -> str:
    data, parts = event["data"], []
    if data.get("signer") in ranks:
        parts.append(f"signataire n° {ranks[data['signer']]}")
    if "to" in data:
        parts.append(f"à {data['to']}")
    if "sha256" in data:
        parts.append(f"empreinte {data['sha256'][:16]}…")
    if "summaries" in data:
        parts.append(
            f"résumés montrés à {len(data['summaries'])} signataires, empreintes au journal"
        )
    if "timestamp" in data:
        parts.append(f"heure : {data['timestamp']}")
    return ", ".join(parts)


def _grounds(ground: Ground, what: str, stamp: str) -> Iterator[str]:
    yield "Horodatages et certificats Cachet Heure du jeton Numéro Politique"
    for token in ground.tokens:
        yield f"{token.champ} {horodatage_court(token.quand)} {token.numero}"
        yield f"interne, {token.politique}"
    yield "Usage Sujet Validité Empreinte SHA-256"
    for one in ground.certificates:
        yield (
            f"{one.usage} {one.sujet} (émis par {one.emetteur}, n° {one.numero}) du "
            f"{date_courte(one.valable_du)} au {date_courte(one.valable_au)} {one.empreinte}"
        )
    name = f"{ground.row.reference}.pdf"
    yield f"Comment vérifier Empreinte : « sha256sum {name} » donne l’empreinte écrite plus haut."
    yield (
        f"Signatures : « pdfsig {name} » (poppler) ou Adobe Acrobat les liste et dit chacune "
        "valide ; l’autorité de l’organisation est à ajouter aux autorités admises."
    )
    yield f"Données : « pdfdetach -saveall {name} » en sort donnees.json."
    yield "Avec docgen : « docgen verify » contrôle tout cela et le journal."
    yield f"{ground.organisation} {what}"
    yield f"{CADRE_CLOTURE} {stamp} {ground.organisation} {horodatage(ground.made_at)}"


def unexplained(told: str, sentences: Sequence[str]) -> str:
    """Where a proof and its sentences part; empty when each word of it is one of theirs."""
    wanted = "".join(letters(one) for one in sentences)
    if told == wanted:
        return ""
    shorter = min(len(told), len(wanted))
    same = next((i for i in range(shorter) if told[i] != wanted[i]), shorter)
    return (
        f"after « {told[max(0, same - 40) : same]} », the proof says "
        f"« {told[same : same + 80]} » and the journal « {wanted[same : same + 80]} »"
    )
