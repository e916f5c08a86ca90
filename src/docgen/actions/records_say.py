"""What this installation recorded of a file, found by its very bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docgen import journal
from docgen.actions.dossier import EVIDENCE_ROLE, SIGNED_ROLE
from docgen.actions.on_paper import ROLE as SCAN_ROLE
from docgen.actions.paper import CLOSING_FIELD
from docgen.actions.ports import Ports
from docgen.actions.seal import sealed_fields
from docgen.actions.signer_attestation import ROLE as ATTESTATION_ROLE
from docgen.actions.signer_attestation import attestations_in
from docgen.actions.verdict import Standing
from docgen.errors import Refused
from docgen.journal import Event, EventType
from docgen.lifecycle import Status
from docgen.records import queries, tables


@dataclass(frozen=True)
class Recorded:
    """The agreement that a file's hash belongs to, and what the file is to it.

    `expected` are the fields that must be signed, None when the record does not say; `problems`
    are those of the record itself: a journal that does not hold, or does not know the hash.
    """

    reference: str
    standing: Standing
    revision: int = 0
    last: int = 0
    expected: tuple[str, ...] | None = None
    problems: tuple[str, ...] = ()


def recorded(ports: Ports, digest: str) -> Recorded | None:
    """What is known of the file with that SHA-256; None for bytes never kept here."""
    with ports.database.read() as session:
        row = queries.holder_of(session, digest)
        if row is None:
            return None
        events = queries.events(session, row.id)
        revisions = queries.revisions(session, row.id)
    problems = list(journal.verify(journal.export(row.id, events)))
    role = _roles(events).get(digest)
    if role is None:
        problems.append(
            "Le journal de cette installation ne connaît pas l’empreinte de ce fichier."
        )
    if role == EVIDENCE_ROLE or digest == row.evidence_sha256:
        return Recorded(row.reference, "evidence", problems=tuple(problems))
    if role == ATTESTATION_ROLE:
        sealed = (CLOSING_FIELD,)
        return Recorded(row.reference, "attestation", expected=sealed, problems=tuple(problems))
    if role == SCAN_ROLE:
        return Recorded(row.reference, "scan", expected=(), problems=tuple(problems))
    numbers = [one.number for one in revisions if one.sha256 == digest]
    current = digest == row.current_sha256 or role == SIGNED_ROLE
    return Recorded(
        row.reference,
        "current" if current else "earlier",
        numbers[-1] if numbers else 0,
        revisions[-1].number if revisions else 0,
        tuple(sealed_fields(events)) if current else None,
        tuple(problems),
    )


def _roles(events: Sequence[Event]) -> dict[object, str]:
    """What each file that the journal names is in the dossier, by its SHA-256.

    The document as it was before its closing has no role, and a file renewed later keeps its own.
    """
    roles: dict[object, str] = {}
    for event in events:
        if event.type is EventType.RENEWED:
            for role, file in event.data["files"].items():
                known = ATTESTATION_ROLE if role.startswith(ATTESTATION_ROLE) else role
                roles[file["sha256"]] = known
        elif "sha256" in event.data:
            roles[event.data["sha256"]] = _ROLES.get(event.type, "")
    return roles | dict.fromkeys(attestations_in(events).values(), ATTESTATION_ROLE)


_ROLES = {
    EventType.CLOSED: SIGNED_ROLE,
    EventType.EVIDENCE: EVIDENCE_ROLE,
    EventType.SCANNED: SCAN_ROLE,
}


def named(ports: Ports, reference: str) -> tables.Agreement | None:
    """The agreement of that number, if there is one: never to be told to a stranger.

    None once it is destroyed: a copy that somebody still has is then a file like another.
    """
    if not reference:
        return None
    with ports.database.read() as session:
        found: Sequence[tables.Agreement] = queries.agreements(session, reference=reference)
    return next((row for row in found if row.state is not Status.DETRUIT), None)


def still_there(row: tables.Agreement) -> None:
    """Raise Refused for an agreement whose content was destroyed in its time."""
    if row.state is Status.DETRUIT:
        raise Refused(
            f"{row.reference} a été détruit au terme de sa conservation : seul son journal reste."
        )


def told_of(known: Recorded) -> tuple[list[str], list[str]]:
    """(what stands, what does not) of a file that was kept here, in French."""
    problems = list(known.problems)
    if known.standing == "earlier":
        problems.append(
            f"C’est une version antérieure de {known.reference} (révision {known.revision} "
            f"sur {known.last}) : des signatures y manquent."
        )
        return [], problems
    return [f"Identique {_WHAT[known.standing]} pour {known.reference}."], problems


_WHAT: Mapping[Standing, str] = {
    "current": "au document gardé",
    "evidence": "au dossier de preuve gardé",
    "attestation": "à l’attestation de signature gardée",
    "scan": "à la numérisation gardée",
}
