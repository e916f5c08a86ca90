"""verify, export: what was kept, and whether it is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.verify import export as export_dossier
from docgen.actions.verify import verify as verify_path
from docgen.cli.answers import as_json, bad, good, out
from docgen.cli.files import Json
from docgen.cli.following import Reference
from docgen.french import horodatage
from docgen.wiring import open_ports


def verify(
    path: Annotated[str, typer.Argument(help="PDF signé, dossier exporté, ou numéro d’accord.")],
    json: Json = False,
) -> None:
    """Vérifier un document : octets, journal, signatures, horodatages, niveau.

    Sort avec 5 et une phrase précise à la moindre anomalie.
    """
    with open_ports() as ports:
        verdict = verify_path(ports, path, datetime.now(UTC))
    if json:
        as_json(verdict)
    else:
        report = verdict.signatures
        for seal in report.signatures if report else ():
            when = horodatage(seal.signed_at) if seal.signed_at else "sans date"
            out.print(f"  {seal.field} : {seal.level}, {when}")
        for fact in verdict.checked:
            good(fact)
        for problem in verdict.problems:
            bad(problem)
        if verdict.sound:
            good(f"{verdict.path} : intact et conforme.")
    if not verdict.sound:
        raise typer.Exit(5)


def export(
    reference: Reference,
    to: Annotated[Path, typer.Option("--vers", "-o", help="Dossier à créer.")] = Path(),
) -> None:
    """Sortir un dossier archivé : PDF signé, preuve, journal, données, empreintes."""
    with open_ports() as ports:
        folder = export_dossier(ports, reference, to)
    good(f"{folder} — à contrôler avec : sha256sum -c SHA256SUMS")
