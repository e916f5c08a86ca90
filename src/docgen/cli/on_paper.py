"""paper, scan, withdraw: print, sign by hand, bring the paper back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.deposit import LINK_LIFE, open_deposit
from docgen.actions.handwritten import (
    CHECKS,
    Attestation,
    Check,
    Kept,
    Looked,
    look,
    pages_to_print,
    record,
)
from docgen.actions.handwritten import withdraw as withdraw_signature
from docgen.cli.answers import as_json, bad, good, out, warn
from docgen.cli.files import Json, scan_of
from docgen.cli.following import Reference, day_of
from docgen.errors import Finding, InvalidData
from docgen.french import et
from docgen.wiring import open_ports

_HOW = " ; ".join(f"{name} : {words}" for name, words in CHECKS.items())


def paper(
    reference: Reference,
    to: Annotated[
        Path, typer.Option("--vers", "-o", help="Dossier où écrire le PDF.", file_okay=False)
    ] = Path(),
    link: Annotated[
        bool, typer.Option("--lien", help="Donner l’adresse où envoyer les pages d’un téléphone.")
    ] = False,
    rank: Annotated[
        int | None,
        typer.Option("--signataire", min=1, help="Avec --lien : pour ce signataire seul."),
    ] = None,
) -> None:
    """Écrire le PDF à imprimer pour signer à la main : chaque page porte son code dans deux coins.

    Imprimer à 100 %, sans couper les bords ; signer dans les cadres ; dater à côté. Puis : docgen
    scan. Avec --lien, rien n’est écrit : la page de cette adresse donne le PDF, et reçoit les
    photos ; elle ne signe rien.
    """
    with open_ports() as ports:
        if link:
            address = open_deposit(ports, reference, datetime.now(UTC), rank)
            good(f"{reference} : adresse valable {LINK_LIFE.days} jours, à ouvrir ou à donner.")
            out.print(address, soft_wrap=True)
            return
        pdf = pages_to_print(ports, reference)
    to.mkdir(parents=True, exist_ok=True)
    target = to / f"{reference}-a-imprimer.pdf"
    target.write_bytes(pdf)
    good(str(target))


def scan(
    reference: Reference,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="PDF, JPEG ou PNG : toutes les pages, dans tout ordre."),
    ] = None,
    ranks: Annotated[
        str, typer.Option("--signataires", help="Numéros de ceux qui ont signé à la main : 1,3.")
    ] = "",
    on: Annotated[
        str, typer.Option("--le", metavar="AAAA-MM-JJ", help="Date écrite à la main.")
    ] = "",
    witness: Annotated[
        str, typer.Option("--atteste", help="Prénom et nom de qui atteste de leur identité.")
    ] = "",
    check: Annotated[str, typer.Option("--identite", help=f"Comment ({_HOW}).")] = "",
    detail: Annotated[
        str, typer.Option("--precision", help="Quelques mots de plus, sans numéro de pièce.")
    ] = "",
    boxes_seen: Annotated[
        bool,
        typer.Option("--cadre-vu", help="J’ai vu la signature, même si le cadre paraît vide."),
    ] = False,
    rehearse: Annotated[
        bool, typer.Option("--essai", help="Lire seulement : rien n’est gardé.")
    ] = False,
    deposit: Annotated[
        bool, typer.Option("--depot", help="Les pages envoyées d’un téléphone (paper --lien).")
    ] = False,
    json: Json = False,
) -> None:
    """Enregistrer des signatures données à la main, à partir du papier numérisé ou photographié.

    Chaque page est reconnue à son code. La numérisation est gardée pour ce qu’elle est : une image,
    et non une signature électronique ; l’original est le papier, à garder. En JSON : {"reference",
    "pages", "found", "missing", "unsigned", "problems", "notes", "sha256", "recorded", "again"}.
    """
    if deposit == bool(files):
        message = "donner des fichiers, ou --depot : l’un des deux."
        raise InvalidData([Finding("papier", "error", "", message)])
    contents = None if deposit else [(path.name, scan_of(path)) for path in files or ()]
    with open_ports() as ports:
        if rehearse:
            seen = look(ports, reference, contents)
            _tell(seen, None, json)
            if seen.problems:
                raise typer.Exit(2)
            return
        attested = Attestation(
            day_of(on, "--le"), witness, _check_of(check), detail, boxes_seen=boxes_seen
        )
        kept = record(ports, reference, contents, _ranks_of(ranks), attested, datetime.now(UTC))
    _tell(kept.scan, kept, json)


def _tell(seen: Looked, kept: Kept | None, json: bool) -> None:
    if json:
        as_json(
            {
                "reference": seen.reference,
                "pages": seen.pages,
                "found": seen.found,
                "missing": seen.missing,
                "unsigned": seen.unsigned,
                "problems": [problem.sentence() for problem in seen.problems],
                "notes": seen.notes,
                "sha256": seen.sha256,
                "recorded": kept.ranks if kept else (),
                "again": bool(kept and kept.again),
            }
        )
        return
    for problem in seen.problems:
        place = f"{problem.field} : " if problem.field else ""
        bad(f"{seen.reference} — {place}{problem.message}")
    for note in seen.notes:
        warn(note)
    if seen.found:
        out.print(f"Pages trouvées : {et(seen.found)} sur {seen.pages}.")
    if seen.unsigned:
        warn(f"Cadres de signature sans encre : n° {et(seen.unsigned)}.")
    if kept:
        names = f"signataire{'s' if len(kept.ranks) > 1 else ''} n° {et(kept.ranks)}"
        again = " (déjà enregistré, rien de changé)" if kept.again else ""
        good(f"{seen.reference} : signé sur papier, {names}{again}. Gardez le papier : c’est lui "
             "l’original.")  # fmt: skip
    elif not seen.problems:
        good(f"{seen.reference} : complet. Rien n’est gardé (essai).")


def withdraw(
    reference: Reference,
    rank: Annotated[int, typer.Option("--signataire", help="Numéro du signataire.")],
    reason: Annotated[
        str, typer.Option("--motif", help="Pourquoi, sans nommer personne (gardé au journal).")
    ],
) -> None:
    """Retirer une signature sur papier enregistrée par erreur, tant qu’elle n’est pas scellée."""
    with open_ports() as ports:
        withdraw_signature(ports, reference, rank, reason, datetime.now(UTC))
    good(f"{reference} : la signature sur papier du signataire n° {rank} est retirée.")


def _ranks_of(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        message = f"« {text} » : des numéros séparés par des virgules, par exemple 1,3."
        raise InvalidData([Finding("papier", "error", "--signataires", message)]) from error


def _check_of(text: str) -> Check:
    for name in CHECKS:
        if name == text:
            return name
    message = f"dire comment l’identité est connue ({_HOW})."
    raise InvalidData([Finding("papier", "error", "--identite", message)])
