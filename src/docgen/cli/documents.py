"""render, issue: from a file to an agreement."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from docgen import agreements
from docgen.actions.issue import Issued, issue_all, prepare, tally
from docgen.actions.paper import document, template_of
from docgen.cli.answers import as_json, bad, err, exit_code, good, out, warn
from docgen.cli.files import Files, Json, content_of
from docgen.errors import DocgenError, Finding, InvalidData, Unavailable
from docgen.french import PARIS
from docgen.settings import read_settings
from docgen.wiring import open_ports


def render(
    files: Files,
    to: Annotated[
        Path, typer.Option("--vers", "-o", help="Dossier où écrire les PDF.", file_okay=False)
    ] = Path(),
) -> None:
    """Voir le PDF d’un fichier, sans numéro, sans rien enregistrer ni envoyer."""
    today = datetime.now(PARIS).date()
    now = datetime.now(UTC)
    with open_ports() as ports:
        for path in files:
            agreement = prepare(ports, content_of(path), now, str(path))
            kind = agreements.kind_of(agreement)
            template = template_of(ports.templates, kind.slug)
            pdf = document(ports, agreement, template, "PROJET", today)
            to.mkdir(parents=True, exist_ok=True)
            name = "entree" if str(path) == "-" else path.stem
            target = to / f"{name}.pdf"
            target.write_bytes(pdf)
            good(str(target))


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
        as_json(
            [
                {
                    "file": one.name,
                    "reference": one.reference,
                    "status": one.status,
                    "error": one.error.explain() if one.error else None,
                    "unsent": one.unsent,
                    "warnings": [finding.sentence() for finding in one.warnings],
                }
                for one in outcomes
            ]
        )
    else:
        for one in outcomes:
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
        out.print(f"{tally(outcomes)} (directement, sans Prefect).")
    errors = [one.error for one in outcomes if one.error]
    if errors:
        raise typer.Exit(exit_code(errors[0]))


def _issue_through_prefect(
    documents: list[tuple[str, bytes]], unread: list[Issued], json: bool
) -> None:
    # Imported here: Prefect takes more than a second to load, and only this way needs it.
    from flows.trigger import start, wait

    if unread:
        _tell(unread, json)
    try:
        dossiers = [{"nom": name, "contenu": content.decode()} for name, content in documents]
    except UnicodeDecodeError as error:
        raise InvalidData(
            [Finding("lecture", "error", "", "un fichier n’est pas en UTF-8.")]
        ) from error
    run_id = start("issue/issue", {"dossiers": dossiers})
    err.print(f"Par Prefect : déploiement issue/issue, exécution {run_id}.")
    outcome = wait(run_id, lambda state: err.print(f"  {state}"))
    if json:
        as_json({"run": str(run_id), "completed": outcome.completed, "message": outcome.message})
    else:
        out.print(outcome.message)
    if not outcome.completed:
        raise Unavailable("L’exécution Prefect n’est pas allée au bout.", "Voir ses détails.")
