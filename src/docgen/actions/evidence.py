"""The evidence file (« dossier de preuve »): who agreed to what, when, how, and how to check it.

Confidential: it holds everybody's data. What each signer gets is in signer_attestation.py. Every
fact comes from the journal, from the acts on record, or from the signed PDF itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from docgen import journal
from docgen.actions.paper import CLOSING_FIELD, fields_under, load
from docgen.actions.ports import Ports
from docgen.actions.proof_words import EVENTS, IDENTITY, LEVEL, time_words
from docgen.actions.template import template_of
from docgen.agreements.base import CADRE_CLOTURE
from docgen.documents.finish import JOURNAL_NAME, File, finish
from docgen.documents.pages import page_count
from docgen.documents.render import render
from docgen.errors import Broken
from docgen.french import FILTERS, horodatage, pluriel
from docgen.journal import Event, EventType
from docgen.mail.compose import mask
from docgen.records import tables
from docgen.signing.seal import Sealed
from docgen.signing.told import TimestampFacts


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
class SignatureFacts:
    """One act, as the evidence tells it."""

    rang: int
    nom_complet: str
    qualite: str
    courriel_masque: str
    moyen: str
    consentement: str
    version_consentement: str
    consenti_le: dt.datetime
    codes_envoyes: int
    codes_faux: int
    code_envoye_le: dt.datetime
    code_verifie_le: dt.datetime
    nom_saisi: str
    adresse_ip: str
    navigateur: str
    fige_sha256: str
    revision_sha256: str
    scelle_le: dt.datetime
    niveau: str
    horodatage: str


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


def evidence_pdf(
    ports: Ports,
    row: tables.Agreement,
    events: Sequence[Event],
    document: bytes,
    now: dt.datetime,
    *,
    or_without_time: bool,
) -> Sealed:
    """PDF/A-3b holding the journal, sealed B-LTA and checked. Raises Broken or Unavailable."""
    agreement = load(row)
    timestamps = ports.sealer.timestamps(document)
    signatures = [signature_facts(signer, events, timestamps) for signer in row.signers]
    marks = {
        "reference": row.reference,
        "titre": agreement.titre(),
        "organisation": agreement.emetteur(),
        "parties": [f"{signer.name}, {signer.capacity}" for signer in row.signers],
        "document": document_facts(row, document),
        "revisions": revision_facts(row, events),
        "niveau": LEVEL,
        "identite": IDENTITY,
        "temps": time_words(timestamps, _without_time(row, events)),
        "signatures": signatures,
        "chronologie": timeline(row, events),
        "horodatages": timestamps,
        "certificats": ports.sealer.certificates(document),
        "journal": JournalFacts(events[-1].hash, len(events)),
        "verification": how_to_check(row.reference),
        "emis_le": now,
    }
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, "preuve"), marks, FILTERS))
    exported = journal.export(row.id, events)
    file = File(JOURNAL_NAME, exported, f"Journal de l’accord {row.reference}")
    return seal_proof(
        ports, row, pdf, "Dossier de preuve", now, [file], or_without_time=or_without_time
    )


def seal_proof(
    ports: Ports,
    row: tables.Agreement,
    pdf: bytes,
    what: str,
    now: dt.datetime,
    files: Sequence[File] = (),
    *,
    or_without_time: bool,
) -> Sealed:
    """Seal a proof in the box of its last page, and check it. Raises Broken or Unavailable."""
    boxes = {CADRE_CLOTURE: (CLOSING_FIELD, CADRE_CLOTURE)}
    pdf = finish(pdf, now, files, fields_under(pdf, boxes))
    organisation = load(row).emetteur().raison_sociale
    sealed = ports.sealer.close(
        pdf,
        CLOSING_FIELD,
        [f"{what}, par", organisation, horodatage(now)],
        f"{what}, réf. {row.reference}",
        now,
        or_without_time=or_without_time,
    )
    report = ports.sealer.verify(sealed.pdf, [CLOSING_FIELD], now)
    if report.problems:
        raise Broken(f"{row.reference} : {what.lower()} refusé. {report.problems[0]}")
    return sealed


def how_to_check(reference: str) -> list[str]:
    """How to check the signed PDF without docgen."""
    return [
        f"Empreinte : « sha256sum {reference}.pdf » donne l’empreinte écrite plus haut.",
        (
            f"Signatures : « pdfsig {reference}.pdf » (poppler) ou Adobe Acrobat les liste et dit "
            "chacune valide ; l’autorité de l’organisation est à ajouter aux autorités admises."
        ),
        f"Données : « pdfdetach -saveall {reference}.pdf » en sort donnees.json.",
        "Avec docgen : « docgen verify » contrôle tout cela et le journal.",
    ]


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
    signer: tables.Signer, events: Sequence[Event], timestamps: Sequence[TimestampFacts]
) -> SignatureFacts:
    """One signer's act. Raises Broken when it is not sealed."""
    own = [event for event in events if event.data.get("signer") == signer.id]
    by_type = {event.type: event for event in own}
    signed, sealed = by_type.get(EventType.SIGNED), by_type.get(EventType.SEALED)
    sent = [e for e in own if e.type is EventType.CODE_SENT and (not signed or e.seq < signed.seq)]
    if signed is None or sealed is None or not sent:
        raise Broken(f"La signature n° {signer.rank} n’est pas scellée.")
    token = next((one for one in timestamps if one.champ == signer.field), None)
    return SignatureFacts(
        rang=signer.rank,
        nom_complet=signer.name,
        qualite=signer.capacity,
        courriel_masque=mask(signer.email),
        moyen=signed.data["method"],
        consentement=signer.consent or "",
        version_consentement=signed.data["consent_version"],
        consenti_le=signed.at,
        codes_envoyes=len(sent),
        codes_faux=sum(event.type is EventType.CODE_FAILED for event in own),
        code_envoye_le=sent[-1].at,
        code_verifie_le=signed.at,
        nom_saisi=signer.typed_name or "",
        adresse_ip=signer.ip or "inconnue",
        navigateur=signer.user_agent or "inconnu",
        fige_sha256=signed.data["frozen_sha256"],
        revision_sha256=sealed.data["sha256"],
        scelle_le=sealed.at,
        niveau=f"PAdES {level_of(sealed)}",
        horodatage=token_words(token) if token else "aucun (mode dégradé)",
    )


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


def _without_time(row: tables.Agreement, events: Sequence[Event]) -> list[str]:
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
