"""What the archive keeps of an agreement: signed PDF, evidence, what signers read and got, data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docgen import __version__, journal
from docgen.actions.evidence_facts import level_of
from docgen.actions.on_paper import ROLE as SCAN_ROLE
from docgen.actions.signer_attestation import ROLE
from docgen.archive.dossier import Dossier, Item, Signature
from docgen.documents.making import fonts_sha256
from docgen.errors import Broken
from docgen.journal import Event, EventType
from docgen.records import tables

SIGNED_ROLE = "convention-signee"
EVIDENCE_ROLE = "dossier-de-preuve"
SUMMARY_ROLE = "resume"


def dossier_of(
    row: tables.Agreement,
    events: Sequence[Event],
    signed: bytes,
    evidence: bytes,
    attestations: Mapping[str, bytes],
    summaries: Mapping[str, Mapping[str, str]],
    others: Sequence[Item] = (),
) -> Dossier:
    """The dossier of a concluded agreement; its instants are all on record, so it never varies.

    `attestations`: the PDF of each signer, by the signer's id; `summaries`: the plain text that
    each was shown, by the same id, then by language; `others`: what came from elsewhere.
    """
    upto = next((n for n, e in enumerate(events, 1) if e.type is EventType.EVIDENCE), None)
    if upto is None or row.closed_at is None or row.template_sha256 is None:
        raise Broken(f"{row.reference} n’est pas clos : rien à archiver.")
    kept = events[:upto]
    roles = {signer.field: signer.role.replace("_", "-") for signer in row.signers}
    signatures = [
        Signature(roles.get(field, "cloture"), field, event.at, f"PAdES {level_of(event)}")
        for event in kept
        if event.type in {EventType.SEALED, EventType.CLOSED}
        for field in (str(event.data["field"]),)
    ]
    made = next((e.data.get("made_with") for e in kept if e.type is EventType.FROZEN), None)
    return Dossier(
        dossier_id=row.id,
        kind=row.kind,
        reference=row.reference,
        template_name=f"{row.kind}@{row.template_version}" if row.template_version else row.kind,
        template_sha256=row.template_sha256,
        libreoffice=made["libreoffice"] if made else "",
        fonts_sha256=fonts_sha256(made) if made else "",
        start=row.first_day,
        end=row.last_day,
        signatures=tuple(signatures),
        journal_head=kept[-1].hash,
        journal_length=len(kept),
        created_at=kept[-1].at,
        app_version=__version__,
        items=(
            Item(SIGNED_ROLE, "pdf", "application/pdf", signed),
            Item(EVIDENCE_ROLE, "pdf", "application/pdf", evidence),
            *(
                Item(f"{ROLE}-{signer.rank}", "pdf", "application/pdf", attestations[signer.id])
                for signer in row.signers
                if signer.id in attestations
            ),
            *(
                Item(
                    f"{SUMMARY_ROLE}-{signer.rank}-{language}", "md", "text/markdown", text.encode()
                )
                for signer in row.signers
                for language, text in summaries.get(signer.id, {}).items()
            ),
            *others,
            Item("journal", "json", "application/json", journal.export(row.id, kept)),
            Item("donnees", "json", "application/json", row.data.encode()),
        ),
    )


def scan_items(scans: Sequence[bytes]) -> list[Item]:
    """What was signed on paper, as the dossier holds it: `scan-signe-1`, and so on."""
    return [
        Item(f"{SCAN_ROLE}-{number}", "pdf", "application/pdf", scan)
        for number, scan in enumerate(scans, 1)
    ]
