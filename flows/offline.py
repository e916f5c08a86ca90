"""The flows in this process, on Prefect's own temporary server: for the demonstration.

One server start for all of them. The heartbeat is off: it makes every synchronous flow last a
second (measured: 1.1 s against 0.09 s), and nobody watches these runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from docgen.errors import Broken
from flows.deadlines import deadlines_flow
from flows.issue import Dossier, issue_flow
from flows.sweep import sweep_flow


@dataclass(frozen=True)
class OfflineFlows:
    """The three flows, each raising Broken when its run did not complete."""

    def issue(self, files: Sequence[Path]) -> None:
        dossiers = [Dossier(nom=file.name, contenu=file.read_text("utf-8")) for file in files]
        _finish(issue_flow(dossiers, return_state=True))

    def sweep(self) -> None:
        _finish(sweep_flow(return_state=True))

    def deadlines(self) -> None:
        _finish(deadlines_flow(return_state=True))


def _finish(state: Any) -> None:
    if not state.is_completed():
        raise Broken(f"L’exécution Prefect a échoué : {state.message}")


@contextmanager
def run_offline() -> Iterator[OfflineFlows]:
    """The flows, ready to run."""
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield OfflineFlows()
