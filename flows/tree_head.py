"""Flow `tree-head`, every night: sign how far the log of the archive went, and send it away."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.client.schemas.objects import State

from docgen.actions.tree_head import tree_head
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="tree-head", persist_result=False)
def tree_head_flow() -> State[None]:
    """Signer et publier la tête du journal d’archive."""
    with open_ports() as ports:
        return report("tete-d-arbre", tree_head(ports, datetime.now(UTC)))
