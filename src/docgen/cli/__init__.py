"""The command line: parse, call an action, answer. Exit codes are those of the error families.

0 done · 2 data to mend · 3 not found · 4 refused by a rule · 5 broken · 6 unavailable, try again
"""

from __future__ import annotations

import sys

import typer

from docgen import __version__
from docgen.cli import demo, documents, following, keeping, running
from docgen.cli.answers import bad, err, exit_code
from docgen.errors import DocgenError, InvalidData

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Conventions et PMSMP : de la donnée au PDF signé, archivé et suivi.",
    epilog="Codes de sortie : 0 fait, 2 donnée à corriger, 3 introuvable, 4 refusé par une règle, "
    "5 anomalie, 6 indisponible (réessayer).",
)

app.command("check")(documents.check)
app.command("render")(documents.render)
app.command("issue")(documents.issue)
app.command("status")(following.status)
app.command("remind")(following.remind)
app.command("cancel")(following.cancel)
app.command("sweep")(following.sweep)
app.command("deadlines")(following.deadlines)
app.command("verify")(keeping.verify)
app.command("export")(keeping.export)
app.command("reproduce")(keeping.reproduce)
app.command("serve")(running.serve)
app.command("doctor")(running.doctor)
app.command("demo")(demo.demo)


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
