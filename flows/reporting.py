"""How a scheduled run tells what it did: a table, a sentence, a failed state if one is due."""

from __future__ import annotations

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from docgen.actions.sweep import Swept


def report(key: str, done: Swept) -> State[None]:
    """The run's final state. Nothing to say writes no artifact: a sweep runs 720 times a day."""
    if done.busy:
        return Completed(message="Un autre passage est en cours : rien à faire ici.")
    table = [{"Étape": step, "Nombre": n, "Échec": ""} for step, n in done.counts.items() if n]
    table += [
        {"Étape": step, "Nombre": 1, "Échec": f"{reference} : {sentence}"}
        for reference, step, sentence in done.failures
    ]
    counts = ", ".join(f"{step} : {n}" for step, n in done.counts.items() if n) or "rien à faire"
    if table:
        create_table_artifact(key=key, table=table, description=counts)
    if done.failures:
        reasons = " ".join(sentence for _, _, sentence in done.failures)
        return Failed(message=f"{counts}. {len(done.failures)} en échec : {reasons}"[:2000])
    return Completed(message=counts)
