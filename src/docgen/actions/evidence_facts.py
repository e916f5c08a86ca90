"""What the proofs say of a document and of each act, as the Word templates print it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from docgen.actions import provider_words
from docgen.actions.on_paper import on_paper
from docgen.actions.proof_words import EVENTS
from docgen.actions.shown import shown_words
from docgen.actions.way_words import WORDS
from docgen.documents.pages import page_count
from docgen.errors import Broken
from docgen.french import date, horodatage, pluriel
from docgen.journal import Event, EventType
from docgen.mail.compose import mask
from docgen.records import tables
from docgen.signing.told import TimestampFacts
from docgen.ways import Way


@dataclass(frozen=True)
class DocumentFacts:
    """The signed PDF, and the Word template that it comes from."""

    nom: str
    sha256: str
    octets: int
    pages: int
    modele: str
    modele_sha256: str


@dataclass(frozen=True)
class RevisionFacts:
    """One state of the PDF: each holds the one before, whole."""

    numero: int
    quoi: str
    quand: dt.datetime
    sha256: str
    octets: int


@dataclass(frozen=True)
class Fact:
    """One line about an act."""

    libelle: str
    valeur: str


@dataclass(frozen=True)
class SignatureFacts:
    """One act, as the evidence tells it: `faits` are those that its way to sign has.

    `maniere` says how and when after « a signé ».
    """

    rang: int
    nom_complet: str
    qualite: str
    maniere: str
    moyen: str
    faits: list[Fact]


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    numero: int
    quand: dt.datetime
    evenement: str
    detail: str


@dataclass(frozen=True)
class JournalFacts:
    """The head of the chain, which pins every event before it."""

    tete: str
    nombre: int


def document_facts(row: tables.Agreement, document: bytes) -> DocumentFacts:
    """The signed PDF in facts."""
    return DocumentFacts(
        f"{row.reference}.pdf",
        row.current_sha256 or "",
        len(document),
        page_count(document),
        row.kind,
        row.template_sha256 or "",
    )


def revision_facts(row: tables.Agreement, events: Sequence[Event]) -> list[RevisionFacts]:
    """Each state of the PDF, in order."""
    ranks = {signer.id: signer.rank for signer in row.signers}
    names = {
        EventType.FROZEN: "document figé, sans signature",
        EventType.CLOSED: "cachet de clôture",
    }
    states = [e for e in events if e.type in {*names, EventType.SEALED}]
    return [
        RevisionFacts(
            number,
            names.get(event.type) or f"signature n° {ranks[event.data['signer']]}",
            event.at,
            event.data["sha256"],
            event.data["size"],
        )
        for number, event in enumerate(states)
    ]


def signature_facts(
    signer: tables.Signer,
    events: Sequence[Event],
    timestamps: Sequence[TimestampFacts],
    identity_sha256: str,
) -> SignatureFacts:
    """One signer's act. Raises Broken when it is not sealed."""
    own = [event for event in events if event.data.get("signer") == signer.id]
    by_type = {event.type: event for event in own}
    signed, sealed = by_type.get(EventType.SIGNED), by_type.get(EventType.SEALED)
    if signed is None or sealed is None:
        raise Broken(f"La signature n° {signer.rank} n’est pas scellée.")
    token = next((one for one in timestamps if one.champ == signer.field), None)
    means = WORDS[signer.route].means
    told = [
        *_before(signer, signed, own),
        *provider_words.facts_of(signer.id, signed, events),
        ("Enregistré" if on_paper(signed) else "Accord donné", horodatage(signed.at)),
        (
            "Texte de l’accord",
            f"« {signer.consent} » (version {signed.data['consent_version']})",
        ),
        *shown_words(signed),
        ("Nom écrit", signer.typed_name),
        ("Adresse réseau, navigateur", _kept_apart(identity_sha256) if signer.ip else None),
        ("Document accepté", f"empreinte {signed.data['frozen_sha256']}"),
        ("Scellé", f"{horodatage(sealed.at)}, PAdES {level_of(sealed)}"),
        ("Horodatage", token_words(token) if token else "aucun (mode dégradé)"),
        ("Empreinte du PDF scellé", sealed.data["sha256"]),
    ]
    return SignatureFacts(
        signer.rank,
        signer.name,
        signer.capacity,
        _manner(signer, signed),
        f"{means}, à {mask(signer.address)}" if signer.address else means,
        [Fact(label, value) for label, value in told if value],
    )


