"""Where each signer of an agreement stands, read from what is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from docgen.actions.ports import Ports
from docgen.actions.record_signature import is_turn_of
from docgen.lifecycle import Status
from docgen.records import queries, tables

State = Literal["attend", "a_inviter", "invite", "ouvert", "signe", "refuse", "clos"]
LABELS: dict[State, str] = {
    "attend": "attend son tour",
    "a_inviter": "à inviter",
    "invite": "invité",
    "ouvert": "a ouvert le document",
    "signe": "a signé",
    "refuse": "a refusé",
    "clos": "n’a pas signé",
}


@dataclass(frozen=True)
class SignerRow:
    """One signer; the flat shape of `docgen signers --json`.

    `since` is the instant of `state`, None when it has none; `principal` the person whom the
    document names, after a delegation; `way` how they sign or have signed.
    """

    rank: int
    role: str
    name: str
    capacity: str
    principal: str
    way: str
    turn: int
    state: State
    since: datetime | None


def signer_rows(ports: Ports, reference: str) -> list[SignerRow]:
    """The signers of an agreement, in the order of its signature blocks. Raises NotFound."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    return [
        SignerRow(
            signer.rank,
            signer.role,
            signer.name,
            signer.capacity,
            signer.principal or "",
            signer.way,
            signer.turn,
            *_state(row, signer),
        )
        for signer in row.signers
    ]


def _state(row: tables.Agreement, signer: tables.Signer) -> tuple[State, datetime | None]:
    if signer.signed_at is not None:
        return "signe", signer.signed_at
    if signer.declined_at is not None:
        return "refuse", signer.declined_at
    if row.state not in {Status.BROUILLON, Status.ENVOYE}:
        return "clos", None
    if not is_turn_of(row, signer):
        return "attend", None
    if signer.opened_at is not None:
        return "ouvert", signer.opened_at
    if signer.invited_at is not None:
        return "invite", signer.invited_at
    return "a_inviter", None
