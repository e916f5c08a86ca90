"""renew, denounce: what follows an agreement, prepared in a file that `docgen issue` takes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from docgen.actions.denouncing import denounce as prepare_notice
from docgen.actions.renewing import Draft
from docgen.actions.renewing import renew as prepare_renewal
from docgen.cli.answers import as_json, as_table, bad, day, good, out, warn
from docgen.cli.drafts import written
from docgen.cli.files import Json
from docgen.cli.following import Reference, day_of
from docgen.errors import NotFound, Refused
from docgen.french import PARIS
from docgen.lookups import law_of, open_records
from docgen.records.database import Database
from docgen.settings import read_settings

Out = Annotated[Path | None, typer.Option("--vers", "-o", help="Fichier à écrire.", dir_okay=False)]
Day = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ")]


def renew(
    reference: Reference,
    nature: Annotated[
        Literal["renouvellement", "avenant", "convention"] | None,
        typer.Option(
            help="Sinon : PMSMP renouvelée, convention en cours prolongée, finie refaite."
        ),
    ] = None,
    debut: Annotated[
        str | None, typer.Option(metavar="AAAA-MM-JJ", help="Premier jour voulu.")
    ] = None,
    fin: Annotated[
        str | None, typer.Option(metavar="AAAA-MM-JJ", help="Dernier jour voulu.")
    ] = None,
    motif: Annotated[str | None, typer.Option(help="Pourquoi, en une phrase.")] = None,
    to: Out = None,
    json: Json = False,
) -> None:
    """Préparer ce qui suit un accord : renouvellement, avenant ou nouvelle convention.

    Le fichier écrit est complet et vérifié ; « docgen issue » l’émet. En JSON : {"kind", "parent",
    "path", "valid", "changes": [{"field", "before", "after"}], "findings"}. Sort avec 2 quand il
    reste quelque chose à compléter.
    """
    settings = read_settings()
    with open_records(settings) as records:
        draft = prepare_renewal(
            _known(records, reference),
            reference,
            datetime.now(PARIS).date(),
            law_of(settings),
            nature=nature,
            first=day_of(debut, "--debut") if debut else None,
            last=day_of(fin, "--fin") if fin else None,
            motif=motif,
        )
    path = _write(draft, to)
    if json:
        as_json(_answer(draft, path))
    else:
        as_table(
            ("Ce qui change", "Avant", "Après"),
            [(one.field, one.before or "", one.after or "retiré") for one in draft.changes],
            "Rien ne change que les dates.",
        )
        _tell(draft, path)
    if not draft.valid:
        raise typer.Exit(2)


def denounce(
    reference: Reference,
    auteur: Annotated[
        Literal["organisation", "entreprise"], typer.Option(help="Qui donne le préavis.")
    ] = "organisation",
    nature: Annotated[
        Literal["non_reconduction", "resiliation"] | None,
        typer.Option(help="Sinon : non-reconduction, ou résiliation si rien ne la reconduit."),
    ] = None,
    recu: Annotated[
        str | None,
        typer.Option(metavar="AAAA-MM-JJ", help="Jour où l’autre partie le reçoit."),
    ] = None,
    motif: Annotated[str | None, typer.Option(help="Pourquoi, en une phrase.")] = None,
    to: Out = None,
    json: Json = False,
) -> None:
    """Préparer la dénonciation d’une convention, et dire si elle arrive à temps.

    En JSON : {"kind", "parent", "path", "valid", "received", "deadline", "in_time", "ends",
    "changes", "findings"}.
    """
    settings = read_settings()
    with open_records(settings) as records:
        prepared = prepare_notice(
            _known(records, reference),
            reference,
            datetime.now(PARIS).date(),
            law_of(settings),
            auteur=auteur,
            nature=nature,
            received=day_of(recu, "--recu") if recu else None,
            motif=motif,
        )
    path = _write(prepared.draft, to)
    if json:
        facts = {
            name: getattr(prepared, name) for name in ("received", "deadline", "in_time", "ends")
        }
        as_json(_answer(prepared.draft, path) | facts)
    else:
        when = f"Reçue le {day(prepared.received)}"
        if prepared.deadline is None:
            out.print(f"{when}. Aucun délai à tenir.")
        elif prepared.in_time:
            good(f"{when}, dans le délai : il court jusqu’au {day(prepared.deadline)}.")
        else:
            warn(f"{when}, trop tard : le dernier jour était le {day(prepared.deadline)}.")
        out.print(f"La convention prend fin le {day(prepared.ends)}.")
        _tell(prepared.draft, path)
    if not prepared.draft.valid:
        raise typer.Exit(2)


def _known(records: Database | None, reference: str) -> Database:
    if records is None:
        raise NotFound("L’accord", reference)
    return records


def _write(draft: Draft, to: Path | None) -> Path:
    """Write the file, never over another one. Raises Refused."""
    path = to or Path(f"{draft.kind}-{draft.parent}.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(written(draft))
    except FileExistsError as error:
        raise Refused(
            f"{path} existe déjà et n’est pas remplacé : en choisir un autre (--vers)."
        ) from error
    except OSError as error:
        raise Refused(f"{path} ne peut pas être écrit ({error.strerror}).") from error
    return path


def _answer(draft: Draft, path: Path) -> dict[str, object]:
    return {
        "kind": draft.kind,
        "parent": draft.parent,
        "path": path,
        "valid": draft.valid,
        "changes": draft.changes,
        "findings": draft.findings,
    }


def _tell(draft: Draft, path: Path) -> None:
    for finding in draft.findings:
        (bad if finding.level == "error" else warn)(finding.sentence())
    if draft.valid:
        good(f"{path} est prêt : docgen issue {path}")
    else:
        out.print(f"{path} est écrit ; le compléter, puis : docgen issue {path}")
