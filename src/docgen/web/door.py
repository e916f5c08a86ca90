"""What every handler stands on: the desk, the site, the clock, the pages, the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Scope

from docgen.web.gate import Gate
from docgen.web.intake import Turnstile
from docgen.web.language import FRENCH, Language, language_of
from docgen.web.pages import Pages
from docgen.web.session import jeton_holds, secret_of
from docgen.web.site import Network, Site, client_address

# Only forms go there: the page that answers one is found again where the visit is.
_FORMS_ALONE = {"/signature/code": "/signature", "/signature/signer": "/signature"}


@dataclass(frozen=True)
class Door:
    """The parts of one running site; in `language`, that of whoever came through.

    `here` is where the page in the other language is asked for, empty for the page's own address.
    """

    desk: Gate
    site: Site
    proxies: tuple[Network, ...]
    now: Callable[[], datetime]
    pages: Pages
    turnstile: Turnstile
    paper_turnstile: Turnstile
    language: Language = FRENCH
    here: str = ""

    def for_reader(self, scope: Scope) -> Door:
        """The door as this request's reader finds it."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        language = language_of(
            scope["query_string"].decode("latin-1"),
            headers.get(b"cookie", ""),
            headers.get(b"accept-language", ""),
            self.site.language_cookie,
        )
        return replace(self, language=language, here=_FORMS_ALONE.get(scope["path"], ""))

    def answer(self, template: str, facts: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """A page in the reader's language."""
        return self.pages.answer(self.language, template, {**facts, "here": self.here}, status)


def door_of(request: Request) -> Door:
    """The door this request came through, as its reader finds it."""
    return cast("Door", request.app.state.door).for_reader(request.scope)


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
