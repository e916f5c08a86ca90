"""check, possible: what the rules say before there is anything to issue."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from docgen import agreements
from docgen.actions import law
from docgen.agreements.parties import Siret
from docgen.agreements.parts import Day
from docgen.agreements.reading import read
from docgen.agreements.rules import EFFECTS, MARKS
from docgen.agreements.rules.possible import Limit
from docgen.cli.answers import as_json, as_table, bad, day, good, out, title, warn
from docgen.cli.files import Json, content_of
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS
from docgen.lookups import law_of, open_records
from docgen.settings import read_settings


def check(
    file: Annotated[
        Path | None, typer.Argument(help="Fichier YAML ou JSON (- pour l’entrée).")
    ] = None,
    json: Json = False,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Expliquer une règle, par exemple P4.")
    ] = None,
) -> None:
    """Contrôler un fichier : données et règles, avec ce qui est déjà enregistré ; rien n’est créé.

    En JSON : {"kind", "valid", "findings": [{"rule", "level", "field", "message", "source",
    "allowed"}]}. Sort avec 2 si une erreur empêche d’émettre.
    """
    if explain is not None:
        explain_rule(explain, json)
        return
    if file is None:
        raise typer.BadParameter("Donner un fichier, ou --explain et une règle.")
    settings = read_settings()
    today = datetime.now(PARIS).date()
    try:
        source = read(content_of(file))
        with open_records(settings) as records:
            checked, _ = law.check(records, source, today, law_of(settings))
    except InvalidData as error:
        checked = agreements.Checked(None, None, error.findings)
    if json:
        keys = ("rule", "level", "field", "message", "source", "allowed")
        findings = [{key: getattr(f, key) for key in keys} for f in checked.findings]
        as_json({"kind": checked.kind, "valid": checked.valid, "findings": findings})
    else:
        for finding in checked.findings:
            {"error": bad, "warning": warn, "info": warn}[finding.level](finding.sentence())
        if checked.agreement is not None:
            good(f"{file} : prêt à émettre ({checked.agreement.titre()}).")
    if not checked.valid:
        raise typer.Exit(2)


def possible(
    beneficiaire: Annotated[
        str, typer.Option(help="Nom et prénom, dans l’ordre voulu, accents ou non.")
    ],
    siret: Annotated[str, typer.Option(help="SIRET de l’établissement d’accueil.")],
    debut: Annotated[str, typer.Option(help="Premier jour voulu, AAAA-MM-JJ.")],
    ne_le: Annotated[
        str | None, typer.Option(help="Date de naissance, si plusieurs personnes ont ce nom.")
    ] = None,
    json: Json = False,
) -> None:
    """Dire jusqu’à quand une PMSMP peut aller, et quelle règle décide.

    En JSON : {"beneficiaire", "known", "siret", "debut", "latest_end", "binding", "limits":
    [{"rule", "source", "latest_end", "used", "left", "unit", "message", "next_start"}]} ;
    "latest_end" est null quand rien n’est possible ce jour-là. Sort avec 4 dans ce cas.
    """
    first = _day("debut", debut)
    born = _day("ne_le", ne_le) if ne_le else None
    site = _siret(siret)
    settings = read_settings()
    today = datetime.now(PARIS).date()
    with open_records(settings) as records:
        person = law.find_person(records, beneficiaire, born)
        answer = law.still_possible(records, person, site, first, today, law_of(settings))
    if json:
        as_json(
            {
                "beneficiaire": person.name,
                "known": person.key is not None,
                "siret": site,
                "debut": first,
                "latest_end": answer.latest_end,
                "binding": answer.binding,
                "limits": answer.limits,
            }
        )
    else:
        if person.key is None:
            warn(f"« {person.name} » n’a aucune convention enregistrée ici : vérifiez le nom.")
        if answer.latest_end:
            days = (answer.latest_end - first).days + 1
            good(
                f"Du {day(first)} au {day(answer.latest_end)} au plus tard ({days} jours) ; "
                f"la règle {answer.binding} décide."
            )
        else:
            warn(f"Rien n’est possible le {day(first)} ; la règle {answer.binding} l’empêche.")
        rows = [
            (
                one.rule,
                day(one.latest_end) or "non",
                "" if one.used is None else f"{one.used} {_unit(one)}",
                "" if one.left is None else one.left,
                day(one.next_start),
                one.message,
            )
            for one in answer.limits
        ]
        as_table(("Règle", "Fin au plus tard", "Pris", "Reste", "Dès le", "Pourquoi"), rows, "")
    if answer.latest_end is None:
        raise typer.Exit(4)


def _unit(limit: Limit) -> str:
    return limit.unit if (limit.used or 0) > 1 else limit.unit.removesuffix("s")


def explain_rule(rule_id: str, json: bool) -> None:
    """Say what a rule asks, where it comes from and how sure that is."""
    found = law.explain(rule_id)
    if json:
        as_json(
            [
                {
                    "rule": rule.id,
                    "title": rule.title,
                    "source": rule.source,
                    "mark": rule.mark,
                    "level": rule.level,
                    "since": rule.since,
                    "until": rule.until,
                    "overridable": rule.overridable,
                    "example": rule.example,
                }
                for rule in found
            ]
        )
        return
    for rule in found:
        title(f"{rule.id} — {rule.title}")
        out.print(f"  Source : {rule.source} ({MARKS[rule.mark]}).")
        out.print(
            f"  Effet : {EFFECTS[rule.level]}, pour les accords émis dès le {day(rule.since)}."
        )
        if rule.overridable:
            out.print("  Une dérogation motivée est admise (champ « derogations »).")
        if rule.example:
            out.print(f"  Exemple : {rule.example}")


def _day(field: str, text: str) -> date:
    try:
        return TypeAdapter[date](Day).validate_python(text)
    except ValidationError as error:
        message = f"« {text} » n’est pas une date AAAA-MM-JJ de notre temps."
        raise InvalidData([Finding("modele", "error", field, message)]) from error


def _siret(text: str) -> str:
    try:
        return str(TypeAdapter[str](Siret).validate_python(text))
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        raise InvalidData([Finding("modele", "error", "siret", message)]) from error
