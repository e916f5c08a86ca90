"""How signers were reached and recognised, kept apart from the agreement and for less time.

Network address, browser, telephone and the log of codes go to an object of their own; the proofs
quote its hash. It holds a salt that only this installation can make, so that once the object is
destroyed nobody finds an address again by trying them all against the hash.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC

from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.journal import Event, EventType, canonical, instant
from docgen.records import queries, tables

SCHEMA = "docgen.identity/1"
ROLE = "identite"


def identity_file(ports: Ports, session: Session, row: tables.Agreement) -> bytes:
    """The means of identification of every signer, as canonical JSON; the same at each call."""
    salt = hmac.new(ports.pepper, f"docgen:identity:{row.id}".encode(), hashlib.sha256)
    return canonical(
        {
            "schema": SCHEMA,
            "agreement": row.id,
            "salt": salt.hexdigest(),
            "signers": [
                {
                    "rank": signer.rank,
                    "role": signer.role,
                    "ip": signer.ip,
                    "user_agent": signer.user_agent,
                    "phone": signer.phone,
                    "codes": [
                        {
                            "sent_at": instant(code.sent_at),
                            "tries": code.tries,
                            "used_at": instant(code.used_at) if code.used_at else None,
                        }
                        for code in queries.codes_of(session, signer.id)
                    ],
                }
                for signer in row.signers
            ],
        }
    )


def identity_key(row: tables.Agreement, at: Event, sha256: str) -> str:
    """Where the archive keeps it: beside the dossiers, so that it can go before them."""
    return f"i/v1/{at.at.astimezone(UTC):%Y}/{row.id}/o/{ROLE}.{sha256}.json"


def identity_of(row: tables.Agreement, events: Sequence[Event]) -> tuple[str, str] | None:
    """(key, SHA-256) of an agreement's object; None for those archived before there was one."""
    made = next((event for event in events if event.type is EventType.EVIDENCE), None)
    digest = str(made.data.get("identity_sha256", "")) if made else ""
    return (identity_key(row, made, digest), digest) if made and digest else None
