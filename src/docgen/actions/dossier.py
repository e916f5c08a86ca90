"""What the archive keeps of an agreement: signed PDF, evidence, journal, data."""

from __future__ import annotations

from collections.abc import Sequence

from docgen import __version__, journal
from docgen.archive.dossier import Dossier, Item, Signature
from docgen.errors import Broken
from docgen.journal import Event, EventType
from docgen.records import tables

# A PDF and its evidence both end with the organisation's archival timestamp.
SIGNER_LEVEL, CLOSING_LEVEL = "PAdES B-T", "PAdES B-LTA"


def dossier_of(
    row: tables.Agreement, events: Sequence[Event], signed: bytes, evidence: bytes
) -> Dossier:
    """The dossier of a concluded agreement; every instant in it is on record, so it never varies."""
    upto = next((n for n, e in enumerate(events, 1) if e.type is EventType.EVIDENCE), None)
    if upto is None or row.closed_at is None or row.template_sha256 is None:
        raise Broken(f"{row.reference} n’est pas clos : rien à archiver.")
    kept = events[:upto]
    signatures = [
        Signature(signer.role.replace("_", "-"), signer.field, signer.sealed_at, SIGNER_LEVEL)
        for signer in row.signers
        if signer.sealed_at is not None
    ]
    closing = next(event for event in kept if event.type is EventType.CLOSED)
    signatures.append(
        Signature("cloture", str(closing.data["field"]), row.closed_at, CLOSING_LEVEL)
    )
    return Dossier(
        dossier_id=row.id,
        kind=row.kind,
        reference=row.reference,
        template_name=row.kind,
        template_sha256=row.template_sha256,
        start=row.first_day,
        end=row.last_day,
        signatures=tuple(signatures),
        journal_head=kept[-1].hash,
        journal_length=len(kept),
        created_at=kept[-1].at,
        app_version=__version__,
        items=(
            Item("convention-signee", "pdf", "application/pdf", signed),
            Item("dossier-de-preuve", "pdf", "application/pdf", evidence),
            Item("journal", "json", "application/json", journal.export(row.id, kept)),
            Item("donnees", "json", "application/json", row.data.encode()),
        ),
    )
