"""The evidence file (« dossier de preuve »): who agreed to what, when, how, and how to check it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from docgen import journal
from docgen.actions.paper import CLOSING_FIELD, fields_under, load
from docgen.actions.ports import Ports
from docgen.actions.template import template_of
from docgen.agreements.base import CADRE_CLOTURE
from docgen.documents.finish import JOURNAL_NAME, File, finish
from docgen.documents.pages import page_count
from docgen.documents.render import render
from docgen.errors import Broken
from docgen.french import FILTERS, horodatage
from docgen.journal import Event, EventType
from docgen.mail.compose import mask
from docgen.records import tables

LEVEL = (
    "Signature électronique simple au sens du règlement eIDAS (UE) n° 910/2014, à preuve "
    "renforcée : chaque signataire a reçu un lien personnel et un code à usage unique par "
    "courriel, a lu le document figé, a donné son accord et écrit son nom. La signature "
    "cryptographique est le cachet de l’organisation, apposé sur cet accord ; le signataire n’a"
    " pas de clé à lui. Ce n’est ni une signature avancée ni une signature qualifiée."
)
_WORDS = {
    EventType.REGISTERED: "Accord enregistré",
    EventType.FROZEN: "Document figé",
    EventType.SENT: "Mise à la signature",
    EventType.INVITED: "Invitation envoyée",
    EventType.REMINDED: "Rappel envoyé",
    EventType.OPENED: "Lien ouvert",
    EventType.CODE_SENT: "Code envoyé",
    EventType.CODE_FAILED: "Code faux",
    EventType.SIGNED: "Signature donnée",
    EventType.SEALED: "Signature scellée dans le PDF",
    EventType.COMPLETED: "Toutes les signatures sont données",
    EventType.CLOSED: "Cachet de clôture apposé",
    EventType.MAIL_FAILED: "Courriel non remis",
}


@dataclass(frozen=True)
class DocumentFacts:
    """The signed PDF."""

    nom: str
    sha256: str
    octets: int
    pages: int


@dataclass(frozen=True)
class SignatureFacts:
    """One act, as the evidence tells it."""

    rang: int
    nom_complet: str
    qualite: str
    courriel_masque: str
    consentement: str
    version_consentement: str
    consenti_le: dt.datetime
    canal: str
    code_envoye_le: dt.datetime
    code_verifie_le: dt.datetime
    nom_saisi: str
    adresse_ip: str
    navigateur: str
    revision_sha256: str
    scelle_le: dt.datetime
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
    revisions: Sequence[tables.Revision],
    document: bytes,
    now: dt.datetime,
) -> bytes:
    """PDF/A-3b holding the journal, sealed B-LTA and checked. Raises Broken or Unavailable."""
    agreement = load(row)
    ranks = {signer.id: signer.rank for signer in row.signers}
    marks = {
        "reference": row.reference,
        "titre": agreement.titre(),
        "organisation": agreement.emetteur(),
        "parties": [f"{signer.name}, {signer.capacity}" for signer in row.signers],
        "document": DocumentFacts(
            f"{row.reference}.pdf", row.current_sha256 or "", len(document), page_count(document)
        ),
        "niveau": LEVEL,
        "signatures": [
            _signature(signer, revisions, ports.sealer.timestamp_label) for signer in row.signers
        ],
        "chronologie": [
            Moment(event.seq, event.at, _WORDS.get(event.type, event.type), _detail(event, ranks))
            for event in events
        ],
        "certificats": ports.sealer.certificates(document),
        "journal": JournalFacts(events[-1].hash, len(events)),
        "verification": how_to_check(row.reference),
        "emis_le": now,
    }
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, "preuve"), marks, FILTERS))
    exported = journal.export(row.id, events)
    file = File(JOURNAL_NAME, exported, f"Journal de l’accord {row.reference}")
    boxes = {CADRE_CLOTURE: (CLOSING_FIELD, CADRE_CLOTURE)}
    pdf = finish(pdf, now, [file], fields_under(pdf, boxes))
    sealed = ports.sealer.close(
        pdf,
        CLOSING_FIELD,
        ["Dossier de preuve établi par", agreement.emetteur().raison_sociale, horodatage(now)],
        f"Dossier de preuve, réf. {row.reference}",
        now,
    )
    report = ports.sealer.verify(sealed, [CLOSING_FIELD], now)
    if report.problems:
        raise Broken(f"{row.reference} : le dossier de preuve est refusé. {report.problems[0]}")
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


def _signature(
    signer: tables.Signer, revisions: Sequence[tables.Revision], timestamp_label: str
) -> SignatureFacts:
    revision = next((r for r in revisions if r.signer_id == signer.id), None)
    if revision is None or signer.signed_at is None or signer.sealed_at is None:
        raise Broken(f"La signature n° {signer.rank} n’est pas scellée.")
    return SignatureFacts(
        rang=signer.rank,
        nom_complet=signer.name,
        qualite=signer.capacity,
        courriel_masque=mask(signer.email),
        consentement=signer.consent or "",
        version_consentement=signer.consent_version or "",
        consenti_le=signer.signed_at,
        canal="courriel",
        code_envoye_le=signer.code_sent_at or signer.signed_at,
        code_verifie_le=signer.code_checked_at or signer.signed_at,
        nom_saisi=signer.typed_name or "",
        adresse_ip=signer.ip or "inconnue",
        navigateur=signer.user_agent or "inconnu",
        revision_sha256=revision.sha256,
        scelle_le=signer.sealed_at,
        horodatage=timestamp_label,
    )


def _detail(event: Event, ranks: dict[str, int]) -> str:
    data = event.data
    parts = []
    if (signer := data.get("signer")) in ranks:
        parts.append(f"signataire n° {ranks[signer]}")
    if "to" in data:
        parts.append(f"à {data['to']}")
    if "sha256" in data:
        parts.append(f"empreinte {data['sha256'][:16]}…")
    return ", ".join(parts)
