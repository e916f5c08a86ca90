"""log head, sign, proof, verify, recover: the log of what was archived, and its signed heads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.logged import proof_for
from docgen.actions.recover_log import recover_log
from docgen.actions.tree_head import tree_head
from docgen.actions.verify_log import verify_log
from docgen.archive.folder import FolderArchive
from docgen.archive.intake import read_file
from docgen.cli.answers import as_json, as_table, bad, good, out, warn
from docgen.cli.files import Json
from docgen.cli.following import Reference, tell, through_prefect
from docgen.errors import NotFound
from docgen.french import horodatage, horodatage_court
from docgen.journal.log import parse_head
from docgen.records import queries
from docgen.settings import read_settings
from docgen.signing.roots import roots_of
from docgen.wiring import open_ports

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Le journal d’archive : une ligne par dossier, un arbre de Merkle, des têtes signées.",
)


@app.command()
def head(json: Json = False) -> None:
    """Montrer les têtes d’arbre signées, et où elles sont parties.

    En JSON, une liste de : size, root, at, sha256, authority, published, waiting.
    """
    with open_ports() as ports, ports.database.read() as session:
        size = queries.log_size(session)
        sent = queries.publications(session)
        rows = [
            {
                "size": one.size,
                "root": parse_head(one.content).root,
                "at": one.at,
                "authority": one.authority,
                "published": [p.place for p in sent if p.size == one.size and p.done_at],
                "waiting": [
                    {"place": p.place, "attempts": p.attempts, "error": p.last_error}
                    for p in sent
                    if p.size == one.size and not p.done_at
                ],
            }
            for one in queries.tree_heads(session)
        ]
    if json:
        as_json(rows)
        return
    as_table(
        ("Lignes", "Signée", "Racine", "Publiée", "En attente"),
        [
            (
                row["size"],
                horodatage_court(row["at"]),  # type: ignore[arg-type]
                str(row["root"])[:16] + "…",
                len(row["published"]),  # type: ignore[arg-type]
                len(row["waiting"]) or "",  # type: ignore[arg-type]
            )
            for row in rows
        ],
        "Aucune tête d’arbre : « docgen journal sign » signe la première.",
    )
    ahead = size - (int(str(rows[-1]["size"])) if rows else 0)
    if ahead:
        out.print(f"{ahead} ligne(s) depuis : la prochaine tête les couvrira.")


@app.command()
def sign(json: Json = False) -> None:
    """Signer une tête d’arbre sur tout ce qui est nouveau, et la publier (chaque jour, le flux).

    En JSON : counts, failures, busy, put_off, notices. Sort avec 6 quand une étape a échoué.
    """
    if read_settings().prefect_api_url:
        through_prefect("tree-head/tree-head", json)
        return
    with open_ports() as ports:
        tell(tree_head(ports, datetime.now(UTC)), json)


@app.command()
def proof(reference: Reference) -> None:
    """Donner la preuve, en JSON, qu’un dossier est au journal : sa ligne, et le chemin à la racine.

    Clés : schema, leaf, leaf_hash, index, tree_size, path.
    """
    with open_ports() as ports, ports.database.read() as session:
        typer.echo(proof_for(session, reference).inclusion.to_bytes())


@app.command()
def verify(
    witnesses: Annotated[
        list[Path] | None,
        typer.Option("--temoin", help="Tête gardée ailleurs (.json reçu par courriel)."),
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Une copie de l’archive, en dossier.")
    ] = None,
    json: Json = False,
) -> None:
    """Contrôler le journal : lignes, arbre, têtes, signatures, horodatages, base et témoins.

    En JSON : lines, heads, signed_at, unpublished, sound, problems. Sort avec 5 à la moindre
    anomalie.
    """
    kept = [read_file(one) for one in witnesses or ()]
    if archive is not None and not archive.is_dir():
        raise NotFound("Le dossier", str(archive))
    with open_ports() as ports:
        verdict = verify_log(ports, kept, FolderArchive(archive) if archive else None)
    if json:
        as_json({**verdict.__dict__, "sound": verdict.sound})
    else:
        for problem in verdict.problems:
            bad(problem)
        if verdict.sound:
            when = f", la dernière {horodatage(verdict.signed_at)}" if verdict.signed_at else ""
            good(f"{verdict.lines} lignes et {verdict.heads} têtes d’arbre tiennent{when}.")
        if verdict.unpublished:
            warn(f"{verdict.unpublished} ligne(s) attendent la prochaine tête d’arbre.")
    if not verdict.sound:
        raise typer.Exit(5)


@app.command()
def recover(json: Json = False) -> None:
    """Reprendre dans l’archive la fin du journal qu’une base remise d’une sauvegarde n’a pas.

    En JSON : lines.
    """
    with open_ports() as ports:
        lines = recover_log(
            ports.database, ports.archive, roots_of(ports.sealer), datetime.now(UTC)
        )
    if json:
        as_json({"lines": lines})
    else:
        good(f"{lines} ligne(s) reprises de l’archive.")
