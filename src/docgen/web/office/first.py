"""The page of the first start, while the office has no account."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from docgen.actions.accounts import entry, first
from docgen.actions.accounts.first import FirstWords
from docgen.errors import InvalidData, NotFound
from docgen.web.office.forms import Fault, faults_of
from docgen.web.office.guarding import (
    OfficeDoor,
    door_of,
    entry_form,
    entry_page,
    keep,
    see,
    whence,
)

router = APIRouter()
Field = Annotated[str, Form()]
PATH = "/premier-demarrage"
_LOCAL = {"localhost", "127.0.0.1", "::1"}


@router.api_route(PATH, methods=["GET", "HEAD"])
def ask(request: Request, cle: str = "") -> Response:
    """The form, or how to come to it."""
    door = door_of(request)
    if not first.is_first(door.ports):
        return see("/entree")
    return _page(request, door, cle)


def _page(
    request: Request,
    door: OfficeDoor,
    key: str,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    typed: FirstWords | None = None,
) -> Response:
    facts = {
        "ouvert": _admitted(request, door, key),
        "cle": key[:100],
        "faults": faults,
        "natures": list(first.NATURES.items()),
        "saisi": typed or FirstWords("", "", "ACI", "", "", ""),
    }
    return entry_page(request, "premier_demarrage.html", facts, status)


@router.post(PATH)
def begin(
    request: Request,
    jeton: Field = "",
    cle: Field = "",
    raison_sociale: Field = "",
    siret: Field = "",
    nature: Field = "",
    nom: Field = "",
    courriel: Field = "",
    nouveau: Field = "",
    encore: Field = "",
) -> Response:
    """Create the administrator, and enter."""
    door = entry_form(request, jeton)
    if not first.is_first(door.ports):
        return see("/entree")
    if not _admitted(request, door, cle):
        raise NotFound("La page", "premier démarrage")
    said = FirstWords(raison_sociale, siret, nature, nom, courriel, nouveau)
    if nouveau != encore:
        fault = Fault("encore", "Les deux mots de passe ne sont pas les mêmes.")
        return _page(request, door, cle, (fault,), 422, said)
    try:
        first.begin(door.ports, said, door.now())
    except InvalidData as error:
        return _page(request, door, cle, faults_of(error), 422, said)
    door.organisation.forget()
    address, browser = whence(request, door)
    secret = entry.enter(door.ports, courriel, nouveau, door.now(), address, browser)
    answer = see("/")
    keep(answer, door, door.cookie, secret)
    return answer


def _admitted(request: Request, door: OfficeDoor, key: str) -> bool:
    """From this very machine, at its own address; else with the terminal's key."""
    address, _ = whence(request, door)
    try:
        here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        here = False
    if here and urlsplit(door.ports.site_url).hostname in _LOCAL:
        return True
    return hmac.compare_digest(key.encode(), first.first_key(door.ports).encode())
