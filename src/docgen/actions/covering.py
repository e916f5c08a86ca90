"""What runs out beside agreements, read from the sheets: insurance, powers, State convention."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from docgen.deadlines import Coverage, Due, coverage_reminders
from docgen.french import siret as printed
from docgen.records import queries

# Before, nothing is due; after, nothing is of any use.
_NEAR = timedelta(days=100)


@dataclass(frozen=True)
class Covered:
    """Something with a last day: `subject` names it for good, `about` for a person."""

    subject: str
    kind: Coverage
    end: date
    about: str
    siren: str

    def dues(self) -> list[Due]:
        return coverage_reminders(self.kind, self.end)


def in_charge(session: Session, siren: str) -> str | None:
    """Who follows that company, else the first contact of the organisation, else nobody."""
    for row in reversed(queries.conventions_with(session, [siren])):
        # A convention taken over may name nobody.
        if named := json.loads(row.data).get("referents"):
            return str(named["organisation"]["courriel"])
    for sheet in queries.sheets(session, "organisation"):
        for contact in json.loads(sheet.data).get("contacts") or ():
            return str(contact["courriel"])
    return None


def coverages(session: Session, today: date) -> Iterator[Covered]:
    """All that runs out around `today`, by the latest edition of each sheet."""
    for sheet in queries.dated_sheets(session, "organisation"):
        data = json.loads(sheet.data)
        yield from _near(_of_organisation(sheet.key, data), today)
        yield from _near(_powers(sheet.key[:9], sheet.label, data), today)
    for sheet in queries.dated_sheets(session, "entreprise"):
        data = json.loads(sheet.data)
        yield from _near(_insurances(sheet.key, sheet.label, data), today)
        yield from _near(_powers(sheet.key, sheet.label, data), today)


def _near(found: Iterator[Covered], today: date) -> Iterator[Covered]:
    return (one for one in found if abs(one.end - today) <= _NEAR)


def _of_organisation(siret: str, data: Mapping[str, Any]) -> Iterator[Covered]:
    if state := data.get("convention_etat"):
        about = f"Convention avec l’État n°\u00a0{state['numero']}"
        end = date.fromisoformat(state["fin"])
        yield Covered(f"etat:{siret}", "convention_etat", end, about, siret[:9])


def _insurances(siren: str, label: str, data: Mapping[str, Any]) -> Iterator[Covered]:
    for place in data.get("etablissements") or ():
        cover = place.get("assurance")
        if cover and cover.get("fin"):
            end = date.fromisoformat(cover["fin"])
            about = f"{label}, établissement {printed(place['siret'])}"
            yield Covered(f"assurance:{place['siret']}", "assurance", end, about, siren)


def _powers(siren: str, label: str, data: Mapping[str, Any]) -> Iterator[Covered]:
    for contact in data.get("contacts") or ():
        power = contact.get("pouvoir")
        if power and power.get("fin"):
            # A key holds no name and no address.
            who = hashlib.sha256(contact["courriel"].encode()).hexdigest()[:12]
            end = date.fromisoformat(power["fin"])
            about = f"{contact['prenom']} {contact['nom']}, pour {label}"
            yield Covered(f"pouvoir:{siren}:{who}", "pouvoir", end, about, siren)
