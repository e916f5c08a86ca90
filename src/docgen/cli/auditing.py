"""docgen audit: search, show, take, accesses, journal, reindex; its missions are in `missions`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from docgen.actions.accounts.present import Sight
from docgen.actions.audit.accesses import accesses as list_accesses
from docgen.actions.audit.accesses import journal_faults
from docgen.actions.audit.dossier import verified, view
from docgen.actions.audit.finding import find
from docgen.actions.audit.indexing import reindex as index_again
from docgen.actions.audit.taking import Taken
from docgen.actions.audit.taking import take as take_dossiers
from docgen.actions.export import write
from docgen.cli import missions
from docgen.cli.answers import as_json, as_table, bad, day, err, good, out
from docgen.cli.files import Json
from docgen.cli.following import day_of
from docgen.cli.missions import Motive
from docgen.errors import Refused
from docgen.french import PARIS, horodatage_court
from docgen.lifecycle import Status
from docgen.records.queries.search import Scope, Wanted
from docgen.wiring import open_ports

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Retrouver un dossier, le lire, l’emporter ; chaque accès est inscrit avec son motif.",
)
Reference = Annotated[str, typer.Argument(help="Numéro de l’accord.", metavar="REFERENCE")]


def _sight(motive: str) -> Sight:
    """What the machine's owner sees: all of it, for a reason that is written down."""
    said = " ".join(motive.split())
    if len(said) < 5:
        raise Refused("Dites pourquoi (--motif) : chaque accès est inscrit avec son motif.")
    return Sight("", said, Scope())


@app.command("search")
def search(
    words: Annotated[
        list[str] | None, typer.Argument(help="Référence, entreprise, SIRET, bénéficiaire.")
    ] = None,
    motive: Motive = "",
    company: Annotated[str, typer.Option("--entreprise")] = "",
    person: Annotated[str, typer.Option("--personne", help="Bénéficiaire.")] = "",
    siret: Annotated[str, typer.Option("--siret", help="SIRET ou SIREN.")] = "",
    kind: Annotated[str, typer.Option("--type")] = "",
    status: Annotated[Status | None, typer.Option("--statut")] = None,
    fund: Annotated[str, typer.Option("--financement")] = "",
    since: Annotated[
        str | None, typer.Option("--du", metavar="AAAA-MM-JJ", help="En cours à partir de ce jour.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--au", metavar="AAAA-MM-JJ", help="et jusqu’à celui-ci.")
    ] = None,
    most: Annotated[int, typer.Option("--combien", min=1, max=1000)] = 50,
    json: Json = False,
) -> None:
    """Chercher des accords, sans accents ni majuscules, par le début des mots.

    En JSON, une liste de : reference, kind, title, status, company, company_siret, start, end.
    """
    wanted = Wanted(
        words=" ".join(words or ()),
        company=company,
        person=person,
        siret="".join(c for c in siret if c.isdigit()),
        kind=kind,
        statuses=(status,) if status else (),
        fund=fund,
        first_day=day_of(since) if since else None,
        last_day=day_of(until) if until else None,
    )
    with open_ports() as ports:
        found = find(ports, _sight(motive), None, wanted, datetime.now(UTC), most=most)
    if json:
        as_json(found.rows)
        return
    as_table(
        ("Référence", "Document", "Entreprise", "SIRET", "Du", "Au", "Statut"),
        [
            (
                row.reference,
                row.title,
                row.company,
                row.company_siret or "",
                day(row.start),
                day(row.end),
                Status(row.status).label,
            )
            for row in found.rows
        ],
        "Aucun accord ne répond à ces critères.",
    )
    if found.after:
        out.print(f"Les {most} premiers ; il y en a d’autres (--combien).")


