"""Signing on site: the officer opens a visit on a screen, and the signer signs there.

The visit is a link like any other, for minutes, that only the signer's pages open: the officer's
own session, where there is one, has no part in it. A code is asked when there is a telephone to
send it to; the attestation of identity stands for it otherwise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from docgen.actions.ports import Ports
from docgen.actions.post import ASKS_TO_SIGN
from docgen.actions.record_signature import is_turn_of
from docgen.actions.signers import line_of, still_to_sign
from docgen.errors import Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash
from docgen.ways import Way

LINK_LIFE = timedelta(minutes=30)
Check = Literal["piece", "connu", "presente"]
CHECKS: dict[Check, str] = {
    "piece": "pièce d’identité présentée",
    "connu": "personne connue de l’organisation",
    "presente": "personne présentée par quelqu’un que l’organisation connaît",
}


def open_on_site(
    ports: Ports,
    reference: str,
    rank: int,
    witness: str,
    check: Check,
    now: datetime,
    detail: str = "",
) -> str:
    """The address to open on the screen, or to hand over as a QR; it lives half an hour.

    `witness` is the member of staff present, `check` how they know the person, `detail` a few more
    words (never the number of a document). Raises InvalidData (`atteste`), NotFound, WrongStatus or
    Refused (signed already, not their turn).
    """
    name = line_of("atteste", witness, "écrire le prénom et le nom de la personne présente.")
    token = new_token(ports.random_bytes(32))
    with ports.database.write() as session:
        row, signer = still_to_sign(session, reference, rank)
        if not is_turn_of(row, signer):
            raise Refused(f"Ce n’est pas encore le tour de {signer.name} : d’autres signent avant.")
        queries.end_visits(session, signer.id, now)
        queries.drop_unsent(session, signer.id, ASKS_TO_SIGN, now)
        signer.way = Way.SUR_PLACE
        signer.witness = name
        signer.identity_check = ", ".join(filter(None, [CHECKS[check], " ".join(detail.split())]))
        session.add(
            tables.Link(
                token_hash=token_hash(token),
                signer_id=signer.id,
                created_at=now,
                expires_at=min(now + LINK_LIFE, row.expires_at),
            )
        )
        facts = {"signer": signer.id, "way": signer.way, "identity": check}
        queries.append(session, row.id, EventType.READDRESSED, now, Actor.OFFICER, facts)
    return f"{ports.site_url}/s/{token}"
