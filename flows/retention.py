"""Flow `retention`, every night: until when each dossier is kept, and its locks prolonged."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from docgen.actions.retention.keep import keep_all
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="retention", persist_result=False)
def retention_flow() -> State[None]:
    """Calculer les conservations, prolonger les verrous, oublier les identifications échues."""
    with open_ports() as ports:
        return report("conservation", keep_all(ports, datetime.now(UTC)))