def _manner(signer: tables.Signer, signed: Event) -> str:
    """How and when, after « a signé »: an hour of ours only where the act is ours to date."""
    if paper := on_paper(signed):
        return (
            "à la main, sur papier, le document ci-dessous ; la date écrite est le "
            f"{date(paper.written_on)}"
        )
    elsewhere = ", chez un prestataire," if signer.route is Way.PRESTATAIRE else ""
    at = dt.datetime.fromisoformat(signed.data["said_at"]) if elsewhere else signed.at
    return f"par voie électronique{elsewhere} le document ci-dessous {horodatage(at)}"


def _before(
    signer: tables.Signer, signed: Event, own: Sequence[Event]
) -> list[tuple[str, str | None]]:
    """How the person was known and reached, up to their act."""
    told: list[tuple[str, str | None]] = [
        ("Par délégation de", signer.principal),
        ("Identité attestée par", signer.witness),
        ("Identité connue", signer.identity_check),
    ]
    if paper := on_paper(signed):
        image = (
            f"{pluriel(paper.pages, 'page', 'pages')}, empreinte {paper.scan_sha256} : une image "
            "du papier signé, et non une signature électronique"
        )
        told += [("Date écrite à la main", date(paper.written_on)), ("Numérisation", image)]
    sent = [e for e in own if e.type is EventType.CODE_SENT and e.seq < signed.seq]
    if sent and not paper:
        wrong = sum(event.type is EventType.CODE_FAILED for event in own)
        codes = pluriel(len(sent), "code envoyé", "codes envoyés")
        mistakes = pluriel(wrong, "saisie fausse", "saisies fausses")
        told += [
            ("Codes", f"{codes} ; le dernier {horodatage(sent[-1].at)} ; {mistakes}"),
            ("Code vérifié", horodatage(signed.at)),
        ]
    return told


def _kept_apart(identity_sha256: str) -> str:
    return f"gardés à part, moins longtemps que l’accord ; empreinte {identity_sha256}"


def token_words(token: TimestampFacts) -> str:
    """A timestamp on one line."""
    kind = "interne" if token.interne else "extérieur"
    return f"{horodatage(token.quand)}, jeton n° {token.numero}, {kind}, par {token.par}"


def level_of(seal: Event) -> str:
    """The level that the journal gives a seal; the first ones, which don't say, had a timestamp."""
    usual = "B-LTA" if seal.type is EventType.CLOSED else "B-T"
    return str(seal.data.get("level", usual))


def timeline(row: tables.Agreement, events: Sequence[Event]) -> list[Moment]:
    """The events, a line each."""
    ranks = {signer.id: signer.rank for signer in row.signers}
    return [
        Moment(event.seq, event.at, EVENTS[event.type], _detail(event, ranks)) for event in events
    ]


def without_time(row: tables.Agreement, events: Sequence[Event]) -> list[str]:
    """What was sealed without a timestamp, in words."""
    ranks = {signer.id: signer.rank for signer in row.signers}
    names = []
    for event in events:
        if event.type is EventType.SEALED and level_of(event) == "B-B":
            names.append(f"l’accord du signataire n° {ranks[event.data['signer']]}")
        elif event.type is EventType.CLOSED and level_of(event) == "B-B":
            names.append("le document clos")
    return names


def _detail(event: Event, ranks: dict[str, int]) -> str:
    data = event.data
    parts = []
    if (signer := data.get("signer")) in ranks:
        parts.append(f"signataire n° {ranks[signer]}")
    if "to" in data:
        parts.append(f"à {data['to']}")
    if "sha256" in data:
        parts.append(f"empreinte {data['sha256'][:16]}…")
    if shown := data.get("summaries"):
        parts.append(
            f"résumés montrés à {pluriel(len(shown), 'signataire')}, empreintes au journal"
        )
    if "timestamp" in data:
        parts.append(f"heure : {data['timestamp'] or 'aucune (mode dégradé)'}")
    if failed := data.get("failed"):
        parts.append(f"sans succès : {' ; '.join(failed)}")
    return ", ".join(parts)
