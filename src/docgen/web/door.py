"""What every handler stands on: the desk, the site, the clock, the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request

from docgen.web.gate import Gate
from docgen.web.intake import Turnstile
from docgen.web.pages import Pages
from docgen.web.session import jeton_holds, secret_of
from docgen.web.site import Network, Site, client_address


@dataclass(frozen=True)
class Door:
    """The parts of one running site."""

    desk: Gate
    site: Site
    proxies: tuple[Network, ...]
    now: Callable[[], datetime]
    pages: Pages
    turnstile: Turnstile


def door_of(request: Request) -> Door:
    """The door this request came through."""
    return cast("Door", request.app.state.door)


def own_form(request: Request) -> Door:
    """The door, for a POST from one of our own pages; 403 for any other."""
    door = door_of(request)
    if not door.site.sent_from_here(request.headers):
        raise HTTPException(403)
    return door


def visitor(request: Request, jeton: str) -> tuple[Door, str]:
    """The door and the visit's secret, for a POST of a form of this visit; 403 for any other."""
    door = own_form(request)
    secret = secret_of(request, door.site)
    if not jeton_holds(secret, jeton):
        raise HTTPException(403)
    return door, secret


def whence(request: Request, door: Door) -> tuple[str, str]:
    """(IP address, browser) of the visitor, as the record of the act keeps them."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    agent = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return client_address(peer, forwarded, door.proxies), agent