@app.command("show")
def show(
    reference: Reference,
    motive: Motive = "",
    check: Annotated[
        bool, typer.Option("--controle", help="Contrôler aussi les signatures.")
    ] = False,
    json: Json = False,
) -> None:
    """Voir un dossier : octets, signatures, heure, journal, conservation.

    En JSON : reference, title, status, company, company_siret, start, end, archived, pages, lines,
    parties, files, history. Sort avec 5 à la moindre anomalie.
    """
    with open_ports() as ports:
        now = datetime.now(UTC)
        sight = _sight(motive)
        found = view(ports, sight, None, reference, now)
        holds, problems = verified(ports, sight, None, reference, now) if check else ([], [])
    if json:
        as_json(found)
    else:
        out.print(f"{found.reference} — {found.title}, {found.company} ({found.status})")
        for line in found.lines:
            said = f"{line.label} : {line.sentence}"
            if line.holds is None:
                out.print(f"· {said}")
            else:
                (good if line.holds else bad)(said)
        for sentence in holds:
            good(sentence)
        for sentence in problems:
            bad(sentence)
    if problems or any(line.holds is False for line in found.lines):
        raise typer.Exit(5)


@app.command("take")
def take(
    references: Annotated[list[str], typer.Argument(metavar="REFERENCE...")],
    motive: Motive = "",
    to: Annotated[Path, typer.Option("--vers", "-o", help="Dossier où écrire le zip.")] = Path(),
    json: Json = False,
) -> None:
    """Emporter un dossier en un zip BagIt, ou plusieurs en un seul zip, avec leur index.

    En JSON, une liste de : reference, path.
    """
    with open_ports() as ports:
        taken = take_dossiers(ports, _sight(motive), None, references, datetime.now(UTC))
        with Progress(console=err, transient=True, disable=json or not sys.stderr.isatty()) as bar:
            place = write(_told(taken, bar), taken.name, to)
    if json:
        as_json([{"reference": one, "path": str(place)} for one in dict.fromkeys(references)])
        return
    good(f"{place} — VERIFIER.txt dit comment le contrôler")


def _told(taken: Taken, bar: Progress) -> Iterator[bytes]:
    """The pieces of a zip, each shown as it goes."""
    task = bar.add_task(taken.name, total=taken.size)
    for piece in taken.pieces:
        yield piece
        bar.advance(task, len(piece))


@app.command("accesses")
def accesses(
    reference: Annotated[str | None, typer.Argument(metavar="[REFERENCE]")] = None,
    since: Annotated[str | None, typer.Option("--depuis", metavar="AAAA-MM-JJ")] = None,
    most: Annotated[int, typer.Option("--combien", min=1, max=100_000)] = 200,
    json: Json = False,
) -> None:
    """Voir qui a cherché, lu et emporté quoi, et pourquoi ; du plus récent au plus ancien.

    En JSON, une liste de : line, at, who, act, what, reference, motive, mission, details.
    """
    start = datetime.combine(day_of(since), time.min, PARIS) if since else None
    with open_ports() as ports:
        found = list_accesses(ports, reference=reference, since=start, most=most)
    if json:
        as_json(found)
        return
    as_table(
        ("Ligne", "Quand", "Qui", "Quoi", "Dossier", "Motif"),
        [
            (one.line, horodatage_court(one.at), one.who, one.what, one.reference, one.motive)
            for one in found
        ],
        "Aucun accès.",
    )


@app.command("journal")
def journal(json: Json = False) -> None:
    """Contrôler la chaîne du journal du bureau. Sort avec 5 si elle est rompue.

    En JSON : {"sound", "problems"}.
    """
    with open_ports() as ports:
        problems = journal_faults(ports)
    if json:
        as_json({"sound": not problems, "problems": problems})
    for problem in () if json else problems:
        bad(problem)
    if not problems and not json:
        good("Le journal du bureau est entier.")
    if problems:
        raise typer.Exit(5)


@app.command("reindex")
def reindex(
    everything: Annotated[
        bool, typer.Option("--tout", help="Refaire aussi ce qui est déjà indexé.")
    ] = False,
    json: Json = False,
) -> None:
    """Rendre trouvables les accords enregistrés avant la recherche (le passage le fait aussi).

    En JSON : {"indexed"}.
    """
    with open_ports() as ports:
        count = index_again(ports, everything=everything)
    if json:
        as_json({"indexed": count})
        return
    good(f"{count} accord{'s' if count > 1 else ''} indexé{'s' if count > 1 else ''}.")


app.command("mission")(missions.mission)
app.command("missions")(missions.list_missions)
app.command("end-mission")(missions.end)
