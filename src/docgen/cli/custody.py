"""custody: a round over the archive now, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from docgen.actions.custody.reporting import Report, open_findings, states
from docgen.actions.custody.rounds import Round, custody
from docgen.cli.answers import as_json, as_table, bad, day, err, good, warn
from docgen.cli.files import Json
from docgen.errors import Refused
from docgen.records import queries
from docgen.wiring import open_ports

app = typer.Typer(
    no_args_is_help=True,
    help="Garder l’archive : comparer les copies, relire, remettre en état.",
)


@dataclass(frozen=True)
class _Run:
    """A round of the past; `counts` is JSON."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    step: str
    done: int
    total: int
    counts: str


@app.command()
def run(
    kind: Annotated[Round, typer.Option("--ronde", help="Jusqu’où aller.")] = Round.DAILY,
    everything: Annotated[
        bool, typer.Option("--tout", help="Relire tout, et pas seulement la part du jour.")
    ] = False,
    json: Json = False,
) -> None:
    """Faire une ronde ; une ronde coupée reprend où elle s’était arrêtée.

    En JSON : id, kind, whole, counts, copies, findings, alarm. Sort avec 5 quand quelque chose
    reste à traiter, 4 si une autre ronde est en cours.
    """
    with open_ports() as ports, Progress(console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def told(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step)
            bar.update(tasks[step], completed=done, total=total or 1)

        report = custody(ports, kind, datetime.now(UTC), told, everything=everything)
    if report is None:
        raise Refused("Une autre ronde est en cours.")
    if json:
        as_json(report)
    else:
        _say(report)
    if report.open:
        raise typer.Exit(5)


@app.command()
def status(json: Json = False) -> None:
    """Dire comment va chaque copie, les dernières rondes et ce qui reste à traiter.

    En JSON : copies, runs, findings. Sort avec 5 quand quelque chose reste à traiter.
    """
    with open_ports() as ports, ports.database.read() as session:
        copies, findings = states(session, ports), open_findings(session)
        runs = [
            _Run(one.kind, one.started_at, one.ended_at, one.step, one.done, one.total, one.counts)
            for one in queries.custody_runs(session, 10)
        ]
    if json:
        as_json({"copies": copies, "runs": runs, "findings": findings})
    else:
        as_table(
            ["Copie", "Objets", "Tous relus depuis"],
            [[one.store, one.objects, day(one.oldest_verified)] for one in copies],
            "",
        )
        as_table(
            ["Ronde", "Commencée", "Finie", "Étape", "Fait"],
            [
                [
                    one.kind,
                    f"{one.started_at:%d/%m/%Y %H:%M}",
                    f"{one.ended_at:%d/%m/%Y %H:%M}" if one.ended_at else "en cours ou coupée",
                    one.step,
                    f"{one.done}/{one.total}",
                ]
                for one in runs
            ],
            "Aucune ronde n’a encore été faite : docgen custody run.",
        )
        for one in findings:
            (bad if one.alarming else warn)(one.sentence)
        if not findings:
            good("Rien à traiter.")
    if any(one.alarming for one in findings):
        raise typer.Exit(5)


def _say(report: Report) -> None:
    for what, number in report.counts.items():
        good(f"{what} : {number}")
    for one in report.findings:
        if one.mended_at is not None or not one.alarming:
            warn(one.sentence)
        else:
            bad(one.sentence)
    if report.alarm:
        warn(report.alarm)
    if not report.findings:
        good("Rien à signaler.")
