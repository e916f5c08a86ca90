"""docgen audit mission, missions, end-mission: who may look, at what, why, until when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from docgen.actions.accounts.missions import end_mission, missions, open_mission
from docgen.cli.answers import as_json, as_table, day, good
from docgen.cli.files import Json
from docgen.cli.following import day_of
from docgen.french import PARIS
from docgen.records.queries.search import Scope
from docgen.wiring import open_ports

Motive = Annotated[
    str, typer.Option("--motif", help="Pourquoi : référence du contrôle, sans nom de personne.")
]


def mission(
    auditor: Annotated[str, typer.Argument(help="Courriel de l’auditeur.", metavar="COURRIEL")],
    motive: Motive,
    until: Annotated[
        str, typer.Option("--jusqu-au", metavar="AAAA-MM-JJ", help="Dernier jour de la mission.")
    ],
    first: Annotated[str | None, typer.Option("--du", metavar="AAAA-MM-JJ")] = None,
    last: Annotated[str | None, typer.Option("--au", metavar="AAAA-MM-JJ")] = None,
    fund: Annotated[str | None, typer.Option("--financement")] = None,
    company: Annotated[str | None, typer.Option("--entreprise", help="SIRET ou SIREN.")] = None,
    json: Json = False,
) -> None:
    """Ouvrir une mission à un auditeur, bornée par une période, un financement, une entreprise.

    En JSON : {"id"}.
    """
    scope = Scope(day_of(first) if first else None, day_of(last) if last else None, fund, company)
    with open_ports() as ports:
        made = open_mission(ports, auditor, motive, scope, day_of(until), datetime.now(UTC), None)
    if json:
        as_json({"id": made})
        return
    good(f"Mission ouverte à {auditor} : {made}")


def list_missions(json: Json = False) -> None:
    """Voir les missions.

    En JSON, une liste de : id, auditor, name, motive, first_day, last_day, fund, company, until,
    in_force.
    """
    with open_ports() as ports:
        rows = missions(ports, datetime.now(PARIS).date())
    if json:
        as_json(rows)
        return
    as_table(
        ("Mission", "Auditeur", "Motif", "Jusqu’au", "État"),
        [
            (
                row.id,
                row.auditor,
                row.motive,
                day(row.until),
                "en cours" if row.in_force else "close",
            )
            for row in rows
        ],
        "Aucune mission.",
    )


def end(mission_id: Annotated[str, typer.Argument(metavar="MISSION")]) -> None:
    """Clore une mission à l’instant."""
    with open_ports() as ports:
        end_mission(ports, mission_id, datetime.now(UTC), None)
    good("Mission close.")
