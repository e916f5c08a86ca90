"""What the log says of a dossier: a line when it is archived or renewed, and its proof later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docgen import journal
from docgen.errors import NotFound, Refused
from docgen.journal import Event, EventType, merkle
from docgen.journal.log import Inclusion, Line, LineType
from docgen.lifecycle import Actor
from docgen.records import queries, tables


def log_archived(session: Session, agreement_id: str, length: int) -> Line | None:
    """Log the last archiving of an agreement, once; `length`: of the journal in its dossier.

    The line holds the end of the journal that the dossier could not hold, itself being archived
    by it: a lost database is made again from the two, to the same hashes.
    """
    events = queries.events(session, agreement_id)
    last = max(n for n, e in enumerate(events) if e.type is EventType.ARCHIVED)
    tail = events[length : last + 1]
    return queries.log(
        session,
        LineType.RENEW if "prev_manifest_sha256" in events[last].data else LineType.INGEST,
        events[last].at,
        Actor.SCHEDULE,
        agreement_id,
        facts_of(events[last], tail),
    )


def facts_of(archived: Event, tail: Sequence[Event]) -> dict[str, object]:
    """What the line of an archiving says."""
    return {
        "manifest_key": archived.data["manifest_key"],
        "manifest_sha256": archived.data["manifest_sha256"],
        "events": [journal.line(event) for event in tail],
    }


@dataclass(frozen=True)
class Proof:
    """That a dossier's manifest is in the log, under the first head that covers it."""

    inclusion: Inclusion
    head: tables.TreeHead


def proof_of(session: Session, agreement_id: str, manifest_sha256: str) -> Proof | None:
    """The proof for that manifest; None while no head covers it. Raises NotFound, Broken."""
    line = queries.line_of(session, agreement_id, manifest_sha256)
    if line is None:
        raise NotFound("La ligne du journal d’archive pour", manifest_sha256)
    head = queries.first_head_over(session, line.n)
    if head is None:
        return None
    path = queries.hashes(session, merkle.inclusion(line.n, head.size))
    return Proof(Inclusion(line, head.size, tuple(one.hex() for one in path)), head)


def proof_for(session: Session, reference: str) -> Proof:
    """The proof of an agreement by its number. Raises NotFound, Refused (not archived, no head)."""
    row = queries.agreement_by_reference(session, reference)
    if row.manifest_key is None:
        raise Refused(f"{reference} n’est pas encore archivé : il n’est pas au journal d’archive.")
    found = proof_of(session, row.id, row.manifest_key.rsplit(".", 2)[1])
    if found is None:
        raise Refused(
            f"Aucune tête d’arbre ne couvre encore {reference} : faites « docgen journal sign »."
        )
    return found
