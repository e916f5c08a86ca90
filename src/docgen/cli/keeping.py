"""verify, export, reproduce: what was kept, whether it is whole, and can be made again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.reproduce import reproduce as reproduce_agreement
from docgen.actions.verify import export as export_dossier
from docgen.actions.verify import verify as verify_path
from docgen.cli.answers import as_json, bad, good, out, warn
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
    good(f"{folder} — à contrôler avec : sha256sum -c SHA256SUMS")


def reproduce(reference: Reference, json: Json = False) -> None:
    """Refaire le PDF figé d’un accord et le comparer, octet par octet, à celui qui a été gardé.

    En JSON : {"reference", "identical", "frozen_sha256", "remade_sha256", "difference", "changes":
    [{"what", "then", "now"}]}. Sort avec 5 si les deux diffèrent.
    """
    with open_ports() as ports:
        made = reproduce_agreement(ports, reference)
    if json:
        as_json(made)
    else:
        for change in made.changes:
            warn(f"{change.what} : {change.then or 'absent'} alors, {change.now or 'absent'} ici.")
        if made.identical:
            good(f"{reference} : identique, SHA-256 {made.frozen_sha256}.")
        else:
            bad(f"{reference} : différent. Première différence : {made.difference}.")
    if not made.identical:
        raise typer.Exit(5)
