"""register, registry: the sheets of the organisation, companies, people and advisers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.registry import known_sheets, register_sheet
from docgen.cli.answers import as_json, as_table, bad, exit_code, good
from docgen.cli.files import Json, content_of
from docgen.errors import DocgenError
from docgen.lookups import make_home, open_records, open_records_for_writing
from docgen.settings import read_settings


def register(
    files: Annotated[list[Path], typer.Argument(help="Fiches YAML ou JSON (- pour l’entrée).")],
    json: Json = False,
) -> None:
    """Enregistrer des fiches : organisation, entreprise, beneficiaire, referent.

    Elles servent aux règles (contrat et prolongations, convention avec l’État, délégations) ; un
    accord déjà émis n’en change pas. Une fiche du même SIRET, SIREN, nom et date de naissance ou
    courriel remplace la précédente, qui est gardée. En JSON : [{"file", "type", "label", "edition",
    "error"}].
    """
    settings = read_settings()
    make_home(settings.home)
    answers: list[dict[str, object]] = []
    failed: list[DocgenError] = []
    with open_records_for_writing(settings) as records:
        for path in files:
            kind = label = edition = error = None
            try:
                done = register_sheet(records, content_of(path), datetime.now(UTC), str(path))
                kind, label, edition = done.kind, done.label, done.edition
            except DocgenError as fault:
                failed.append(fault)
                error = fault.explain()
            answers.append(
                {
                    "file": str(path),
                    "type": kind,
                    "label": label,
                    "edition": edition,
                    "error": error,
                }
            )
    if json:
        as_json(answers)
    else:
        for one in answers:
            if one["error"]:
                bad(str(one["error"]))
            else:
                good(f"{one['file']} : {one['type']} {one['label']} (édition {one['edition']})")
    if failed:
        raise typer.Exit(exit_code(failed[0]))


def registry(
    kind: Annotated[
        str | None, typer.Option("--type", help="organisation, entreprise, beneficiaire, referent.")
    ] = None,
    json: Json = False,
) -> None:
    """Lister les fiches enregistrées.

    En JSON : [{"type", "label", "edition", "recorded_at", "data"}].
    """
    settings = read_settings()
    with open_records(settings) as records:
        found = known_sheets(records, kind)
    if json:
        as_json(found)
    else:
        rows = [(one["type"], one["label"], one["edition"]) for one in found]
        as_table(("Type", "Fiche", "Édition"), rows, "Aucune fiche enregistrée.")
