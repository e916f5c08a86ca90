"""The officer corrects a signer's address, or changes how they sign."""

from __future__ import annotations

from datetime import datetime

from docgen.actions.ports import Ports
from docgen.actions.provider_stop import stop_at_once
from docgen.actions.signers import set_address, start_afresh, still_to_sign
from docgen.journal import EventType
from docgen.lifecycle import Actor
from docgen.mail.compose import mask
from docgen.records import queries
from docgen.ways import Way


def readdress(
    ports: Ports,
    reference: str,
    rank: int,
    now: datetime,
    *,
    email: str | None = None,
    phone: str | None = None,
    way: Way | None = None,
) -> None:
    """Correct a signer's address, or change how they sign; who has a link is asked again.

    Raises InvalidData naming the field (`courriel`, `telephone`, `moyen`), NotFound, WrongStatus or
    Refused (already signed).
    """
    with ports.database.write() as session:
        row, signer = still_to_sign(session, reference, rank)
        before = (signer.email, signer.phone, signer.way)
        set_address(row, signer, email, phone, way)
        if (signer.email, signer.phone, signer.way) == before:
            return
        start_afresh(session, ports, row, signer, now)
        facts = {"signer": signer.id, "way": signer.way, "to": mask(signer.address)}
        queries.append(session, row.id, EventType.READDRESSED, now, Actor.OFFICER, facts)
    stop_at_once(ports, row.id, now)
