"""Seal each signature already given into the PDF: one incremental revision per act.

The act is a committed row before any of this runs. A seal that can't be made now (no timestamp)
leaves the row unsealed and visible; the sweep comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from docgen.actions.ports import Ports
from docgen.errors import Unavailable
from docgen.french import horodatage
from docgen.journal import Event, EventType
from docgen.lifecycle import Actor
from docgen.records import queries, tables

# Seals in a row that found the document changed under them; more means a fault, not a race.
MAX_RACES = 20


def seal_pending(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Seal every given and unsealed signature of the agreement, in the order of the acts."""
    reference = agreement_id
    for _ in range(MAX_RACES):
        with ports.database.read() as session:
            row = queries.agreement(session, agreement_id)
            reference = row.reference
            waiting = [s for s in row.signers if s.signed_at is not None and s.sealed_at is None]
            if not waiting or row.current_sha256 is None:
                return
            signer = min(waiting, key=lambda s: (s.signed_at, s.rank))
            base = row.current_sha256
            pdf = queries.content(session, base)
        ports.pause("sign.seal")
        sealed = ports.sealer.seal(
            pdf,
            signer.field,
            stamp_lines(row, signer),
            f"Signé par le signataire n° {signer.rank} ({signer.role}), "
            f"code confirmé par courriel, réf. {row.reference}",
            now,
        )
        ports.pause("sign.sealed")
        _record(ports, row, signer, base, sealed, now)
    raise Unavailable(f"Le document de {reference} change sans cesse ; nouvel essai plus tard.")


def sealed_fields(events: Sequence[Event]) -> list[str]:
    """The fields sealed so far, in order: what the PDF must hold, no more and no less."""
    sealed = (event for event in events if event.type in {EventType.SEALED, EventType.CLOSED})
    return [str(event.data["field"]) for event in sealed]


def stamp_lines(row: tables.Agreement, signer: tables.Signer) -> list[str]:
    """What the visible seal says: who agreed, when, how, and whose seal it is."""
    assert signer.signed_at is not None
    return [
        "Signé électroniquement par",
        signer.name,
        horodatage(signer.signed_at),
        f"code confirmé par courriel · réf. {row.reference}",
        "cachet de l’organisation sur l’accord du signataire",
    ]


def _record(
    ports: Ports,
    row: tables.Agreement,
    signer: tables.Signer,
    base: str,
    sealed: bytes,
    now: datetime,
) -> None:
    with ports.database.write() as session:
        queries.locked(session, row.id)
        digest = queries.keep(session, sealed, now)
        if not queries.advance_document(session, row.id, base, digest):
            # Another process sealed first: drop ours and start again from its bytes.
            session.rollback()
            return
        number = queries.add_revision(session, row.id, digest, signer.id, now)
        queries.signer(session, signer.id).sealed_at = now
        queries.append(
            session,
            row.id,
            EventType.SEALED,
            now,
            Actor.SCHEDULE,
            {
                "signer": signer.id,
                "field": signer.field,
                "revision": number,
                "sha256": digest,
                "size": len(sealed),
                "timestamp": ports.sealer.timestamp_label,
            },
        )
