"""Record a signature, whatever its way: one row and one line of the journal, in one transaction.

Link and code, on site, paper, provider: each checks what is its own, then comes here. What follows
(completion, next turn, seal) is `sign.finish`, run after the commit and again by the sweep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.errors import Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.records import queries, tables
from docgen.ways import Way


@dataclass(frozen=True)
class Act:
    """What a person did to sign.

    `consent` is the text they agreed to, as shown, under its version. `typed_name`, `ip`, `agent`:
    empty where the way has none. `witness` and `identity_check`: the member of staff present, and
    how they know the person. `facts` go into the journal as they are: hashes, masked addresses, no
    name.
    """

    way: Way
    consent: str
    consent_version: str
    typed_name: str = ""
    ip: str = ""
    agent: str = ""
    code_checked: bool = False
    witness: str = ""
    identity_check: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def record_signature(
    session: Session,
    row: tables.Agreement,
    signer: tables.Signer,
    act: Act,
    now: datetime,
    actor: Actor = Actor.SIGNER,
) -> bool:
    """Record the act in the caller's transaction, which holds `row`; False when it was there.

    Raises WrongStatus (not to be signed now) or Refused (declined, or not their turn).
    """
    if signer.signed_at is not None:
        return False
    after(Step.SIGN, row.state, Actor.SIGNER)
    if signer.declined_at is not None:
        raise Refused(f"{signer.name} a refusé de signer ce document.")
    if not is_turn_of(row, signer):
        raise Refused("D’autres personnes doivent signer avant vous : vous serez prévenu.")
    signer.signed_at = now
    signer.way = act.way
    signer.code_checked_at = now if act.code_checked else None
    signer.typed_name = act.typed_name or None
    signer.consent = act.consent
    signer.consent_version = act.consent_version
    signer.ip = act.ip or None
    signer.user_agent = act.agent[:300] or None
    signer.witness = act.witness or None
    signer.identity_check = act.identity_check or None
    queries.append(
        session,
        row.id,
        EventType.SIGNED,
        now,
        actor,
        {
            "signer": signer.id,
            "frozen_sha256": row.frozen_sha256,
            "consent_version": act.consent_version,
            "way": act.way.value,
            **act.facts,
        },
    )
    return True


def is_turn_of(row: tables.Agreement, signer: tables.Signer) -> bool:
    """Whether everybody of the turns before has signed."""
    return all(other.signed_at for other in row.signers if other.turn < signer.turn)
