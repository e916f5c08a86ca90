"""The first start: an office without accounts gets its administrator and the organisation's sheet.

Whoever comes first becomes administrator: so only from the machine itself, or with the key that
`docgen serve` writes to its terminal. Once an account exists, the door is shut for good.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from docgen import credentials
from docgen.access import Role
from docgen.actions.accounts.manage import clean_name, valid_email
from docgen.actions.ports import Ports
from docgen.actions.registry import register_sheet
from docgen.errors import Finding, InvalidData, Refused
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

NATURES = {
    "ACI": "atelier et chantier d’insertion",
    "EI": "entreprise d’insertion",
    "AI": "association intermédiaire",
    "ETTI": "entreprise de travail temporaire d’insertion",
    "REGIE": "régie de quartier",
}


@dataclass(frozen=True)
class FirstWords:
    """What the first person says: of the organisation, and of themselves."""

    organisation: str
    siret: str
    nature: str
    name: str
    email: str
    password: str


def is_first(ports: Ports) -> bool:
    """True while there is no account at all."""
    with ports.database.read() as session:
        return queries.count_accounts(session) == 0


def first_key(ports: Ports) -> str:
    """What proves that one reads the terminal of `docgen serve`."""
    return hmac.new(ports.pepper, b"docgen:first-start", hashlib.sha256).hexdigest()[:24]


def begin(ports: Ports, said: FirstWords, now: datetime) -> None:
    """Create the administrator and the organisation's sheet.

    Raises InvalidData with everything that is wrong, or Refused once there is an account.
    """
    email, name = valid_email(said.email), clean_name(said.name)
    if fault := credentials.password_fault(said.password, email, name):
        raise InvalidData([Finding("compte", "error", "nouveau", fault)])
    hashed = credentials.hashed(said.password)
    with ports.database.exclusive("first-start") as mine:
        if not mine or not is_first(ports):
            raise Refused("Ce bureau a déjà son administrateur : entrez avec un compte.")
        sheet = {
            "type": "organisation", "raison_sociale": said.organisation.strip(),
            "siret": said.siret.strip(), "nature": said.nature,
        }  # fmt: skip
        register_sheet(ports.database, json.dumps(sheet).encode(), now, "premier démarrage")
        with ports.database.write() as session:
            account = tables.Account(
                id=ports.new_id(), email=email, name=name, role=Role.ADMINISTRATOR,
                password=hashed, created_at=now,
            )  # fmt: skip
            session.add(account)
            session.flush()
            queries.note(session, OfficeAct.FIRST_START, now, account.id, account.id)


def organisation_name(ports: Ports) -> str:
    """The organisation as its sheet calls it, else as the settings do."""
    with ports.database.read() as session:
        sheets = queries.sheets(session, "organisation")
    return sheets[0].label if sheets else ports.organisation
