"""deadlines: what is to come, the daily pass, and reminders put off or settled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from docgen.actions.agenda import upcoming
from docgen.actions.digest_words import KINDS, matter_of
from docgen.actions.follow import follow
from docgen.actions.put_off import Handled
from docgen.actions.put_off import settle as settle_matter
from docgen.actions.put_off import snooze as snooze_matter
from docgen.cli.answers import as_json, as_table, day, good, out, warn
from docgen.cli.files import Json
from docgen.cli.following import day_of, tell, through_prefect
from docgen.french import PARIS
from docgen.settings import read_settings
from docgen.wiring import open_ports

app = typer.Typer(
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Subject = Annotated[
    str, typer.Argument(help="Numéro de l’accord, ou ce que montre le rappel (assurance:…).")
]
What = Annotated[str, typer.Option("--quoi", help=f"Le rappel : {', '.join(KINDS)}.")]
Why = Annotated[str, typer.Option("--motif", help="Pourquoi, en une phrase (gardé).")]
About = Annotated[
    str | None,
    typer.Option(
        "--du", metavar="AAAA-MM-JJ", help="Le jour dont parle le rappel, s’il y en a plusieurs."
    ),
]

_STATES = {
    "a_venir": "à venir",
    "en_cours": "en cours",
    "preavis_ouvert": "préavis à décider",
    "a_renouveler": "à renouveler",
    "reconduit": "reconduit",
    "prolonge": "prolongé par avenant",
    "relaye": "relayé par une autre",
    "denonce": "dénoncé",
    "termine": "terminé",
}


@app.callback()
def deadlines(
    context: typer.Context,
    on: Annotated[
        str | None, typer.Option(metavar="AAAA-MM-JJ", help="À cette date (aujourd’hui).")
    ] = None,
    within: Annotated[
        int | None, typer.Option(min=0, help="Seulement ce qui échoit dans ce nombre de jours.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Faire le suivi du jour : expirer, relancer, annoncer.")
    ] = False,
    clock_checked: Annotated[
        bool,
        typer.Option(
            "--horloge-verifiee", help="Avec --send : l’heure a reculé, et elle est juste."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Voir les échéances des accords archivés : fin, dernier jour de préavis, prochain rappel.

    En JSON, une liste de : reference, kind, company, start, end, state, period, notice_deadline,
    next_reminder, days_to_notice, days_to_end, decision, reminder, overlaps.

    État (state) : a_venir, en_cours, preavis_ouvert, a_renouveler, reconduit, prolonge, relaye,
    denonce, termine.
    """
    if context.invoked_subcommand is not None:
        return
    if send and read_settings().prefect_api_url and not clock_checked:
        through_prefect("deadlines/deadlines", json)
        return
    today = day_of(on) if on else datetime.now(PARIS).date()
    with open_ports() as ports:
        if send:
            tell(follow(ports, datetime.now(UTC), clock_checked=clock_checked), json)
            return
        rows = upcoming(ports, today, within)
    if json:
        as_json(rows)
        return
    as_table(
        (
            "Référence",
            "Entreprise",
            "Jusqu’au",
            "Préavis au plus tard le",
            "À décider avant le",
            "Prochain rappel",
            "État",
        ),
        [
            (
                row.reference,
                row.company,
                day(row.end),
                day(row.notice_deadline),
                day(row.decision),
                day(row.next_reminder),
                _STATES[row.state],
            )
            for row in rows
        ],
        "Aucune échéance.",
    )
    for row in rows:
        if row.overlaps:
            warn(f"{row.reference} et {row.overlaps} lient {row.company} pour les mêmes jours.")


@app.command()
def snooze(
    subject: Subject,
    what: What,
    until: Annotated[str, typer.Option("--au", metavar="AAAA-MM-JJ", help="Le redire ce jour.")],
    why: Why,
    about: About = None,
    json: Json = False,
) -> None:
    """Reporter un rappel : il revient ce jour-là, une fois.

    En JSON : {"subject", "kind", "target", "until"}.
    """
    with open_ports() as ports:
        done = snooze_matter(
            ports, subject, what, day_of(until, "--au"), why, datetime.now(UTC), _day(about)
        )
    _tell(done, json)


@app.command()
def settle(subject: Subject, what: What, why: Why, about: About = None, json: Json = False) -> None:
    """Régler un rappel : il ne revient plus.

    En JSON : {"subject", "kind", "target", "until": null}.
    """
    with open_ports() as ports:
        done = settle_matter(ports, subject, what, why, datetime.now(UTC), _day(about))
    _tell(done, json)


def _day(text: str | None) -> date | None:
    return day_of(text, "--du") if text else None


def _tell(done: Handled, json: bool) -> None:
    if json:
        as_json(done)
        return
    ends = f"reporté au {day(done.until)}" if done.until else "réglé"
    name = f"{matter_of(done.kind)}, au sujet du {day(done.target)}"
    good(f"{done.subject} ({name}) : {ends}.")
    if not done.until:
        out.print("Il ne sera plus rappelé.")
