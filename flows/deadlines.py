"""Flow `deadlines`, daily at 06:00 Europe/Paris: expire, remind signers, announce deadlines."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from docgen.actions.follow import follow
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="deadlines", persist_result=False)
def deadlines_flow() -> State[None]:
    """Suivre les échéances : expirations, rappels de signature, préavis et fins à annoncer."""
    with open_ports() as ports:
        return report("echeances", follow(ports, datetime.now(UTC)))
