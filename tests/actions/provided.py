"""An agreement whose signers go to the provider, and notices as the provider sends them."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from docgen.actions.ports import Ports
from docgen.records import queries, tables
from docgen.signing.keys import load_or_create
from docgen.signing.providers.yousign import Account, Level
from docgen.signing.seal import Sealer
from tests.ceremonies import issued
from tests.directory.register import Clock
from tests.samples import NOW, PMSMP
from tests.signing.providers.yousign.conftest import client_of
from tests.signing.providers.yousign.provider import Provider

SECRET = "0123456789abcdef0123456789abcdef"
PHONE = "+33612345678"


def at_provider(ports: Ports, provider: Provider, level: Level = Level.ADVANCED) -> Ports:
    """The same, with the loopback provider."""
    account = Account(client_of(provider.url, Clock()), level, SECRET)
    return dataclasses.replace(ports, provider=account)


def stranger(folder: Path) -> Sealer:
    """An authority that is not ours, as the provider's is not."""
    return Sealer(load_or_create(folder, b"autre secret", "Prestataire d’essai", NOW))


def signing_with(sealer: Sealer, fields: Mapping[str, str]) -> Callable[[bytes, Any], bytes]:
    """Signs in the field of that address, with the provider's own key."""

    def sign(pdf: bytes, signer: Mapping[str, Any]) -> bytes:
        info = signer["info"]
        lines = ["Signé chez le prestataire", f"{info['first_name']} {info['last_name']}"]
        return sealer.seal(pdf, fields[info["email"]], lines, "Signed", NOW).pdf

    return sign


ROLES = ("beneficiaire", "entreprise", "organisation")


def for_provider(*roles: str, phones: bool = True, ordre: str | None = None) -> dict[str, Any]:
    """A PMSMP whose signers of these roles (all, without) sign at the provider's."""
    data = copy.deepcopy(PMSMP)
    chosen = roles or ROLES
    data["signatures"] = {"moyens": dict.fromkeys(chosen, "prestataire")}
    if ordre:
        data["signatures"]["ordre"] = ordre
    if phones:
        for role in chosen:
            person = data[role] if role == "beneficiaire" else data[role]["representant"]
            person["telephone"] = PHONE
    return data


def sent_to_provider(ports: Ports, *roles: str, **how: Any) -> str:
    """Issue such an agreement; its id."""
    reference = issued(ports, for_provider(*roles, **how), NOW)
    with ports.database.read() as session:
        return queries.agreement_by_reference(session, reference).id


def row_of(ports: Ports, agreement_id: str) -> tables.Agreement:
    with ports.database.read() as session:
        return queries.agreement(session, agreement_id)


def fields_of(ports: Ports, agreement_id: str) -> dict[str, str]:
    return {one.email: one.field for one in row_of(ports, agreement_id).signers}


def notice(request: Mapping[str, Any], name: str = "signer.done", **changes: Any) -> bytes:
    """The body of a notice about a request, a new event each time."""
    return json.dumps(
        {
            "event_id": str(uuid.uuid4()),
            "event_name": name,
            "event_time": "1669733581",
            "subscription_id": str(uuid.uuid4()),
            "subscription_description": "docgen",
            "sandbox": True,
            "data": {
                "signature_request": {
                    "id": request["id"],
                    # A notice may say anything: nobody believes it.
                    "status": "done",
                    "external_id": request["external_id"],
                }
            },
        }
        | changes
    ).encode()


def seal_of(body: bytes, secret: str = SECRET) -> str:
    """The header of a genuine notice."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def in_days(days: int) -> datetime:
    return NOW.replace(day=NOW.day + days)
