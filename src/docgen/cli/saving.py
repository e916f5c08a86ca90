"""backup, restore, rebuild-index, drill: what is lost with the database, and how it comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.backing_up import back_up, put_back
from docgen.actions.drill import SAMPLE
from docgen.actions.drill import drill as do_drill
from docgen.actions.rebuild import differences
from docgen.actions.rebuild import rebuild as do_rebuild
from docgen.archive.intake import read_file
from docgen.cli.answers import as_json, bad, good, warn
from docgen.cli.files import Json
from docgen.errors import Finding, InvalidData, NotFound
from docgen.french import pluriel
from docgen.lookups import make_home, open_records, open_records_for_writing
from docgen.settings import Settings, read_settings
from docgen.signing.keys import PUBLIC, SET, TSA_ROOTS
from docgen.signing.roots import Roots, roots_from
from docgen.wiring import open_archive, open_ports

_FOLDER = "sauvegardes"


def backup(
    to: Annotated[
        Path | None,
        typer.Option("--vers", "-o", help="Dossier des sauvegardes (HOME/sauvegardes)."),
    ] = None,
    json: Json = False,
) -> None:
    """Sauvegarder la base dans un fichier, relu et compté aussitôt.

    Les clés (HOME/keys) et l’archive n’y sont pas : copiez-les à part. En JSON : path, kind,
    made_at, size, sha256, rows.
    """
    settings = read_settings()
    with open_records(settings) as database:
        if database is None:
            raise NotFound("La base", str(settings.sqlite_file))
        made = back_up(database, to or settings.home / _FOLDER, datetime.now(UTC))
    if json:
        as_json(made)
        return
    agreements = pluriel(made.rows.get("agreements", 0), "accord", "accords")
    good(f"{made.path} : {agreements}, {made.size} octets, relue. SHA-256 {made.sha256}")
    warn("Les clés et l’archive n’y sont pas : copiez-les à part.")


def restore(
    path: Annotated[Path, typer.Argument(help="La sauvegarde ; son .json est à côté d’elle.")],
    replace: Annotated[
        bool, typer.Option("--ecraser", help="Remplacer les accords que la base contient déjà.")
    ] = False,
    json: Json = False,
) -> None:
    """Remettre une sauvegarde, contrôler ses journaux, dire ce qu’il reste à faire.

    En JSON : backup, before, problems. Sort avec 5 quand un journal ne tient pas.
    """
    settings = read_settings()
    make_home(settings.home)
    with open_records_for_writing(settings) as database:
        done = put_back(database, path, settings.home / _FOLDER, datetime.now(UTC), replace=replace)
    if json:
        as_json(done)
    else:
        good(f"{path.name} est remise (faite le {done.backup.made_at[:10]}).")
        if done.before:
            good(f"Ce qui était là est dans {done.before.path}.")
        for problem in done.problems:
            bad(problem)
        warn("Faites maintenant « docgen journal recover », puis « docgen journal verify ».")
    if done.problems:
        raise typer.Exit(5)


def rebuild_index(
    authorities: Annotated[
        list[Path] | None,
        typer.Option("--autorite", help="Certificat d’autorité (HOME/keys/autorite/ca.pem)."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--comparer", help="Refaire à côté, et comparer à la base d’ici.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--vers", help="Fichier SQLite à créer, au lieu de la base.")
    ] = None,
    json: Json = False,
) -> None:
    """Refaire la base à partir de l’archive et des certificats seuls.

    En JSON : dossiers, lines, uncovered, problems, differences (null sans --comparer). Sort avec 5
    quand quelque chose manque ou diffère.
    """
    settings = read_settings()
    if to is not None and to.exists():
        raise InvalidData([Finding("fichier", "error", "--vers", f"« {to} » existe déjà.")])
    if compare and to is None:
        message = "demande un fichier à créer avec --vers."
        raise InvalidData([Finding("fichier", "error", "--comparer", message)])
    roots = _roots(settings, authorities or ())
    make_home(settings.home)
    archive = open_archive(settings)
    archive.check()
    target = settings if to is None else settings.model_copy(
        update={"database_url": f"sqlite:///{to.absolute()}"}
    )  # fmt: skip
    differing: tuple[str, ...] | None = None
    with open_records_for_writing(target) as database:
        done = do_rebuild(database, archive, roots, datetime.now(UTC), files=not compare)
        if compare:
            with open_records(settings) as live:
                if live is None:
                    raise NotFound("La base", str(settings.sqlite_file))
                differing = tuple(differences(live, database))
    problems = [*done.problems, *(differing or ())]
    if json:
        as_json({**done.__dict__, "differences": differing})
    else:
        for problem in problems:
            bad(problem)
        back = pluriel(done.dossiers, "dossier revenu", "dossiers revenus")
        good(f"{back}, {pluriel(done.lines, 'ligne', 'lignes')} de journal d’archive.")
        if done.uncovered:
            warn(f"{done.uncovered} : au journal d’archive, aucune tête ne les couvre encore.")
        if differing is not None:
            (bad if differing else good)(pluriel(len(differing), "différence", "différences"))
    if problems:
        raise typer.Exit(5)


def drill(
    sample: Annotated[int, typer.Option("--dossiers", min=0, help="Combien vérifier.")] = SAMPLE,
    json: Json = False,
) -> None:
    """L’exercice de restauration : refaire l’index, comparer, vérifier des dossiers tirés au sort.

    En JSON : dossiers, differences, verified, problems. Sort avec 5 si quelque chose diffère.
    """
    with open_ports() as ports:
        done = do_drill(ports, datetime.now(UTC), sample)
    if json:
        as_json(done)
    else:
        for problem in (*done.differences, *done.problems):
            bad(problem)
        if done.sound:
            good(
                f"Index refait : {pluriel(done.dossiers, 'dossier', 'dossiers')}, aucune "
                f"différence ; {len(done.verified)} vérifié(s) hors ligne."
            )
    if not done.sound:
        raise typer.Exit(5)


def _roots(settings: Settings, authorities: tuple[Path, ...] | list[Path]) -> Roots:
    """The certificates to believe: those given, or this installation's own."""
    chosen = list(authorities) or [settings.keys / SET / PUBLIC]
    outside = sorted((settings.keys / TSA_ROOTS).glob("*.pem"))
    try:
        return roots_from([read_file(one) for one in chosen], [read_file(one) for one in outside])
    except ValueError as error:
        message = "ce n’est pas un certificat PEM."
        raise InvalidData([Finding("certificat", "error", "--autorite", message)]) from error
