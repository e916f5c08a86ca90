"""template lint, publish, list, diff, export: a Word template, from hands to a version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docgen import agreements
from docgen.cli.answers import as_json, bad, good, out, warn
from docgen.cli.documents import Json
from docgen.documents.lint import Flaw, check
from docgen.errors import Finding, InvalidData, NotFound
from docgen.french import FILTERS, pluriel

app = typer.Typer(
    no_args_is_help=True,
    help="Les modèles Word : contrôler, publier, comparer, reprendre.",
)

Model = Annotated[Path, typer.Argument(help="Un .docx, ou un dossier qui contient template.docx.")]
Kind = Annotated[
    str | None, typer.Option("--kind", help="Type d’accord ; celui du dossier par défaut.")
]


@app.command("lint")
def lint(path: Model, kind: Kind = None, json: Json = False) -> None:
    """Contrôler un modèle Word : tout ce qui ne va pas, où, et comment l’écrire.

    En JSON : {"file", "kind", "errors", "warnings", "findings": [{"rule", "level", "part", "place",
    "excerpt", "mark", "message", "suggestion"}]}, dans l’ordre du document. Sort avec 2 s’il y a
    une erreur ; un avertissement n’empêche rien.
    """
    file, content, slug = given(path, kind)
    model = agreements.get(slug).model if slug else None
    found = check(content, model, FILTERS)
    errors = sum(flaw.level == "error" for flaw in found)
    if json:
        as_json(
            {
                "file": str(file),
                "kind": slug,
                "errors": errors,
                "warnings": len(found) - errors,
                "findings": found,
            }
        )
    else:
        tell(found)
        if not errors:
            good(f"{file} : aucune erreur, {_counted(len(found), 'avertissement')}.")
        else:
            out.print(
                f"{_counted(errors, 'erreur')}, {_counted(len(found) - errors, 'avertissement')}."
            )
    if errors:
        raise typer.Exit(2)


def given(path: Path, kind: str | None) -> tuple[Path, bytes, str | None]:
    """The template's file, its bytes and its kind: given, or that of a folder of that name.

    Raises NotFound (no such file or kind) or InvalidData (can't be read).
    """
    file = path / "template.docx" if path.is_dir() else path
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("Le modèle Word", str(file)) from error
    except OSError as error:
        message = f"ce fichier ne peut pas être lu ({error.strerror})."
        raise InvalidData([Finding("lecture", "error", "", message)], str(file)) from error
    folder = file.absolute().parent.name
    slug = kind or (folder if folder in agreements.KINDS else None)
    if slug is not None:
        agreements.get(slug)
    return file, content, slug


def tell(found: tuple[Flaw, ...]) -> None:
    """Say each flaw on a line."""
    for flaw in found:
        (bad if flaw.level == "error" else warn)(flaw.sentence())


def _counted(number: int, word: str) -> str:
    return pluriel(number, word).replace("0\u00a0", "aucune " if word == "erreur" else "aucun ")
