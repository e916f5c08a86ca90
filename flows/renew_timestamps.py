"""Flow `renew-timestamps`, every month: cover archived signatures with new timestamps in time."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from docgen.actions.renew_timestamps import renew_timestamps
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="renew-timestamps", persist_result=False)
def renew_timestamps_flow() -> State[None]:
    """Renouveler les horodatages d’archive avant la fin de leur certificat."""
    with open_ports() as ports:
        return report("horodatages", renew_timestamps(ports, datetime.now(UTC)))
