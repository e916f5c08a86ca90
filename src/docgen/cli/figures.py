"""indicators: the figures of a year, a period, a company or an adviser."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from docgen.actions.reporting.flat import flat, workbook
from docgen.actions.reporting.period import Asked, figures_of, whose_of, window_of, year_of
from docgen.actions.reporting.report import report_pdf
from docgen.cli.answers import as_json, as_table, good, title
from docgen.cli.files import Json
from docgen.cli.following import day_of
from docgen.cli.writing import write_file
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS, periode
from docgen.indicators import Figure, Scope
from docgen.lookups import make_home, open_records_for_writing
from docgen.settings import read_settings


def indicators(
    year: Annotated[int | None, typer.Option("--annee", help="Année civile (celle-ci).")] = None,
    since: Annotated[str | None, typer.Option("--du", metavar="AAAA-MM-JJ")] = None,
    until: Annotated[str | None, typer.Option("--au", metavar="AAAA-MM-JJ")] = None,
    company: Annotated[
        str, typer.Option("--entreprise", metavar="SIREN", help="Celle-ci seulement.")
    ] = "",
    referent: Annotated[
        str, typer.Option("--referent", metavar="COURRIEL", help="Ses accords seulement.")
    ] = "",
    outside: Annotated[
        bool, typer.Option("--externe", help="Masquer les nombres de moins de cinq personnes.")
    ] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Écrire un classeur.")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="Écrire le rapport annuel, avec ses graphiques.")
    ] = None,
    definitions: Annotated[
        bool, typer.Option("--definitions", help="Dire la définition de chaque chiffre.")
    ] = False,
    json: Json = False,
) -> None:
    """Donner les chiffres d’une année : PMSMP, personnes, emplois, conventions, engagements.

    En JSON, une liste de : id, group, label, value, unit, shown, masked, first, last, definition.
    « value » est en minutes et en centimes entiers ; « group » est la ligne d’une répartition
    (`SIREN:promis`, `:realise`, `:ecart`, `:taux` pour les engagements).
    """
    settings = read_settings()
    now = datetime.now(UTC)
    today = now.astimezone(PARIS).date()
    if since or until:
        if year is not None:
            message = "une année (--annee) ou une période (--du, --au), pas les deux."
            raise InvalidData([Finding("periode", "error", "annee", message)])
        first = day_of(since, "--du") if since else date(today.year, 1, 1)
        window = window_of(first, day_of(until, "--au") if until else today)
    else:
        window = year_of(today.year if year is None else year)
    asked = Asked(Scope(window, today, settings.hire_months), whose_of(company, referent), outside)
    if pdf is not None:
        from docgen.wiring import open_ports

        with open_ports(settings) as ports:
            write_file(pdf, report_pdf(ports, asked, settings.organisation, now))
        good(f"Rapport écrit dans {pdf}.")
    if pdf is not None and xlsx is None and not json:
        return
    make_home(settings.home)
    with open_records_for_writing(settings) as records:
        found = figures_of(records, asked)
    if xlsx is not None:
        write_file(xlsx, workbook(found, asked, now))
        good(f"Classeur écrit dans {xlsx}.")
    if json:
        as_json(flat(found, asked))
    elif xlsx is None:
        _show(found, asked, definitions)


def _show(found: tuple[Figure, ...], asked: Asked, definitions: bool) -> None:
    window = asked.scope.window
    title(f"Indicateurs {periode(window.first, window.last)}")
    as_table(
        ("Indicateur", "Ligne", "Valeur", *(("Définition",) if definitions else ())),
        [
            (
                one.definition.label,
                (one.name if one.group else "")
                + (f", {one.group.split(':')[1]}" if ":" in one.group else ""),
                one.shown,
                *((one.definition.text,) if definitions and not one.group else ()),
                *(("",) if definitions and one.group else ()),
            )
            for one in found
        ],
        "",
    )
