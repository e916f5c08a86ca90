"""import: the conventions and PMSMP concluded before docgen, from a spreadsheet."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from docgen.actions.takeover.importing import Takeover
from docgen.actions.takeover.importing import take_over as take_over_file
from docgen.actions.takeover.model import model_file
from docgen.actions.takeover.scans import MOST_BYTES, Papers, attach
from docgen.cli.answers import as_json, as_table, err, good, out, warn
from docgen.cli.files import Json
from docgen.cli.writing import write_file
from docgen.errors import Finding, InvalidData, NotFound
from docgen.lookups import make_home, open_records_for_writing
from docgen.settings import read_settings
from docgen.spreadsheets.reading import MOST_BYTES as MOST_BOOK

MODEL = "model"
MOST_NOTICES = 20


def take_over(
    file: Annotated[
        str, typer.Argument(metavar="FICHIER|model", help="Classeur .xlsx, ou « model ».")
    ],
    to: Annotated[Path | None, typer.Option("--out", help="Où écrire le modèle à remplir.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tout lire et tout vérifier, sans rien garder.")
    ] = False,
    scans: Annotated[
        Path | None,
        typer.Option("--scans", help="Dossier des PDF numérisés que le classeur nomme."),
    ] = None,
    attached: Annotated[
        str | None,
        typer.Option("--a", metavar="REF", help="Joindre ce PDF numérisé à un accord repris."),
    ] = None,
    json: Json = False,
) -> None:
    """Reprendre le passé : docgen import model --out reprise.xlsx, puis docgen import reprise.xlsx.

    Tout est repris, ou rien : chaque faute est dite avec sa cellule. Reprendre deux fois le même
    fichier n’ajoute rien. Un PDF numérisé se joint par --scans, ou seul : docgen import scan.pdf
    --a REPRIS-PMSMP-2023-0001. En JSON : {"added", "known", "scans", "dry_run", "rows": [{"sheet",
    "row", "number", "reference", "new"}], "notices"}.
    """
    if file == MODEL:
        if to is None:
            message = "dire où écrire le modèle : docgen import model --out reprise.xlsx."
            raise InvalidData([Finding("reprise", "error", "--out", message)])
        write_file(to, model_file(datetime.now(UTC)))
        good(f"Modèle écrit dans {to} : le remplir, puis docgen import {to} --dry-run.")
        return
    settings = read_settings()
    make_home(settings.home)
    now = datetime.now(UTC)
    with open_records_for_writing(settings) as records:
        if attached is not None:
            new = attach(records, attached, _bytes(Path(file), MOST_BYTES), now)
            said = "numérisation gardée telle quelle" if new else "cette numérisation y était déjà"
            good(f"{attached} : {said}.")
            return
        content = _bytes(Path(file), MOST_BOOK)
        papers = Papers(_folder(scans)) if scans is not None else None
        with Progress(console=err, transient=True, disable=json or not sys.stderr.isatty()) as bar:
            task = bar.add_task("Reprise", total=None)
            done = take_over_file(
                records,
                content,
                now,
                lambda: secrets.token_hex(16),
                Path(file).name,
                papers,
                lambda count, total: bar.update(task, completed=count, total=total),
                dry_run=dry_run,
            )
    _tell(done, json)


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError as error:
        raise NotFound("Le fichier", str(path)) from error
    except OSError as error:
        reason = "c’est un dossier" if path.is_dir() else error.strerror
        message = f"ce fichier ne peut pas être lu ({reason})."
        raise InvalidData([Finding("lecture", "error", "", message)], str(path)) from error


def _folder(folder: Path) -> dict[str, Callable[[], bytes]]:
    if not folder.is_dir():
        raise NotFound("Le dossier", str(folder))
    return {
        path.name: partial(_bytes, path, MOST_BYTES)
        for path in sorted(folder.iterdir())
        if path.suffix.lower() == ".pdf" and path.is_file()
    }


def _tell(done: Takeover, json: bool) -> None:
    if json:
        as_json(
            {
                "added": done.added,
                "known": len(done.taken) - done.added,
                "scans": done.scans,
                "dry_run": done.dry_run,
                "rows": done.taken,
                "notices": [one.sentence() for one in done.notices],
            }
        )
        return
    for notice in done.notices[:MOST_NOTICES]:
        warn(notice.sentence())
    if len(done.notices) > MOST_NOTICES:
        out.print(f"… et {len(done.notices) - MOST_NOTICES} autres remarques (--json les donne).")
    if not done.dry_run:
        as_table(
            ("Feuille", "Ligne", "N° d’origine", "Numéro", ""),
            [
                (one.sheet, one.row, one.number, one.reference, "repris" if one.new else "déjà là")
                for one in done.taken[:50]
            ],
            "",
        )
    known = len(done.taken) - done.added
    verb = "seraient repris" if done.dry_run else "repris"
    more = f", {known} déjà là" if known else ""
    paper = f", {done.scans} numérisations gardées" if done.scans else ""
    good(f"{done.added} accords {verb}{more}{paper}." + (" Rien n’a été gardé." * done.dry_run))
