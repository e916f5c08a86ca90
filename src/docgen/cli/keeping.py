"""verify, export, renew-timestamps: what was kept, whether it is whole, and stays provable."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.renew_timestamps import renew_timestamps as renew
from docgen.actions.verify import export as export_dossier
from docgen.actions.verify import verify as verify_path
from docgen.cli.answers import as_json, bad, good, out, warn
from docgen.cli.files import Json
from docgen.cli.following import Reference, day_of, tell, through_prefect
from docgen.french import PARIS, horodatage
from docgen.settings import read_settings
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
        for reserve in report.reserves if report else ():
            warn(reserve)
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


def renew_timestamps(
    on: Annotated[
        str | None,
        typer.Option(metavar="AAAA-MM-JJ", help="Ce qui est à faire à cette date (aujourd’hui)."),
    ] = None,
    json: Json = False,
) -> None:
    """Renouveler les horodatages d’archive avant la fin de leur certificat.

    En JSON : counts, failures, busy, put_off, notices. Sort avec 6 quand un dossier a échoué.
    """
    if on is None and read_settings().prefect_api_url:
        through_prefect("renew-timestamps/renew-timestamps", json)
        return
    due = datetime.combine(day_of(on), time.max, PARIS) if on else None
    with open_ports() as ports:
        tell(renew(ports, datetime.now(UTC), due), json)
