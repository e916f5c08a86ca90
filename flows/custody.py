"""Flow `custody`: compare the archive with what it must hold, read it again, mend it, prove it.

Three deployments: `hourly`, `daily`, `monthly`; each goes as far as the one before, and further.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, cast
from uuid import UUID

from prefect import flow
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.objects import State

from docgen.actions.custody.reporting import Report
from docgen.actions.custody.rounds import Round, custody
from docgen.actions.sweep import Swept
from docgen.wiring import open_ports
from flows.reporting import report


@flow(name="custody", persist_result=False)
def custody_flow(
    ronde: Literal["horaire", "quotidienne", "mensuelle"] = "quotidienne",
) -> State[None]:
    """Garder l’archive : comparer, relire, remettre en état, prouver.

    Args:
        ronde: Jusqu’où va la ronde : horaire (comparer), quotidienne (et relire), mensuelle (et
            faire l’exercice de restauration).
    """
    bar = _Bar()
    with open_ports() as ports:
        done = custody(ports, Round(ronde), datetime.now(UTC), bar.told)
    if done is None:
        return report("garde", Swept(busy=True))
    if done.findings or done.kind != Round.HOURLY:
        create_markdown_artifact(key="garde-copies", markdown=_in_words(done))
    return report("garde", done.swept())


class _Bar:
    """The progress of the step under way, as an artifact of the run; ten updates a step at most."""

    def __init__(self) -> None:
        self.made: dict[str, UUID] = {}
        self.shown: dict[str, float] = {}

    def told(self, step: str, done: int, total: int) -> None:
        percent = 100.0 * done / total if total else 100.0
        if step not in self.made:
            name = f"garde-{len(self.made) + 1}"
            self.made[step] = cast(
                "UUID", create_progress_artifact(min(percent, 100.0), name, description=step)
            )
            self.shown[step] = percent
        elif percent - self.shown[step] >= 10:
            update_progress_artifact(self.made[step], min(percent, 100.0))
            self.shown[step] = percent


def _in_words(done: Report) -> str:
    """The copies and what is wrong with them, as a page."""
    lines = [f"# Garde de l’archive, ronde {done.kind}", "", "| Copie | Objets | Relus depuis |",
             "|---|---|---|"]  # fmt: skip
    for one in done.copies:
        oldest = f"{one.oldest_verified:%d/%m/%Y}" if one.oldest_verified else "–"
        lines.append(f"| {one.store} | {one.objects} | {oldest} |")
    lines += ["", *(f"- {step} : {number}" for step, number in done.counts.items())]
    if done.open:
        lines += ["", "## À traiter", "", *(f"- {one.sentence}" for one in done.open)]
    return "\n".join(lines)
