"""The evidence file (« dossier de preuve »): who agreed to what, when, how, and how to check it.

Confidential: it holds everybody's data. What each signer gets is in signer_attestation.py. Every
fact comes from the journal, from the acts on record, or from the signed PDF itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from docgen import journal
from docgen.actions.evidence_facts import (
    JournalFacts,
    document_facts,
    revision_facts,
    signature_facts,
    timeline,
    without_time,
)
from docgen.actions.paper import CLOSING_FIELD, fields_under, load
from docgen.actions.ports import Ports
from docgen.actions.proof_words import time_words
from docgen.actions.template import template_of
from docgen.actions.way_words import identity_words, level_words
from docgen.agreements.base import CADRE_CLOTURE
from docgen.documents.finish import JOURNAL_NAME, File, finish
from docgen.documents.render import render
from docgen.errors import Broken
from docgen.french import FILTERS, horodatage
from docgen.journal import Event
from docgen.records import tables
from docgen.signing.seal import Sealed


def evidence_pdf(
    ports: Ports,
    row: tables.Agreement,
    events: Sequence[Event],
    document: bytes,
    identity_sha256: str,
    now: dt.datetime,
    *,
    or_without_time: bool,
) -> Sealed:
    """PDF/A-3b holding the journal, sealed B-LTA and checked. Raises Broken or Unavailable."""
    agreement = load(row)
    timestamps = ports.sealer.timestamps(document)
    signatures = [
        signature_facts(signer, events, timestamps, identity_sha256) for signer in row.signers
    ]
    marks = {
        "reference": row.reference,
        "titre": agreement.titre(),
        "organisation": agreement.emetteur(),
        "parties": [f"{signer.name}, {signer.capacity}" for signer in row.signers],
        "document": document_facts(row, document),
        "revisions": revision_facts(row, events),
        "niveaux": level_words(row.signers),
        "identites": identity_words(row.signers),
        "temps": time_words(timestamps, without_time(row, events)),
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
