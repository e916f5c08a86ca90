"""The commands' other way: a run of a Prefect deployment, followed to its end and told the same.

`flows` is imported inside: Prefect takes more than a second to load, and only this way needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.cli.answers import err
from docgen.errors import Unavailable

if TYPE_CHECKING:
    from flows.trigger import RunOutcome


def run(deployment: str, parameters: dict[str, Any]) -> RunOutcome:
    """Run a deployment and wait for it, saying so. Raises Unavailable when nobody answers."""
    from flows.trigger import start, wait

    run_id = start(deployment, parameters)
    err.print(f"Par Prefect : déploiement {deployment}, exécution {run_id}.")
    return wait(run_id, lambda state: err.print(f"  {state}"))


def unfinished(outcome: RunOutcome) -> Unavailable:
    """The error of a run that ended without its account."""
    return Unavailable(
        f"L’exécution Prefect n’est pas allée au bout ({outcome.message or 'sans message'}).",
        "Voir ses détails.",
    )
