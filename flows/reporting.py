"""How a scheduled run tells what it did: a table, a sentence, a failed state if one is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from docgen.actions.sweep import Swept

BUSY = "Un autre passage est en cours : rien à faire ici."
PUT_OFF = "courriels à réessayer"
KEYS = "clés"


def report(key: str, done: Swept) -> State[None]:
    """The run's final state. Nothing to say writes no artifact: a sweep runs 720 times a day."""
    if done.busy:
        return Completed(message=BUSY)
    counted = done.counts | {PUT_OFF: done.put_off}
    table = [_row(step, number) for step, number in counted.items() if number]
    table += [_row(step, 1, reference, sentence) for reference, step, sentence in done.failures]
    table += [_row(KEYS, 1, notice=notice) for notice in done.notices]
    counts = ", ".join(f"{step} : {n}" for step, n in done.counts.items() if n) or "rien à faire"
    if table:
        create_table_artifact(key=key, table=table, description=counts)
    if done.failures:
        reasons = " ".join(sentence for _, _, sentence in done.failures)
        return Failed(message=f"{counts}. {len(done.failures)} en échec : {reasons}"[:2000])
    return Completed(message=counts)


def _row(
    step: str, number: int, reference: str = "", failure: str = "", notice: str = ""
) -> dict[str, Any]:
    row = {"Étape": step, "Nombre": number, "Référence": reference, "Échec": failure}
    return row | {"À savoir": notice}


def read_back(message: str, tables: Sequence[Sequence[dict[str, Any]]]) -> Swept:
    """What `report` was given, from the message and the tables of the run."""
    done = Swept(busy=message == BUSY)
    for row in (row for table in tables for row in table):
        if row["Échec"]:
            done.failures.append((row["Référence"], row["Étape"], row["Échec"]))
        elif row["Étape"] == KEYS:
            done.notices.append(row["À savoir"])
        elif row["Étape"] == PUT_OFF:
            done.put_off = row["Nombre"]
        else:
            done.count(row["Étape"], row["Nombre"])
    return done
