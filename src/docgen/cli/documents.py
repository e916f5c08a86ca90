"""check, render, issue: from a file to an agreement."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from docgen import agreements
from docgen.actions.issue import Issued, issue_all
from docgen.actions.paper import PARIS, document, template_of
from docgen.actions.ports import Ports
from docgen.agreements.reading import MAX_BYTES, read
from docgen.cli.answers import as_json, bad, err, exit_code, good, out, warn
from docgen.errors import DocgenError, Finding, InvalidData, NotFound, Unavailable
from docgen.settings import read_settings
from docgen.wiring import open_ports

Files = Annotated[list[Path], typer.Argument(help="Fichiers YAML ou JSON (- pour l’entrée).")]
Json = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


def content_of(path: Path) -> bytes:
    """The bytes of a file, never more than one past what a document may have."""
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound("Le fichier", str(path)) from error
    except OSError as error:
        reason = "c’est un dossier" if path.is_dir() else error.strerror
        raise InvalidData(
            [Finding("lecture", "error", "", f"ce fichier ne peut pas être lu ({reason}).")],
            str(path),
        ) from error


def check(
    file: Annotated[Path, typer.Argument(help="Fichier YAML ou JSON (- pour l’entrée).")],
    json: Json = False,
) -> None:
    """Contrôler un fichier : données et règles, sans rien créer.

    En JSON : {"kind", "valid", "findings": [{"rule", "level", "field", "message", "source",
    "allowed"}]}. Sort avec 2 si une erreur empêche d’émettre.
    """
    today = datetime.now(PARIS).date()
    try:
        checked = agreements.check(read(content_of(file)), today)
    except InvalidData as error:
        checked = agreements.Checked(None, None, error.findings)
    if json:
        keys = ("rule", "level", "field", "message", "source", "allowed")
        findings = [{key: getattr(f, key) for key in keys} for f in checked.findings]
        as_json({"kind": checked.kind, "valid": checked.valid, "findings": findings})
    else:
        for finding in checked.findings:
            {"error": bad, "warning": warn, "info": warn}[finding.level](finding.sentence())
        if checked.agreement is not None:
            good(f"{file} : prêt à émettre ({checked.agreement.titre()}).")
    if not checked.valid:
        raise typer.Exit(2)


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
    agreement = agreements.parse(content_of(path), now.date(), str(path))
    template = template_of(ports.templates, agreements.kind_of(agreement).slug)
    pdf = document(ports, agreement, template, "PROJET", now)
    to.mkdir(parents=True, exist_ok=True)
    target = to / f"{'entree' if str(path) == '-' else path.stem}.pdf"
    target.write_bytes(pdf)
    return target


def issue(files: Files, json: Json = False) -> None:
    """Émettre des accords : numéro, PDF figé, invitations à signer.

    Un fichier en échec n’arrête pas les autres. Le même fichier deux fois redonne le même accord.
    En JSON : [{"file", "reference", "status", "error", "unsent"}].
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
            elif isinstance(one.error, InvalidData):
                bad(f"{one.name} : {len(one.error.findings)} à corriger")
                for finding in one.error.findings:
                    out.print(f"    {finding.sentence()}")
            else:
                bad(f"{one.name} : {one.error.explain()}")
        failed = sum(one.error is not None for one in outcomes)
        out.print(f"{len(outcomes) - failed} émis, {failed} en échec (directement, sans Prefect).")
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
    err.print(f"Par Prefect : déploiement issue/issue, exécution {run_id}.")
    outcome = wait(run_id, lambda state: err.print(f"  {state}"))
    if json:
        as_json({"run": str(run_id), "completed": outcome.completed, "message": outcome.message})
    else:
        out.print(outcome.message)
    if not outcome.completed:
        raise Unavailable("L’exécution Prefect n’est pas allée au bout.", "Voir ses détails.")
