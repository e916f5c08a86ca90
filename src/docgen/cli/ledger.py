"""log, promise, ledger: what was done, what was promised, and the one against the other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from docgen.actions.ledger.board import Board, board
from docgen.actions.ledger.entries import Entry, entries, undo
from docgen.actions.ledger.log import HIRE, Noted
from docgen.actions.ledger.log import log as log_entry
from docgen.actions.ledger.promising import promise as add_promise
from docgen.actions.reporting.company_sheet import company_sheet_pdf, ligne
from docgen.actions.reporting.period import window_of, year_of
from docgen.cli.answers import as_json, as_table, day, good, out, title
from docgen.cli.files import Json
from docgen.cli.following import day_of
from docgen.cli.writing import write_file
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS
from docgen.ledger import ACTS, SORTS, Unit, quantity_of
from docgen.lookups import make_home, open_records_for_writing
from docgen.settings import read_settings

About = Annotated[
    str, typer.Argument(metavar="REF", help="Numéro d’un accord, SIREN ou SIRET d’une entreprise.")
]


def log(
    about: About,
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[NATURE]", help=f"{', '.join((*ACTS, HIRE))}. Vide : lister."),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--le", metavar="AAAA-MM-JJ", help="Quel jour (aujourd’hui).")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Une phrase, si elle aide.")] = "",
    count: Annotated[
        int | None, typer.Option("--nombre", min=1, help="Combien (profils…).")
    ] = None,
    hours: Annotated[
        str | None, typer.Option("--heures", help="Temps de mécénat : 14, 3h30 ou 3,5.")
    ] = None,
    euros: Annotated[str | None, typer.Option("--euros", help="Montant d’un achat.")] = None,
    contract: Annotated[
        str, typer.Option("--contrat", help="D’une embauche : cdi, cdd_6_mois_ou_plus…")
    ] = "",
    employer: Annotated[
        str, typer.Option("--employeur", metavar="SIREN", help="Si ce n’est pas l’hôte.")
    ] = "",
    again: Annotated[bool, typer.Option("--encore", help="Un second, le même jour.")] = False,
    undone: Annotated[
        str | None, typer.Option("--annuler", metavar="ID", help="Annuler une inscription.")
    ] = None,
    json: Json = False,
) -> None:
    """Noter en une ligne une visite, un appel, une médiation, une embauche… ; lister ; annuler.

    Par exemple : docgen log PMSMP-2026-0001 visite --le 2026-03-02. En JSON, une liste de : id,
    kind, title, day, about, company, quantity, unit, note, source.
    """
    settings = read_settings()
    make_home(settings.home)
    now = datetime.now(UTC)
    with open_records_for_writing(settings) as records:
        if undone is not None:
            good(f"Annulé : {undo(records, undone, now)}.")
            return
        if kind is None:
            _tell(entries(records, about), json)
            return
        noted = Noted(
            kind=kind,
            day=day_of(on, "--le") if on else now.astimezone(PARIS).date(),
            quantity=_quantity(count, hours, euros),
            note=note,
            again=again,
            contract=contract,
            employer=employer.replace(" ", ""),
        )
        entry = log_entry(records, about, noted, secrets.token_hex(16), now)
    if json:
        as_json([entry])
        return
    good(f"{entry.title} du {day(entry.day)}, {entry.about or entry.company} : noté ({entry.id}).")


def _quantity(count: int | None, hours: str | None, euros: str | None) -> int | None:
    """In the act's unit: a count, minutes or cents. Raises InvalidData."""
    given = [one for one in (count, hours, euros) if one is not None]
    if len(given) > 1:
        message = "une seule quantité : --nombre, --heures ou --euros."
        raise InvalidData([Finding("registre", "error", "quantite", message)])
    if hours is not None:
        return quantity_of(hours, "minutes", "--heures")
    return quantity_of(euros, "centimes", "--euros") if euros is not None else count


def _tell(found: list[Entry], json: bool) -> None:
    if json:
        as_json(found)
        return
    as_table(
        ("Id", "Jour", "Quoi", "Combien", "Sur", "Note"),
        [(one.id, day(one.day), one.title, one.shown, one.about, one.note) for one in found],
        "Rien de noté. Par exemple : docgen log PMSMP-2026-0001 visite --le 2026-03-02",
    )


