"""The command line: parse, call an action, answer. Exit codes are those of the error families.

0 done · 2 data to mend · 3 not found · 4 refused by a rule · 5 broken · 6 unavailable, try again
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

from docgen import __version__
from docgen.cli.answers import told

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
        "bounce": "bounces:bounce",
        "signers": "signing:signers",
        "readdress": "signing:readdress",
        "delegate": "signing:delegate",
        "on-site": "signing:on_site",
        "sweep": "following:sweep",
        "log": "ledger:log",
        "promise": "ledger:promise",
        "ledger": "ledger:ledger",
        "event": "events:app",
        "indicators": "figures:indicators",
        "import": "takeover:take_over",
        "deadlines": "deadlines:app",
        "renew": "renewing:renew",
        "denounce": "renewing:denounce",
        "calendar": "calendars:app",
        "template": "templating:app",
        "verify": "keeping:verify",
        "export": "keeping:export",
        "reproduce": "keeping:reproduce",
        "custody": "custody:app",
        "journal": "journal:app",
        "backup": "saving:backup",
        "restore": "saving:restore",
        "rebuild-index": "saving:rebuild_index",
        "drill": "saving:drill",
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
    except BrokenPipeError:
        # « docgen status | head » : the reader has enough.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 — the last door
        sys.exit(told(error))
