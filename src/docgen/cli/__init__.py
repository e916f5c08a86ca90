"""The command line: parse, call an action, answer. Exit codes are those of the error families.

0 done · 2 data to mend · 3 not found · 4 refused by a rule · 5 broken · 6 unavailable, try again
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

from docgen import __version__
from docgen.cli.answers import EXIT_CODES, bad, err, exit_code
from docgen.errors import Broken, DocgenError, InvalidData

# Each command, and where its function is. A module is loaded when its command is called: `check`
# must not wait for what signs PDFs and serves pages.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "rules:check",
        "possible": "rules:possible",
        "company": "directory:company",
        "register": "registry:register",
        "registry": "registry:registry",
        "render": "documents:render",
        "issue": "documents:issue",
        "status": "following:status",
        "paper": "on_paper:paper",
        "scan": "on_paper:scan",
        "withdraw": "on_paper:withdraw",
        "remind": "following:remind",
        "cancel": "following:cancel",
        "signers": "signing:signers",
        "readdress": "signing:readdress",
        "delegate": "signing:delegate",
        "on-site": "signing:on_site",
        "sweep": "following:sweep",
        "deadlines": "following:deadlines",
        "template": "templating:app",
        "verify": "keeping:verify",
        "export": "keeping:export",
        "reproduce": "keeping:reproduce",
        "renew-timestamps": "keeping:renew_timestamps",
        "account": "accounts:app",
        "audit": "auditing:app",
        "retention": "retaining:app",
        "rgpd": "retaining:rgpd",
        "serve": "running:serve",
        "doctor": "running:doctor",
        "demo": "demo:demo",
    }
)


class _Commands(TyperGroup):
    """The commands of COMMANDS, loaded one at a time."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        act = getattr(import_module(f"docgen.cli.{module}"), name)
        if isinstance(act, typer.Typer):
            return typer.main.get_command(act)
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(act)
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
        app(standalone_mode=True)
    except DocgenError as error:
        if isinstance(error, InvalidData):
            for finding in error.findings:
                bad(f"{error.name or 'données'} — {finding.sentence()}", err)
        else:
            bad(error.explain(), err)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # « docgen status | head » : the reader has enough.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 — the last door: 5 is the code of our own faults
        traceback.print_exc()
        bad(
            f"Anomalie imprévue de docgen ({type(error).__name__}) : à signaler avec le détail "
            "ci-dessus. Ce qui était déjà enregistré est gardé.",
            err,
        )
        sys.exit(EXIT_CODES[Broken])
