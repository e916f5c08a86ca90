"""Entering through the identity provider: there and back again."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen.actions.accounts import first
from docgen.actions.accounts.by_provider import come_back
from docgen.actions.accounts.throttle import Throttled
from docgen.errors import NotFound, Refused, Unavailable
from docgen.openid import Client, Journey
from docgen.web.office.forms import Fault
from docgen.web.office.guarding import HOME, OfficeDoor, door_of, entry_page, keep, see, whence
from docgen.web.session import looks_like_secret

router = APIRouter()
THERE = "/entree/fournisseur"
BACK = "/entree/fournisseur/retour"
MINUTES_AWAY = 10
_ELSEWHERE = (
    "Cette entrée n’a pas commencé dans ce navigateur, ou il y a plus de "
    f"{MINUTES_AWAY} minutes. Recommencez."
)


def _client(door: OfficeDoor) -> Client:
    found = door.ports.identity
    if found is None or first.is_first(door.ports):
        raise NotFound("La page", THERE)
    return found


def _cookie(door: OfficeDoor) -> str:
    return f"{door.site.cookie}-fournisseur"


def _back(door: OfficeDoor) -> str:
    return f"{door.ports.site_url}{HOME}{BACK}"


# Not by HEAD, which browsers and scanners send ahead: each of them begins a journey.
@router.get(THERE)
def leave(request: Request) -> Response:
    """Send the browser to the provider, with what will know it again."""
    door = door_of(request)
    client = _client(door)
    secret = secrets.token_urlsafe(32)
    try:
        address = client.address(Journey.of(secret), _back(door))
    except Unavailable as error:
        return _refused(request, error.explain(), 503)
    answer = RedirectResponse(address, 303)
    keep(answer, door, _cookie(door), secret, MINUTES_AWAY * 60)
    return answer


@router.get(BACK)
def back(
    request: Request, state: str = "", code: str = "", iss: str = "", error: str = ""
) -> Response:
    """Let who comes back in. The journey is over, whatever its end."""
    door = door_of(request)
    client = _client(door)
    secret = request.cookies.get(_cookie(door), "")
    if not looks_like_secret(secret) or not Journey.of(secret).is_back(state):
        return _refused(request, _ELSEWHERE, 403)
    answer = _answer(request, door, client, Journey.of(secret), (code, _back(door), iss), error)
    answer.delete_cookie(
        _cookie(door), path="/", secure=door.site.secure, httponly=True, samesite="lax"
    )
    return answer


def _answer(
    request: Request,
    door: OfficeDoor,
    client: Client,
    journey: Journey,
    brought: tuple[str, str, str],
    error: str,
) -> Response:
    if error or not brought[0]:
        said = "Vous n’avez pas été reconnu par le fournisseur d’identité, ou vous avez renoncé."
        return _refused(request, said, 403)
    try:
        visit = come_back(door.ports, client, journey, brought, door.now(), whence(request, door))
    except Throttled as refused:
        return _refused(request, refused.explain(), 429)
    except Refused as refused:
        return _refused(request, refused.explain(), 403)
    except Unavailable as away:
        return _refused(request, away.explain(), 503)
    answer = see("/")
    keep(answer, door, door.cookie, visit)
    return answer


def _refused(request: Request, sentence: str, status: int) -> Response:
    """The entry's own page, with why."""
    facts = {"faults": (Fault("contenu", sentence),), "courriel": "", "avis": ""}
    return entry_page(request, "entree.html", facts, status)
