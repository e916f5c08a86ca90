"""Seal each signature already given into the PDF: one incremental revision per act.

The act is a committed row before any of this runs. A seal that can't be made now (no timestamp)
leaves the row unsealed and visible; the sweep comes back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from docgen.actions.on_paper import signed_event
from docgen.actions.ports import Ports, Terms
from docgen.actions.shown import drawn
from docgen.actions.way_words import seal_reason, stamp_lines
from docgen.errors import Unavailable
from docgen.journal import Event, EventType
from docgen.lifecycle import Actor
from docgen.records import queries, tables
from docgen.signing.outside_time import NoTimestamp
from docgen.signing.seal import Sealed

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
            events = queries.events(session, agreement_id)
            signed = signed_event(events, signer.id)
            drawing = drawn(session, signed)
        ports.pause("sign.seal")
        with waiting_for_time(ports, agreement_id, signer.field, now):
            sealed = ports.sealer.seal(
                pdf,
                signer.field,
                stamp_lines(row, signer, signed),
                seal_reason(row, signer, signed),
                now,
                or_without_time=waited_enough(ports.terms, events, signer.field, now),
                drawing=drawing,
            )
        ports.pause("sign.sealed")
        if _record(ports, row, signer, base, sealed, now) and len(waiting) == 1:
            # An act recorded meanwhile has its own seal made by who recorded it.
            return
    raise Unavailable(f"Le document de {reference} change sans cesse ; nouvel essai plus tard.")


@contextmanager
def waiting_for_time(ports: Ports, agreement_id: str, field: str, now: datetime) -> Iterator[None]:
    """Journal, once for each seal, that it waits for a timestamp and which authorities failed."""
    try:
        yield
    except NoTimestamp as error:
        with ports.database.write() as session:
            queries.locked(session, agreement_id)
            if _waiting_since(queries.events(session, agreement_id), field) is None:
                queries.append(
                    session,
                    agreement_id,
                    EventType.SEAL_WAITING,
                    now,
                    Actor.SCHEDULE,
                    {"field": field, "failed": list(error.failed)},
                )
        raise


def waited_enough(terms: Terms, events: Sequence[Event], field: str, now: datetime) -> bool:
    """Whether this seal may now be made without a timestamp, if none can be had again."""
    since = _waiting_since(events, field)
    return (
        terms.degraded_after is not None
        and since is not None
        and now - since >= terms.degraded_after
    )


def _waiting_since(events: Sequence[Event], field: str) -> datetime | None:
    waits = (e.at for e in events if e.type is EventType.SEAL_WAITING and e.data["field"] == field)
    return next(waits, None)


def told(sealed: Sealed) -> dict[str, object]:
    """What the journal says of a seal: its bytes, level, whose time, who failed before."""
    failed = {"failed": list(sealed.failed)} if sealed.failed else {}
    return {
        "sha256": hashlib.sha256(sealed.pdf).hexdigest(),
        "size": len(sealed.pdf),
        "level": sealed.level,
        "timestamp": sealed.authority,
        **failed,
    }


def sealed_fields(events: Sequence[Event]) -> list[str]:
    """The fields sealed so far, in order: what the PDF must hold, no more and no less."""
    sealed = (event for event in events if event.type in {EventType.SEALED, EventType.CLOSED})
    return [str(event.data["field"]) for event in sealed]


def _record(
    ports: Ports,
    row: tables.Agreement,
    signer: tables.Signer,
    base: str,
    sealed: Sealed,
    now: datetime,
) -> bool:
    """Keep the seal; False when it no longer fits and was dropped."""
    with ports.database.write() as session:
        held = queries.locked(session, row.id)
        own = next((one for one in held.signers if one.id == signer.id), None)
        if own is None or own.signed_at != signer.signed_at:
            # Withdrawn meanwhile (a signature on paper): there is nothing to seal.
            return False
        digest = queries.keep(session, sealed.pdf, now, row.id)
        if not queries.advance_document(session, row.id, base, digest):
            # Another process sealed first: drop ours and start again from its bytes.
            session.rollback()
            return False
        number = queries.add_revision(session, row.id, digest, signer.id, now)
        own.sealed_at = now
        queries.append(
            session,
            row.id,
            EventType.SEALED,
            now,
            Actor.SCHEDULE,
            {"signer": signer.id, "field": signer.field, "revision": number, **told(sealed)},
        )
    return True
