"""Conclude a signed agreement: closing seal, evidence, own check, archive. Then copies leave.

Each step looks at what the one before committed, so a process killed anywhere is taken up by the
next sweep at the step where it stopped, and there is one archived dossier at the end.
"""

from __future__ import annotations

from datetime import datetime

from docgen.actions.custody.copies import record, take_into_custody
from docgen.actions.dossier import EVIDENCE_ROLE, dossier_of, scan_items
from docgen.actions.evidence import evidence_pdf
from docgen.actions.identity_evidence import identity_file, identity_of
from docgen.actions.logged import log_archived
from docgen.actions.on_paper import scans_in
from docgen.actions.paper import CLOSING_FIELD, load
from docgen.actions.ports import Ports
from docgen.actions.post import want
from docgen.actions.provider_return import provider_items
from docgen.actions.seal import (
    seal_pending,
    sealed_fields,
    told,
    waited_enough,
    waiting_for_time,
)
from docgen.actions.signer_attestation import attestation_pdf, attestations_in
from docgen.actions.summary import shown
from docgen.archive.dossier import deposit
from docgen.archive.store import Stored, sha256_of
from docgen.errors import Broken
from docgen.french import horodatage
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.records import queries
from docgen.records.custody import FIRST


def conclude(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Take a signed agreement to `archivé`. Raises Unavailable or Broken; run again to go on."""
    seal_pending(ports, agreement_id, now)
    close(ports, agreement_id, now)
    make_evidence(ports, agreement_id, now)
    store(ports, agreement_id, now)


def close(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Append the organisation's closing seal (B-LTA) and check the whole file before keeping it."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        if row.closed_at is not None or row.current_sha256 is None:
            return
        base = row.current_sha256
        pdf = queries.content(session, base)
        events = queries.events(session, agreement_id)
    ports.pause("conclude.close")
    organisation = load(row).emetteur().raison_sociale
    lines = ["Clôture par", organisation, horodatage(now), f"réf. {row.reference}"]
    with waiting_for_time(ports, agreement_id, CLOSING_FIELD, now):
        closed = ports.sealer.close(
            pdf,
            CLOSING_FIELD,
            lines,
            f"Cachet de clôture, réf. {row.reference}",
            now,
            or_without_time=waited_enough(ports.terms, events, CLOSING_FIELD, now),
        )
    report = ports.sealer.verify(closed.pdf, [*sealed_fields(events), CLOSING_FIELD], now)
    if report.problems:
        raise Broken(f"{row.reference} : le PDF scellé est refusé. " + " ".join(report.problems))
    ports.pause("conclude.closed")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        digest = queries.keep(session, closed.pdf, now, row.id)
        if not queries.advance_document(session, row.id, base, digest):
            session.rollback()
            return
        number = queries.add_revision(session, row.id, digest, None, now)
        row = queries.locked(session, agreement_id)
        row.closed_at = now
        queries.append(
            session,
            row.id,
            EventType.CLOSED,
            now,
            Actor.SCHEDULE,
            {
                "field": CLOSING_FIELD,
                "revision": number,
                "signatures": len(row.signers) + 1,
                **told(closed),
            },
        )


def make_evidence(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Write and seal the evidence file, with the journal so far, and each signer's attestation."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        if row.evidence_sha256 is not None or row.closed_at is None:
            return
        events = queries.events(session, agreement_id)
        document = queries.content(session, row.current_sha256 or "")
        identity = identity_file(ports, session, row)
    apart = sha256_of(identity)
    ports.pause("conclude.evidence")
    without = waited_enough(ports.terms, events, EVIDENCE_ROLE, now)
    with waiting_for_time(ports, agreement_id, EVIDENCE_ROLE, now):
        evidence = evidence_pdf(ports, row, events, document, apart, now, or_without_time=without)
        attestations = {
            signer.id: attestation_pdf(
                ports, row, signer, events, document, apart, now, or_without_time=without
            )
            for signer in row.signers
        }
    ports.pause("conclude.evidence_made")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        if row.evidence_sha256 is not None:
            return
        row.evidence_sha256 = queries.keep(session, evidence.pdf, now, row.id)
        kept = {
            one: queries.keep(session, made.pdf, now, row.id) for one, made in attestations.items()
        }
        queries.append(
            session,
            row.id,
            EventType.EVIDENCE,
            now,
            Actor.SCHEDULE,
            {
                **told(evidence),
                "attestations": kept,
                "identity_sha256": queries.keep(session, identity, now, row.id),
            },
        )


def store(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Put the dossier in the archive, read it back, say `archivé`, and ask for the copies."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        if row.state is not Status.SIGNE:
            return
        events = queries.events(session, agreement_id)
        signed = queries.content(session, row.current_sha256 or "")
        evidence = queries.content(session, row.evidence_sha256 or "")
        attestations = {
            signer: queries.content(session, digest)
            for signer, digest in attestations_in(events).items()
        }
        summaries = {signer.id: shown(session, events, signer.role) for signer in row.signers}
        scans = [queries.content(session, digest) for digest in scans_in(events)]
        apart = identity_of(row, events)
        identity = queries.content(session, apart[1]) if apart else b""
    others = (*scan_items(scans), *provider_items(ports.database, row))
    dossier = dossier_of(row, events, signed, evidence, attestations, summaries, others)
    ports.pause("conclude.archive")
    kept_apart: list[Stored] = []
    if apart:
        kept_apart.append(ports.archive.put(apart[0], identity, apart[1]))
        ports.archive.read_back(kept_apart[0])
    deposited = deposit(ports.archive, dossier, pause=ports.pause)
    ports.pause("conclude.archived")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        if row.state is not Status.SIGNE:
            return
        row.status = after(Step.ARCHIVE, row.state, Actor.SCHEDULE)
        row.archived_at = now
        row.manifest_key = deposited.manifest_key
        row.last_error = None
        queries.append(
            session,
            row.id,
            EventType.ARCHIVED,
            now,
            Actor.SCHEDULE,
            {
                "manifest_key": deposited.manifest_key,
                "manifest_sha256": deposited.manifest_sha256,
                "store": ports.archive.name,
            },
        )
        take_into_custody(session, deposited, now, row.id)
        record(session, FIRST, kept_apart, now, row.id)
        log_archived(session, row.id, dossier.journal_length)
        for signer in row.signers:
            if signer.email:
                want(session, ports, row, "copy", now, signer=signer, recipient=signer.email)
        signers = {signer.email for signer in row.signers}
        for person in load(row).destinataires():
            if person.courriel not in signers:
                want(session, ports, row, "copy", now, recipient=person.courriel)
