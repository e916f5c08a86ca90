"""The « attestation de signature » of one signer: their own act, and nothing of the others.

No other name, address, network address or hour is in it, so that each party may show theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from docgen.actions.evidence import how_to_check, seal_proof
from docgen.actions.evidence_facts import (
    JournalFacts,
    Moment,
    document_facts,
    level_of,
    signature_facts,
)
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.proof_words import EVENTS, time_words
from docgen.actions.template import template_of
from docgen.actions.way_words import identity_words, level_words
from docgen.documents.render import render
from docgen.french import FILTERS
from docgen.journal import Event, EventType
from docgen.records import tables
from docgen.signing.seal import Sealed

TEMPLATE = "attestation-de-signature"
ROLE = "attestation-de-signature"


def attestation_pdf(
    ports: Ports,
    row: tables.Agreement,
    signer: tables.Signer,
    events: Sequence[Event],
    document: bytes,
    identity_sha256: str,
    now: dt.datetime,
    *,
    or_without_time: bool,
) -> Sealed:
    """PDF/A-3b of one signer's act, sealed B-LTA and checked. Raises Broken or Unavailable."""
    agreement = load(row)
    own = [event for event in events if event.data.get("signer") == signer.id]
    tokens = [one for one in ports.sealer.timestamps(document) if one.champ == signer.field]
    degraded = any(e.type is EventType.SEALED and level_of(e) == "B-B" for e in own)
    marks = {
        "reference": row.reference,
        "titre": agreement.titre(),
        "organisation": agreement.emetteur(),
        "document": document_facts(row, document),
        "nombre_signataires": len(row.signers),
        "niveaux": level_words([signer]),
        "identites": identity_words([signer]),
        "temps": time_words(tokens, ["votre accord"] if degraded else []),
        "signature": signature_facts(signer, events, tokens, identity_sha256),
        "chronologie": [Moment(e.seq, e.at, EVENTS[e.type], "") for e in own],
        "horodatages": tokens,
        "certificats": ports.sealer.certificates(document),
        "journal": JournalFacts(events[-1].hash, len(events)),
        "verification": how_to_check(row.reference),
        "emis_le": now,
    }
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, TEMPLATE), marks, FILTERS))
    return seal_proof(
        ports, row, pdf, "Attestation de signature", now, or_without_time=or_without_time
    )


def file_name(reference: str) -> str:
    """What the attestation is called beside the signed copy."""
    return f"{reference}-attestation-de-signature.pdf"


def attestations_in(events: Sequence[Event]) -> dict[str, str]:
    """The SHA-256 of each signer's attestation, by the signer's id; from the journal."""
    made = next((event for event in events if event.type is EventType.EVIDENCE), None)
    return dict(made.data.get("attestations", {})) if made else {}
