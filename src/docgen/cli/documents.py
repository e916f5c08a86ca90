"""render, issue: from a file to an agreement."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from docgen import agreements
from docgen.actions.issue import Issued, issue_all, prepare, tally
from docgen.actions.paper import document
from docgen.actions.ports import Ports
from docgen.actions.template import current
from docgen.cli import deployments
from docgen.cli.answers import CODE_OF_FAMILY, as_json, bad, err, exit_code, good, out, warn
from docgen.cli.files import Files, Json, content_of
from docgen.errors import DocgenError, Finding, InvalidData
from docgen.french import PARIS
from docgen.settings import read_settings
from docgen.wiring import open_ports


def render(
    files: Files,
    to: Annotated[
        Path, typer.Option("--vers", "-o", help="Dossier où écrire les PDF.", file_okay=False)
    ] = Path(),
) -> None:
    """Voir le PDF de fichiers, sans numéro, sans rien enregistrer ni envoyer.

    Un fichier en échec n’arrête pas les autres.
    """
    now = datetime.now(PARIS)
    errors: list[DocgenError] = []
    with open_ports() as ports, ThreadPoolExecutor(ports.workers) as threads:
        making = [threads.submit(_rendered, ports, path, to, now) for path in files]
        for path, made in zip(files, making, strict=True):
            try:
                good(str(made.result()))
            except DocgenError as error:
                errors.append(error)
                if len(files) > 1:
                    bad(f"{path} : {error.explain()}")
    if len(files) == 1 and errors:
        raise errors[0]
    if errors:
        raise typer.Exit(exit_code(errors[0]))


def _rendered(ports: Ports, path: Path, to: Path, now: datetime) -> Path:
    agreement = prepare(ports, content_of(path), now, str(path))
    template = current(ports, agreements.kind_of(agreement).slug)
    pdf = document(ports, agreement, template.content, "PROJET", now)
    to.mkdir(parents=True, exist_ok=True)
    target = to / f"{'entree' if str(path) == '-' else path.stem}.pdf"
    target.write_bytes(pdf)
    return target


def issue(files: Files, json: Json = False) -> None:
    """Émettre des accords : numéro, PDF figé, invitations à signer.

    Un fichier en échec n’arrête pas les autres. Le même fichier deux fois redonne le même accord.
    En JSON : [{"file", "reference", "status", "error", "unsent", "warnings"}].
    """
    settings = read_settings()
    unread: list[Issued] = []
    documents: list[tuple[str, bytes]] = []
    for path in files:
        try:
            documents.append((str(path), content_of(path)))
        except DocgenError as error:
            unread.append(Issued(str(path), None, None, error))
    if settings.prefect_api_url:
        _issue_through_prefect(documents, unread, json)
        return
    with (
        open_ports(settings) as ports,
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=err,
            disable=not err.is_terminal,
            transient=True,
        ) as progress,
    ):
        bar = progress.add_task("Émission", total=len(documents))
        outcomes = unread + list(
            issue_all(ports, documents, datetime.now(UTC), lambda _: progress.advance(bar))
        )
    _tell(outcomes, json)


def _tell(outcomes: list[Issued], json: bool) -> None:
    if json:
        as_json([_answer(one) for one in outcomes])
    else:
        for one in outcomes:
            _tell_one(one)
        out.print(f"{tally(outcomes)} (directement, sans Prefect).")
    errors = [one.error for one in outcomes if one.error]
    if errors:
        raise typer.Exit(exit_code(errors[0]))


def _answer(one: Issued) -> dict[str, object]:
    return {
        "file": one.name,
        "reference": one.reference,
        "status": one.status,
        "error": one.error.explain() if one.error else None,
        "unsent": one.unsent,
        "warnings": [finding.sentence() for finding in one.warnings],
    }


def _tell_one(one: Issued) -> None:
    if one.error is None:
        note = "déjà émis, rien de changé" if one.again else "émis"
        good(f"{one.name} : {one.reference} ({note})")
        if one.unsent:
            warn(f"{one.reference} : {one.unsent}")
        for finding in one.warnings:
            warn(f"{one.reference} : {finding.sentence()}")
    elif isinstance(one.error, InvalidData):
        bad(f"{one.name} : {len(one.error.findings)} à corriger")
        for finding in one.error.findings:
            out.print(f"    {finding.sentence()}")
    else:
        bad(f"{one.name} : {one.error.explain()}")


def _issue_through_prefect(
    documents: list[tuple[str, bytes]], unread: list[Issued], json: bool
) -> None:
    """The same work, answer and codes, by a run of the deployment; its table is its account."""
    dossiers = []
    for name, content in documents:
        try:
            dossiers.append({"nom": name, "contenu": content.decode("utf-8-sig")})
        except UnicodeDecodeError:
            finding = Finding("lecture", "error", "", "le texte n’est pas en UTF-8.")
            unread.append(Issued(name, None, None, InvalidData([finding], name)))
    rows: list[dict[str, str]] = []
    message = tally(unread)
    if dossiers:
        outcome = deployments.run("issue/issue", {"dossiers": dossiers})
        rows, message = [row for table in outcome.tables for row in table], outcome.message
        if len(rows) != len(dossiers):
            raise deployments.unfinished(outcome)
    if json:
        as_json([*map(_answer, unread), *map(_answer_of_row, rows)])
    else:
        for one in unread:
            _tell_one(one)
        for row in rows:
            # A wrong file already says its name.
            name = "" if row["Résultat"].startswith(row["Fichier"]) else f"{row['Fichier']} : "
            (bad if row["Erreur"] else good)(name + row["Résultat"])
            for sentence in row["À savoir"].splitlines():
                warn(f"{row['Référence']} : {sentence}")
        out.print(f"{message.partition('.')[0]} (par Prefect).")
    codes = [exit_code(one.error) for one in unread if one.error]
    codes += [CODE_OF_FAMILY[row["Erreur"]] for row in rows if row["Erreur"]]
    if codes:
        raise typer.Exit(codes[0])


def _answer_of_row(row: dict[str, str]) -> dict[str, object]:
    return {
        "file": row["Fichier"],
        "reference": row["Référence"] or None,
        "status": row["Statut"] or None,
        "error": row["Résultat"] if row["Erreur"] else None,
        "unsent": row["En attente"],
        "warnings": row["À savoir"].splitlines(),
    }
