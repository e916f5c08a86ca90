"""calendar: a file to import, or a secret address to subscribe to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions import diary
from docgen.cli.answers import as_json, as_table, day, good, out
from docgen.cli.files import Json
from docgen.errors import Refused
from docgen.french import PARIS
from docgen.wiring import open_ports

app = typer.Typer(
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Person = Annotated[str, typer.Argument(help="Courriel de la personne.")]


@app.callback()
def calendar(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Fichier .ics à écrire.", dir_okay=False)
    ] = None,
    person: Annotated[
        str | None, typer.Option("--pour", help="Seulement ce dont cette personne a la charge.")
    ] = None,
) -> None:
    """Mettre les échéances, les PMSMP et les bilans annuels dans un agenda (.ics).

    Sans --out, le calendrier est écrit sur la sortie. « calendar link » donne une adresse à
    laquelle un agenda s’abonne.
    """
    if context.invoked_subcommand is not None:
        return
    with open_ports() as ports:
        content = diary.calendar(ports, datetime.now(UTC), person and person.strip().lower())
    if to is None:
        typer.echo(content, nl=False)
        return
    try:
        to.write_bytes(content)
    except OSError as error:
        raise Refused(f"{to} ne peut pas être écrit ({error.strerror}).") from error
    good(str(to))


@app.command()
def link(person: Person, json: Json = False) -> None:
    """Donner l’adresse secrète d’un calendrier ; elle n’est montrée qu’une fois.

    En JSON : {"person", "url"}.
    """
    with open_ports() as ports:
        url = diary.open_feed(ports, person, datetime.now(UTC))
    if json:
        as_json({"person": person, "url": url})
        return
    out.print(url)
    out.print("Qui la connaît lit ce calendrier. Pour la fermer : docgen calendar revoke.")


@app.command()
def revoke(person: Person) -> None:
    """Fermer toutes les adresses de calendrier d’une personne."""
    with open_ports() as ports:
        closed = diary.revoke_feeds(ports, person, datetime.now(UTC))
    good(f"{closed} adresse{'s fermées' if closed > 1 else ' fermée'}.")


@app.command("list")
def list_feeds(json: Json = False) -> None:
    """Voir les adresses de calendrier données, jamais leur secret.

    En JSON, une liste de : person, created_at, revoked_at.
    """
    with open_ports() as ports:
        rows = diary.feeds(ports)
    if json:
        as_json(rows)
        return
    as_table(
        ("Personne", "Donnée le", "Fermée le"),
        [
            (
                row.person,
                day(row.created_at.astimezone(PARIS).date()),
                day(row.revoked_at.astimezone(PARIS).date() if row.revoked_at else None),
            )
            for row in rows
        ],
        "Aucune adresse.",
    )
