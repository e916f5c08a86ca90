"""The command line: parse, call an action, answer. Exit codes are those of the error families.

0 done · 2 data to mend · 3 not found · 4 refused by a rule · 5 broken · 6 unavailable, try again
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from docgen import __version__
from docgen.cli.answers import bad, err, told
from docgen.cli.commands import COMMANDS, PANELS, Command
from docgen.cli.usage import mistyped


class _Commands(TyperGroup):
    """The commands of the table: listed from it, and loaded one at a time when called.

    `check` must not wait for what signs PDFs and serves pages.
    """

    def __init__(self, **settings: Any) -> None:
        listed = {
            command.name: TyperCommand(command.name, help=command.line, rich_help_panel=title)
            for title, commands in PANELS.items()
            for command in commands
        }
        super().__init__(**(settings | {"commands": listed}))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, loaded(COMMANDS[str(name)]), rest


def loaded(command: Command) -> Any:
    """The command itself, to be called."""
    module, name = command.where.split(":")
    act = getattr(import_module(f"docgen.cli.{module}"), name)
    if isinstance(act, typer.Typer):
        return typer.main.get_command(act)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(command.name)(act)
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Conventions et PMSMP : de la donnée au PDF signé, archivé et suivi.",
    epilog="Codes de sortie : 0 fait, 2 donnée à corriger, 3 introuvable, 4 refusé par une règle, "
    "5 anomalie, 6 indisponible (réessayer).",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"docgen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Afficher la version."
    ),
) -> None:
    del version


def main() -> None:
    """Run the command line and exit with the code of what happened."""
    try:
        sys.exit(app(standalone_mode=False))
    except BrokenPipeError:
        # « docgen status | head » : the reader has enough.
        sys.stderr.close()
        sys.exit(0)
    except TyperException as error:
        if str(error):  # else nothing was typed, and the help has been shown
            sentence, remedy = mistyped(error)
            bad(sentence, err)
            err.print(f"  Aide : {remedy}")
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 — the last door
        sys.exit(told(error))
