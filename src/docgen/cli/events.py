"""event: corporate events, who came, what came of them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from docgen.actions.law import find_person
from docgen.actions.ledger.events import (
    EventRow,
    Planned,
    add_event,
    cancel_event,
    company_named,
    complete_event,
)
from docgen.actions.ledger.events import events as known_events
from docgen.actions.reporting.period import year_of
from docgen.cli.answers import as_json, as_table, day, good
from docgen.cli.files import Json
from docgen.cli.following import day_of
from docgen.errors import NotFound
from docgen.french import PARIS
from docgen.ledger import EVENTS
from docgen.lookups import make_home, open_records_for_writing
from docgen.records.database import Database
from docgen.settings import read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Noter les événements avec des entreprises, et ce qui en est sorti.",
)


@app.command("add")
def add(
    kind: Annotated[str, typer.Argument(metavar="NATURE", help=", ".join(EVENTS))],
    on: Annotated[str, typer.Option("--le", metavar="AAAA-MM-JJ", help="Quel jour.")],
    companies: Annotated[
        list[str],
        typer.Option("--entreprise", metavar="SIREN[=NOM]", help="Une fois par entreprise."),
    ],
    participants: Annotated[
        int | None, typer.Option("--participants", min=1, help="Combien de personnes.")
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option("--personne", metavar="NOM", help="Une personne connue ; répétable."),
    ] = None,
    stays: Annotated[int | None, typer.Option("--pmsmp", min=0, help="Entrées en PMSMP.")] = None,
    hires: Annotated[int | None, typer.Option("--embauches", min=0)] = None,
    note: Annotated[str, typer.Option("--note")] = "",
    json: Json = False,
) -> None:
    """Noter un événement : docgen event add job_dating --le 2026-03-12 --entreprise 552100554.

    Sans --pmsmp ni --embauches, ce qui en sort est compté d’après les personnes nommées.
    """
    settings = read_settings()
    make_home(settings.home)
    with open_records_for_writing(settings) as records:
        said = Planned(
            kind=kind,
            day=day_of(on, "--le"),
            companies=dict(company_named(records, one) for one in companies),
            participants=participants,
            people=frozenset(_person(records, one) for one in people or ()),
            stays=stays,
            hires=hires,
            note=note,
        )
        row = add_event(records, said, secrets.token_hex(16), datetime.now(UTC))
    _tell([row], json)
    if not json:
        good(f"{row.reference} est noté.")


def _person(records: Database, words: str) -> str:
    found = find_person(records, words, None)
    if found.key is None:
        raise NotFound("La personne", words)
    return found.key


@app.command("result")
def result(
    reference: Annotated[str, typer.Argument(help="EV-2026-0001")],
    stays: Annotated[int | None, typer.Option("--pmsmp", min=0, help="Entrées en PMSMP.")] = None,
    hires: Annotated[int | None, typer.Option("--embauches", min=0)] = None,
    json: Json = False,
) -> None:
    """Dire après coup ce qui est sorti d’un événement."""
    settings = read_settings()
    make_home(settings.home)
    with open_records_for_writing(settings) as records:
        row = complete_event(records, reference, stays, hires)
    _tell([row], json)


@app.command("list")
def listed(
    year: Annotated[int | None, typer.Option("--annee")] = None,
    company: Annotated[str, typer.Option("--entreprise", metavar="SIREN")] = "",
    json: Json = False,
) -> None:
    """Lister les événements d’une année.

    En JSON, une liste de : reference, id, kind, title, day, companies, participants, named, stays,
    hires, note.
    """
    settings = read_settings()
    make_home(settings.home)
    window = year_of(year or datetime.now(PARIS).year)
    with open_records_for_writing(settings) as records:
        found = known_events(records, window.first, window.last, company.replace(" ", "")[:9])
    _tell(found, json)


@app.command("cancel")
def cancel(reference: Annotated[str, typer.Argument(help="EV-2026-0001")]) -> None:
    """Annuler un événement noté par erreur : il ne compte plus."""
    settings = read_settings()
    make_home(settings.home)
    with open_records_for_writing(settings) as records:
        cancel_event(records, reference, datetime.now(UTC))
    good(f"{reference} est annulé : il ne compte plus.")


def _tell(found: list[EventRow], json: bool) -> None:
    if json:
        as_json(found)
        return
    as_table(
        ("Numéro", "Jour", "Quoi", "Entreprises", "Participants", "PMSMP", "Embauches", "Note"),
        [
            (
                one.reference,
                day(one.day),
                one.title,
                one.companies,
                one.participants,
                one.stays,
                one.hires,
                one.note,
            )
            for one in found
        ],
        "Aucun événement. Par exemple : docgen event add job_dating --le 2026-03-12 --entreprise …",
    )
