"""Start a deployment from a door, and wait for it when a person does.

An API that is set and does not answer is an error, never a silent fallback to direct work: that
would split the history of the runs in two.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound

from docgen.errors import Unavailable

POLL_SECONDS = 1.0


@dataclass(frozen=True)
class RunOutcome:
    """A finished run: whether it completed, its last sentence, and the tables it wrote."""

    run_id: UUID
    completed: bool
    message: str
    tables: tuple[Any, ...]


def start(deployment: str, parameters: dict[str, Any], idempotency_key: str | None = None) -> UUID:
    """Create a run of `flow/deployment`. Raises Unavailable when the API or it is missing."""
    try:
        run = run_deployment(
            deployment,
            parameters=parameters,
            timeout=0,
            as_subflow=False,
            idempotency_key=idempotency_key,
        )
    except ObjectNotFound as error:
        raise Unavailable(
            f"Prefect ne connaît pas le déploiement « {deployment} ».",
            "Lancer « prefect deploy --all » dans le dossier du projet.",
        ) from error
    except (httpx.HTTPError, RuntimeError, OSError) as error:
        raise Unavailable(
            "L’API Prefect indiquée par PREFECT_API_URL ne répond pas.",
            "Démarrer le serveur, ou retirer PREFECT_API_URL pour travailler sans lui.",
        ) from error
    return UUID(str(run.id))  # type: ignore[union-attr]


def wait(run_id: UUID, told: Callable[[str], None] = lambda _state: None) -> RunOutcome:
    """Follow a run to its end, telling each new state."""
    last = ""
    try:
        with get_client(sync_client=True) as client:
            while True:
                run = client.read_flow_run(run_id)
                state = run.state
                name = (state.name if state else None) or "Pending"
                if name != last:
                    told(name)
                    last = name
                if state and state.is_final():
                    found = client.read_artifacts(
                        artifact_filter=ArtifactFilter(
                            flow_run_id=ArtifactFilterFlowRunId(any_=[run_id])
                        )
                    )
                    # Prefect keeps a table as the JSON text it made of it.
                    tables = tuple(
                        json.loads(str(one.data)) for one in found if one.type == "table"
                    )
                    return RunOutcome(run_id, state.is_completed(), state.message or "", tables)
                time.sleep(POLL_SECONDS)
    except httpx.HTTPError as error:
        raise Unavailable("L’API Prefect ne répond plus ; le travail, lui, continue.") from error


def nudge_sweep(agreement_id: str, signatures: int) -> None:
    """Ask for a sweep now, once per (agreement, count of signatures). Failing is harmless."""
    start("sweep/sweep", {}, idempotency_key=f"sweep-{agreement_id}-{signatures}")
