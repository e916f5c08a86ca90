"""verify, export, reproduce, renew-timestamps: what was kept, whether it is whole and provable."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.export import bag, write
from docgen.actions.export import export as export_dossier
from docgen.actions.renew_timestamps import renew_timestamps as renew
from docgen.actions.reproduce import reproduce as reproduce_agreement
from docgen.actions.selection import select
from docgen.actions.verdict import Verdict, plain
from docgen.actions.verify import verifier
from docgen.cli.answers import as_json, bad, good, out, title, warn
from docgen.cli.files import Json
from docgen.cli.following import Reference, day_of, tell, through_prefect
from docgen.french import PARIS, horodatage
from docgen.settings import read_settings
from docgen.signing.report import ArchiveTimestamp, SignatureCheck
from docgen.wiring import open_ports


def verify(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="PDF, dossier exporté ou enveloppe BagIt (ou leur zip), dossier qui en contient "
            "plusieurs, ou numéro d’accord.",
            metavar="CHEMIN...",
        ),
    ],
    json: Json = False,
) -> None:
    """Vérifier des documents : octets, journal, signatures, horodatages, niveau.

    Sort avec 5 et une phrase précise à la moindre anomalie. Avec --json : {"schema", "sound",
    "problems", "documents": [{"path", "kind", "sound", "reference", "standing", "level", "sha256",
    "size", "pages", "pdfa", "covers_file", "signatures", "timestamps", "empty_fields", "checked",
    "reserves", "problems"}]} ; le détail est dans docs/verification.md.
    """
    with open_ports() as ports:
        verdicts = []
        for verdict in verifier(ports, datetime.now(UTC)).each(paths):
            verdicts.append(verdict)
            if not json:
                _tell(verdict)
    if json:
        as_json(plain(verdicts))
    if not all(verdict.sound for verdict in verdicts):
        raise typer.Exit(5)


def _tell(verdict: Verdict) -> None:
    title(verdict.path)
    report = verdict.signatures
    for seal in report.signatures if report else ():
        out.print(f"  {seal.field} : {seal.level}, {_dated(seal.signed_at, seal)}, {_ades(seal)}")
    for stamp in report.timestamps if report else ():
        out.print(f"  {stamp.field} : horodatage d’archive, {_dated(stamp.at, stamp)}")
    for fact in verdict.checked:
        good(fact)
    if verdict.level:
        out.print(f"  {verdict.level}")
    for reserve in report.reserves if report else ():
        warn(reserve)
    for problem in verdict.problems:
        bad(problem)
    if verdict.sound:
        good(f"{verdict.path} : intact et conforme.")


def _dated(at: datetime | None, one: SignatureCheck | ArchiveTimestamp) -> str:
    if at is None:
        return "sans date sûre"
    who = one.timestamped_by if isinstance(one, SignatureCheck) else one.authority
    source = one.timestamp_source if isinstance(one, SignatureCheck) else one.source
    where = "horodatage interne" if source == "internal" else f"autorité extérieure « {who} »"
    return f"{horodatage(at)} ({where})"


def _ades(seal: SignatureCheck) -> str:
    if seal.ades is None:
        return "AdES non jugé"
    return f"AdES {seal.ades.indication} ({seal.ades.subindication})"


def export(
    references: Annotated[
        list[str], typer.Argument(metavar="REFERENCE...", help="Numéros d’accords archivés.")
    ],
    to: Annotated[Path, typer.Option("--vers", "-o", help="Où écrire (ici).")] = Path(),
    as_bag: Annotated[
        bool,
        typer.Option("--bag", help="Un zip BagIt qui se vérifie sans docgen ; un seul pour tous."),
    ] = False,
    json: Json = False,
) -> None:
    """Sortir des dossiers archivés : fichiers simples, ou zip BagIt avec ses preuves.

    Plusieurs accords avec --bag : un seul zip, avec leur index (CSV, XLSX, JSON). En JSON, une
    liste de : reference, path.
    """
    now = datetime.now(UTC)
    with open_ports() as ports:
        if not as_bag:
            made = [(one, export_dossier(ports, one, to)) for one in references]
        elif len(references) == 1:
            taken = bag(ports, references[0], now)
            made = [(taken.name, write([taken.to_zip()], f"{taken.name}.zip", to))]
        else:
            chosen = select(ports, references, now)
            place = write(chosen.stream(), f"dossiers-{now:%Y%m%d-%H%M%S}.zip", to)
            made = [(row.reference, place) for row in chosen.rows]
    if json:
        as_json([{"reference": one, "path": str(path)} for one, path in made])
        return
    how = "VERIFIER.txt dit comment" if as_bag else "à contrôler avec : sha256sum -c SHA256SUMS"
    for path in dict.fromkeys(path for _, path in made):
        good(f"{path} — {how}")


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
            bad(f"{reference} : différent. Première différence : {made.difference}.")
    if not made.identical:
        raise typer.Exit(5)


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
