"""template lint, marks, publish, list, diff, export: a Word template, from hands to a version."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from docgen import agreements
from docgen.actions import summary
from docgen.actions.publish import publish as publish_template
from docgen.actions.template import is_version, published, versions
from docgen.cli.answers import as_json, as_table, bad, day, err, good, out, warn
from docgen.cli.files import Json
from docgen.documents.changes import Change, changes, marked
from docgen.documents.lint import Flaw, check
from docgen.documents.lint.catalogue import catalogue
from docgen.errors import Finding, InvalidData, NotFound, Refused, Unavailable
from docgen.french import FILTERS, PARIS, pluriel
from docgen.wiring import open_ports

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

    Un dossier est contrôlé avec ses résumés en mots simples (summary.md, summary.en.md), qui se
    contrôlent aussi seuls.
    En JSON : {"file", "kind", "errors", "warnings", "findings": [{"rule", "level", "part", "place",
    "excerpt", "mark", "message", "suggestion"}]}, dans l’ordre du document. Sort avec 2 s’il y a
    une erreur ; un avertissement n’empêche rien.
    """
    file, content, slug = given(path, kind)
    found = checked(path, file, content, slug)
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


@app.command("marks")
def marks(
    kind: Annotated[str, typer.Argument(help="Type d’accord, par exemple pmsmp.")],
    json: Json = False,
) -> None:
    """Voir les marques qu’un modèle de ce type peut écrire.

    En JSON, une liste de : mark, sort, optional, values. `taches[]` est chaque élément d’une liste.
    """
    rows = catalogue(agreements.get(kind).model)
    if json:
        as_json(rows)
        return
    as_table(
        ("Marque", "Nature", "Facultative", "Valeurs"),
        [
            (one.mark, one.sort, "oui" if one.optional else "", ", ".join(one.values))
            for one in rows
        ],
        "Aucune marque.",
    )


@app.command("publish")
def publish(
    path: Model,
    kind: Kind = None,
    note: Annotated[str, typer.Option("--note", help="Ce qui change, gardé avec la version.")] = "",
    by: Annotated[
        str | None, typer.Option("--par", help="Qui publie ; le compte de la machine par défaut.")
    ] = None,
    json: Json = False,
) -> None:
    """Publier un modèle Word : contrôle, allègement, essais, puis un numéro définitif.

    Les accords émis ensuite citent cette version ; ceux déjà émis ne changent jamais.
    En JSON : {"kind", "version", "sha256", "again", "warnings", "kept_whole", "size_given", "size",
    "office"}. Sort avec 2 si le contrôle ou un essai trouve une erreur.
    """
    file, content, slug = given(path, kind)
    if slug is None:
        message = f"donnez le type d’accord : --kind {' ou --kind '.join(agreements.KINDS)}."
        raise InvalidData([Finding("type", "error", "--kind", message)], str(file))
    with open_ports() as ports:
        done = publish_template(
            ports,
            slug,
            content,
            datetime.now(UTC),
            by or getpass.getuser(),
            note=note,
            examples=path if path.is_dir() else None,
            told=lambda step: err.print(f"  {step}…"),
        )
    if json:
        as_json(done)
        return
    for sentence in done.warnings:
        warn(sentence)
    if done.again:
        good(f"{file} : déjà publié, version {done.version}.")
        return
    if done.kept_whole:
        warn(f"Gardé sans allègement, qui aurait changé {done.kept_whole}.")
    sizes = f"{done.size_given // 1024} Ko, gardé en {done.size // 1024} Ko"
    good(f"{file} : publié, {done.kind}@{done.version} ({sizes} ; LibreOffice {done.office}).")


@app.command("list")
def list_versions(kind: Kind = None, json: Json = False) -> None:
    """Voir les versions publiées, et celle qui sert.

    En JSON, une liste de : kind, version (un numéro ou « fichier »), current, sha256, published_at,
    published_by, note, warnings, office, agreements.
    """
    with open_ports() as ports:
        rows = versions(ports, kind)
    if json:
        as_json(rows)
        return
    as_table(
        ("Version", "Sert", "Publiée le", "Par", "Accords", "Remarque"),
        [
            (
                f"{row.kind}@{row.version}",
                "oui" if row.current else "",
                day(row.published_at.astimezone(PARIS).date() if row.published_at else None),
                row.published_by,
                row.agreements,
                row.note,
            )
            for row in rows
        ],
        "Aucun modèle.",
    )


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="Une version (pmsmp@1) ou un fichier .docx.")],
    new: Annotated[str, typer.Argument(help="Une version (pmsmp@2) ou un fichier .docx.")],
    json: Json = False,
) -> None:
    """Voir ce qui change dans le texte d’un modèle à l’autre, paragraphe par paragraphe.

    En JSON, une liste de : part, place, change (ajoute, retire, modifie), before, after. La mise en
    forme et les images ne sont pas comparées.
    """
    before, after = content_of(old), content_of(new)
    found = changes(before, after)
    if json:
        as_json(found)
        return
    if not found:
        good("Le même texte" + (", octet pour octet." if before == after else " ; la mise en "
             "forme ou les images ont pu changer."))  # fmt: skip
    for one in found:
        show(one)


@app.command("export")
def export(
    version: Annotated[str, typer.Argument(help="La version, par exemple pmsmp@3.")],
    to: Annotated[Path, typer.Argument(help="Le fichier .docx à écrire.")],
) -> None:
    """Reprendre une version publiée, pour la modifier dans Word."""
    with open_ports() as ports:
        template = published(ports, version)
    if to.exists():
        raise Refused(f"{to} existe déjà : choisissez un autre nom.")
    try:
        to.write_bytes(template.content)
    except OSError as error:
        raise Unavailable(f"{to} ne peut pas être écrit ({error.strerror}).") from error
    good(str(to))


def content_of(name: str) -> bytes:
    """The bytes of a version or of a file."""
    if is_version(name):
        with open_ports() as ports:
            return published(ports, name).content
    return given(Path(name), None)[1]


def show(change: Change) -> None:
    """Print a change as diff does, the words that changed marked."""
    out.print(Text(f"@ {change.part}, {change.place}", "cyan"))
    before, after = marked(change.before, change.after)
    for sign, colour, stretches in (("-", "red", before), ("+", "green", after)):
        if stretches:
            line = Text(f"{sign} ", colour)
            for words, changed in stretches:
                line.append(words, f"bold {colour} underline" if changed else colour)
            out.print(line)


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


def checked(path: Path, file: Path, content: bytes, slug: str | None) -> tuple[Flaw, ...]:
    """Every flaw of a Word file, of a summary, or of a folder that holds both."""
    kind = agreements.get(slug) if slug else None
    if file.suffix == ".md":
        return summary.flaws_of(content, file.name, kind)
    found = check(content, kind.model if kind else None, FILTERS)
    return found + summary.flaws(path, kind) if kind and path.is_dir() else found


def tell(found: tuple[Flaw, ...]) -> None:
    """Say each flaw on a line."""
    for flaw in found:
        (bad if flaw.level == "error" else warn)(flaw.sentence())


def _counted(number: int, word: str) -> str:
    return pluriel(number, word).replace("0\u00a0", "aucune " if word == "erreur" else "aucun ")
