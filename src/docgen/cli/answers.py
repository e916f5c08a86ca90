"""How the command line answers: tables for people, JSON for programs, one exit code per family."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from docgen.errors import Broken, DocgenError, InvalidData, NotFound, Refused, Unavailable

# No markup and no emoji codes: a company may be called "A [bold] :smile:".
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, stderr=True)

EXIT_CODES: Mapping[type[DocgenError], int] = {
    InvalidData: 2,
    NotFound: 3,
    Refused: 4,
    Broken: 5,
    Unavailable: 6,
}

# By the family's name, as a Prefect run tells it.
CODE_OF_FAMILY = {family.__name__: code for family, code in EXIT_CODES.items()}


def exit_code(error: DocgenError) -> int:
    """The exit code of an error's family."""
    return next(code for family, code in EXIT_CODES.items() if isinstance(error, family))


def told(error: Exception) -> int:
    """Say what stopped a command; its exit code. 5 is that of our own faults."""
    if isinstance(error, InvalidData):
        for finding in error.findings:
            bad(f"{error.name or 'données'} — {finding.sentence()}", err)
    elif isinstance(error, DocgenError):
        bad(error.explain(), err)
    else:
        traceback.print_exception(error)
        bad(
            f"Anomalie imprévue de docgen ({type(error).__name__}) : à signaler avec le détail "
            "ci-dessus. Ce qui était déjà enregistré est gardé.",
            err,
        )
        return EXIT_CODES[Broken]
    return exit_code(error)


def good(sentence: str, console: Console = out) -> None:
    """Say something that went well."""
    console.print(Text("✓", "green"), sentence)


def bad(sentence: str, console: Console = out) -> None:
    """Say something that went wrong."""
    console.print(Text("✗", "bold red"), sentence)


def warn(sentence: str, console: Console = out) -> None:
    """Say something to be looked at."""
    console.print(Text("!", "yellow"), sentence)


def title(sentence: str) -> None:
    """Announce what follows."""
    out.print(Text(sentence, "bold"))


def as_json(value: Any) -> None:
    """Print `value` as JSON: dataclasses as objects, days and instants in ISO form."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value)


def as_table(columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Print rows for a person; `empty` is said when there are none."""
    if not rows:
        out.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        # The first names the row: it is copied and typed again.
        table.add_column(column, no_wrap=number == 0)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    # A file or a pipe has no width: its lines are left whole.
    console = out if out.is_terminal else Console(width=400, markup=False, emoji=False)
    console.print(table)


def day(value: dt.date | None) -> str:
    """A day for a person."""
    return f"{value:%d/%m/%Y}" if value else ""
