"""What is known already and need not be typed again: bodies, people, companies of the register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.agreements.identity import person_key, plain
from docgen.directory import State
from docgen.errors import DocgenError, Finding, InvalidData
from docgen.records import queries, tables
from docgen.records.queries.search import Scope, Wanted

MOST = 8
# How many past agreements are read for the people of a company.
LOOKED_AT = 30
_PERSON = ("civilite", "nom", "prenom", "fonction", "courriel", "telephone")


@dataclass(frozen=True)
class Known:
    """Something to choose: its key, what it is called, what tells it from the others."""

    key: str
    label: str
    detail: str


def companies(ports: Ports, words: str) -> list[Known]:
    """Establishments of past agreements whose name begins so, the latest first."""
    if not plain(words):
        return []
    with ports.database.read() as session:
        wanted = Wanted(siret=words) if words.replace(" ", "").isdigit() else Wanted(company=words)
        entries = queries.search(session, wanted, Scope(), most=60)
    found: dict[str, Known] = {}
    for one in entries:
        if one.company_siret and one.company_siret not in found:
            detail = f"SIRET {one.company_siret}, {one.reference}"
            found[one.company_siret] = Known(one.company_siret, one.company, detail)
    return list(found.values())[:MOST]


def company(ports: Ports, siret: str) -> dict[str, Any]:
    """What past agreements say of an establishment: `entreprise`, and `tuteur`, `lieu` if any."""
    told: dict[str, Any] = {}
    with ports.database.read() as session:
        for data in _said(session, siret):
            for name in ("entreprise", "tuteur", "lieu"):
                value = data.get(name)
                whole = name != "entreprise" or _mapping(value).get("representant")
                if value and whole and name not in told:
                    told[name] = _without_none(value)
    return told


def from_register(ports: Ports, siret: str) -> dict[str, Any]:
    """What the public register says of a SIRET, as a body's fields. Raises InvalidData.

    Raises Unavailable when the register does not answer, or is not configured.
    """
    found = ports.directory(siret)
    if found.state is State.NOT_FOUND:
        raise _wrong("le registre ne connaît pas ce SIRET.")
    if found.state is State.CLOSED:
        raise _wrong("cet établissement est fermé, d’après le registre.")
    place = found.adresse
    address = {
        "voie": place.voie, "complement": place.complement, "code_postal": place.code_postal,
        "ville": place.ville,
    } if place else {}  # fmt: skip
    told = {"siret": found.siret, "raison_sociale": found.raison_sociale, "adresse": address}
    return dict(_without_none(told))


def _wrong(message: str) -> InvalidData:
    return InvalidData([Finding("annuaire", "error", "siret", message)])


def people(ports: Ports, words: str) -> list[Known]:
    """People met in agreements and sheets whose name holds every word."""
    if not plain(words):
        return []
    with ports.database.read() as session:
        return [
            Known(
                one.key,
                f"{one.given_name} {one.family_name}",
                f"né(e) le {one.born_on:%d/%m/%Y}",
            )
            for one in queries.people_named(session, words, MOST)
        ]


def person(ports: Ports, key: str) -> dict[str, Any]:
    """What is known of a person: their sheet over their last agreement; empty when nothing is."""
    with ports.database.read() as session:
        rows = queries.latest_of_person(session, key)
        told: dict[str, Any] = {}
        for row in reversed(rows):
            told |= _without_none(json.loads(row.data).get("beneficiaire") or {})
        sheet = queries.sheet(session, "beneficiaire", key) or {}
        met = session.get(tables.Person, key)
    if met is not None and not told:
        told = {
            "nom": met.family_name,
            "prenom": met.given_name,
            "date_naissance": met.born_on.isoformat(),
        }
    known = {k: v for k, v in sheet.items() if k in {*_PERSON, "date_naissance"} and v}
    return {**told, **known, **_contract(sheet.get("contrat"))}


def _contract(data: Any) -> dict[str, Any]:
    """The contract of a sheet as an agreement says it: with its last extension."""
    if not isinstance(data, Mapping):
        return {}
    longer = data.get("prolongations") or ()
    told = {name: value for name, value in data.items() if name != "prolongations" and value}
    if longer:
        told["fin"] = longer[-1]["fin"]
    return {"contrat": told}


def person_named(ports: Ports, given: Mapping[str, str]) -> dict[str, Any]:
    """What is known of somebody by name and birth date, with what is given besides."""
    try:
        born = date.fromisoformat(given.get("date_naissance", ""))
    except ValueError:
        return {}
    key = person_key(given.get("nom", ""), given.get("prenom", ""), born.isoformat())
    told = person(ports, key)
    return {**told, **{k: v for k, v in given.items() if v}} if told else {}


def contacts(ports: Ports, siret: str, name: str) -> list[tuple[str, dict[str, Any]]]:
    """People that past agreements of the company name as `tuteur` or `representant`."""
    found: dict[str, dict[str, Any]] = {}
    with ports.database.read() as session:
        for data in _said(session, siret[:9]):
            one = data.get("tuteur") if name == "tuteur" else None
            if name == "representant":
                one = _mapping(data.get("entreprise")).get("representant")
            if isinstance(one, Mapping) and one.get("nom"):
                said = f"{one.get('prenom', '')} {one['nom']}, {one.get('fonction', '')}"
                found.setdefault(said, _without_none(dict(one)))
    return list(found.items())[:MOST]


def organisation(ports: Ports) -> dict[str, Any]:
    """The organisation as the last agreement says it, else as its sheet does."""
    with ports.database.read() as session:
        for row in queries.latest_agreements(session, 5):
            body = json.loads(row.data).get("organisation")
            if body:
                return dict(_without_none(body))
        for one in queries.sheets(session, "organisation"):
            data = json.loads(one.data)
            told = {"raison_sociale": data["raison_sociale"], "siret": data["siret"]}
            if data.get("contacts"):
                told["representant"] = _only(data["contacts"][0])
            return told
    return {}


def referent(ports: Ports, email: str, name: str) -> dict[str, Any]:
    """Who prepares the agreement, as they signed the last one, or by their account."""
    with ports.database.read() as session:
        sheet = queries.sheet(session, "referent", email)
        if sheet:
            return _only(sheet)
        for row in queries.latest_agreements(session, LOOKED_AT):
            data = json.loads(row.data)
            one = data.get("referent") or _mapping(data.get("referents")).get("organisation")
            if isinstance(one, Mapping) and one.get("courriel") == email:
                return _only(one)
    first, _, last = name.partition(" ")
    return {"prenom": first, "nom": last or first, "courriel": email}


def _said(session: Session, siret: str) -> Iterator[Mapping[str, Any]]:
    rows: Sequence[tables.Agreement] = queries.latest_at_company(session, siret, LOOKED_AT)
    for row in rows:
        yield json.loads(row.data)


def _only(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _PERSON if data.get(name)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_none(one) for name, one in value.items() if one is not None}
    return value


def filled(ports: Ports, siret: str, before: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """`before` with what is known of its SIRET where it says nothing; and why not, if so.

    Our own past agreements first, the register for the rest.
    """
    digits = "".join(c for c in siret if c.isdigit())
    known = company(ports, digits).get("entreprise", {}) if len(digits) == 14 else {}
    problem = ""
    try:
        known = {**known, **from_register(ports, siret)}
    except DocgenError as error:
        problem = "" if known else _said_why(error)
    return _under(before, known), problem


def _said_why(error: DocgenError) -> str:
    if isinstance(error, InvalidData):
        return " ".join(one.message for one in error.findings)
    return error.explain()


def _under(before: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What stands already over what is known."""
    merged = dict(known)
    for name, value in before.items():
        inner = merged.get(name)
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            merged[name] = _under(value, inner)
        elif value not in ({}, None, ""):
            merged[name] = value
    return merged
