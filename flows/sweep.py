"""Flow `sweep`, every two minutes: finish what was begun (freeze, seal, archive, send)."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from docgen.actions.sweep import sweep
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="sweep", persist_result=False)
def sweep_flow() -> State[None]:
    """Reprendre tout ce qui attend : sceller, clore, archiver, envoyer les courriels."""
    with open_ports() as ports:
        return report("balayage", sweep(ports, datetime.now(UTC)))