def promise(
    reference: Annotated[str, typer.Argument(help="Numéro d’une convention de partenariat.")],
    sort: Annotated[
        str,
        typer.Argument(metavar="NATURE", help=", ".join(one for one in SORTS if one != "pmsmp")),
    ],
    quantity: Annotated[str, typer.Argument(metavar="QUANTITÉ", help="Fois, heures ou euros.")],
    source: Annotated[
        str, typer.Option("--source", help="Où c’est écrit, par exemple « article 2 ».")
    ],
    basis: Annotated[
        str, typer.Option("--base", help="annee_civile, annee_contrat ou duree.")
    ] = "annee_civile",
    json: Json = False,
) -> None:
    """Ajouter un engagement que le texte de la convention chiffre hors de ses champs.

    Heures de mécénat, achats, profils à proposer… En JSON : {"id", "sort", "quantity", "unit",
    "basis", "source"}.
    """
    settings = read_settings()
    make_home(settings.home)
    unit: Unit = SORTS[sort].unit if sort in SORTS else "nombre"
    amount = quantity_of(quantity, unit)
    now = datetime.now(UTC)
    with open_records_for_writing(settings) as records:
        row = add_promise(
            records, reference, sort, amount, basis, source, secrets.token_hex(16), now
        )
    if json:
        said = {"id": row.id[:8], "sort": sort, "quantity": row.quantity, "unit": unit}
        as_json({**said, "basis": row.basis, "source": row.source})
        return
    good(f"{reference} : {SORTS[sort].title.lower()}, engagement ajouté ({row.id[:8]}).")


@dataclass(frozen=True)
class LedgerRow:
    """A commitment; the flat shape of the `lines` of `docgen ledger --json`."""

    sort: str
    title: str
    side: str
    unit: str
    promised: float | None
    done: int
    gap: float | None
    rate: float | None


def ledger(
    about: About,
    year: Annotated[int | None, typer.Option("--annee", help="Année civile (celle-ci).")] = None,
    since: Annotated[str | None, typer.Option("--du", metavar="AAAA-MM-JJ")] = None,
    until: Annotated[str | None, typer.Option("--au", metavar="AAAA-MM-JJ")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="Écrire la fiche d’une page dans ce fichier.")
    ] = None,
    json: Json = False,
) -> None:
    """Voir ce qu’une entreprise a promis et ce qui est fait, et ce que nous lui devons.

    En JSON : {"siren", "company", "first", "last", "lines", "conventions", "stays", "entries",
    "events", "people", "next_steps"} ; une ligne de « lines » a : sort, title, side, unit,
    promised, done, gap, rate (minutes et centimes entiers).
    """
    settings = read_settings()
    today = datetime.now(PARIS).date()
    if since or until:
        first = day_of(since, "--du") if since else date(today.year, 1, 1)
        window = window_of(first, day_of(until, "--au") if until else today)
    else:
        window = year_of(year or today.year)
    if pdf is not None:
        from docgen.wiring import open_ports

        with open_ports(settings) as ports:
            seen = board(ports.database, about, window, today)
            made = company_sheet_pdf(ports, seen, settings.organisation, datetime.now(UTC))
        write_file(pdf, made)
        good(f"{seen.company} : fiche écrite dans {pdf}.")
        return
    make_home(settings.home)
    with open_records_for_writing(settings) as records:
        seen = board(records, about, window, today)
    if json:
        as_json(_flat(seen))
        return
    _show(seen)


def _flat(seen: Board) -> dict[str, Any]:
    return {
        "siren": seen.siren,
        "company": seen.company,
        "first": seen.window.first,
        "last": seen.window.last,
        "lines": [
            LedgerRow(
                line.sort.slug,
                line.sort.title,
                line.sort.side,
                line.sort.unit,
                _rounded(line.promised),
                line.done,
                _rounded(line.gap),
                _rounded(line.rate),
            )
            for line in seen.lines
        ],
        "conventions": seen.conventions,
        "stays": [
            {
                "reference": one.reference,
                "start": one.first,
                "end": one.last,
                "outcome": one.outcome,
                "renewal": one.renews is not None,
            }
            for one in seen.stays
        ],
        "entries": seen.entries,
        "events": seen.events,
        "people": seen.people,
        "next_steps": seen.next_steps,
    }


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _show(seen: Board) -> None:
    title(f"{seen.company}, SIREN {seen.siren}")
    as_table(
        ("Engagement", "De", "Promis", "Fait", "Écart"),
        [
            (said.libelle, line.sort.side, said.promis, said.fait, said.ecart)
            for line in seen.lines
            for said in (ligne(line),)
        ],
        "Aucun engagement, et rien de fait sur la période.",
    )
    if seen.entries:
        out.print("")
        _tell(list(seen.entries), json=False)
    if seen.next_steps:
        out.print("")
        as_table(("Pour le", "À faire"), [(day(one.by), one.what) for one in seen.next_steps], "")
