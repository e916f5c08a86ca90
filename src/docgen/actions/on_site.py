"""Signing on site: the officer opens a visit on a screen, and the signer signs there.

The visit is a link like any other, for minutes, that only the signer's pages open: the officer's
own session, where there is one, has no part in it. A code is asked when there is a telephone to
send it to; the attestation of identity stands for it otherwise.

The signer may go on on a telephone of their own: the screen shows a QR code, and can do nothing
more. Its link is made from the screen's own cookie, so that it is kept nowhere in clear.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from docgen.actions.enter import seat
from docgen.actions.ports import Ports
from docgen.actions.post import ASKS_TO_SIGN
from docgen.actions.provider_stop import stop_at_once
from docgen.actions.record_signature import is_turn_of
from docgen.actions.signers import line_of, not_signed, of_rank, still_to_sign
from docgen.documents.scans.symbols import squares
from docgen.errors import Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_from, token_hash
from docgen.ways import Way

LINK_LIFE = timedelta(minutes=30)
_PHONE = "telephone"
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
    stop_at_once(ports, row.id, now)
    return f"{ports.site_url}/s/{token}"


def move_to_phone(ports: Ports, secret: str, now: datetime) -> None:
    """End the visit on this screen; it goes on at the address of `phone_code`, for half an hour.

    Raises NotFound (no visit), WrongStatus, or Refused (signed, or not on site).
    """
    with ports.database.write() as session:
        place = seat(session, secret, now)
        row = queries.locked(session, place.agreement.id)
        signer = of_rank(row, place.signer.rank)
        after(Step.SIGN, row.state, Actor.SIGNER)
        not_signed(signer)
        if signer.route is not Way.SUR_PLACE:
            raise Refused(
                "Ce document se signe par votre propre lien : ouvrez-le sur le téléphone."
            )
        queries.end_visits(session, signer.id, now)
        session.add(
            tables.Link(
                token_hash=token_hash(token_from(secret, _PHONE)),
                signer_id=signer.id,
                created_at=now,
                expires_at=min(now + LINK_LIFE, row.expires_at),
            )
        )
        facts = {"signer": signer.id}
        queries.append(session, row.id, EventType.MOVED, now, Actor.SIGNER, facts)


def phone_code(ports: Ports, secret: str) -> list[list[bool]]:
    """The QR code of the address where this screen's visit goes on, row by row, True for dark."""
    return squares(f"{ports.site_url}/s/{token_from(secret, _PHONE)}")
