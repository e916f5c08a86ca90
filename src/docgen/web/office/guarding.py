"""Who comes in: the cookie, the form's own mark, and the act that the table must allow.

Every route but those of the entry depends on `to_do(act)` or `form_to(act)`; a test walks them all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from docgen.access import Act, may
from docgen.actions.accounts import present
from docgen.actions.accounts.first import organisation_name
from docgen.actions.accounts.present import Present
from docgen.actions.ports import Ports
from docgen.checkup import Check
from docgen.errors import NotFound, Refused
from docgen.web.office.pages import OfficePages
from docgen.web.session import jeton, jeton_holds, looks_like_secret
from docgen.web.site import Network, Site, client_address

HOME = "/bureau"


class OrganisationName:
    """The organisation's name at the top of each page, asked again every minute."""

    def __init__(self, ports: Ports, now: Callable[[], datetime]) -> None:
        self._ports, self._now = ports, now
        self._kept: tuple[datetime, str] | None = None

    def forget(self) -> None:
        """Ask again at the next page."""
        self._kept = None

    def __str__(self) -> str:
        now = self._now()
        if self._kept is None or abs(now - self._kept[0]) > timedelta(minutes=1):
            self._kept = (now, organisation_name(self._ports))
        return self._kept[1]


@dataclass(frozen=True)
class OfficeDoor:
    """The parts of the running office."""

    ports: Ports
    site: Site
    proxies: tuple[Network, ...]
    now: Callable[[], datetime]
    pages: OfficePages
    organisation: OrganisationName
    checkup: Callable[[], Sequence[Check]] = list

    @property
    def cookie(self) -> str:
        """The visit's cookie; `__Host-` holds it to this very host."""
        return f"{self.site.cookie}-bureau"

    @property
    def form_cookie(self) -> str:
        """What ties the forms of the entry to this browser; it opens nothing."""
        return f"{self.site.cookie}-entree"


@dataclass(frozen=True)
class Inside:
    """Somebody inside, and what their pages need."""

    door: OfficeDoor
    who: Present
    jeton: str
    now: datetime
    address: str
    path: str

    @property
    def ports(self) -> Ports:
        return self.door.ports

    def answer(
        self, template: str, facts: Mapping[str, object] | None = None, status: int = 200
    ) -> HTMLResponse:
        """A page of the office, with its menu."""
        mine = {act.value: may(self.who.role, act) for act in Act}
        shown = {"moi": self.who, "jeton": self.jeton, "peut": mine, "ici": self.path}
        return self.door.pages.answer(template, {**shown, **(facts or {})}, status)


def door_of(request: Request) -> OfficeDoor:
    """The office this request came to."""
    return cast("OfficeDoor", request.app.state.office)


def whence(request: Request, door: OfficeDoor) -> tuple[str, str]:
    """(IP address, browser) of the visitor."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    agent = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return client_address(peer, forwarded, door.proxies), agent


def secret_of(request: Request, door: OfficeDoor) -> str:
    """The visit's secret. Raises NotFound when the browser brings none."""
    secret = request.cookies.get(door.cookie, "")
    if not looks_like_secret(secret):
        raise NotFound("La visite du bureau", "en cours")
    return secret


def inside(request: Request) -> Inside:
    """Whoever has entered, with or without the second factor. Raises NotFound (go and enter)."""
    door = door_of(request)
    secret = secret_of(request, door)
    now = door.now()
    who = present.present(door.ports, secret, now)
    address, _ = whence(request, door)
    return Inside(door, who, jeton(secret), now, address, request.url.path)


def inside_form(request: Request, brought: str) -> Inside:
    """The same for a POST of one of our own pages; 403 for any other."""
    door = door_of(request)
    if not door.site.sent_from_here(request.headers):
        raise HTTPException(403)
    if not jeton_holds(secret_of(request, door), brought):
        raise HTTPException(403)
    return inside(request)


# What each dependency lets through, for the test that crosses every role with every route.
ACT_OF: dict[Callable[..., Inside], Act] = {}


def to_do(act: Act) -> Callable[..., Inside]:
    """A dependency: whoever may do that, by the table."""

    def allowed(request: Request) -> Inside:
        found = inside(request)
        found.who.require(act)
        return found

    ACT_OF[allowed] = act
    return allowed


def form_to(act: Act) -> Callable[..., Inside]:
    """The same for a form, which must be one of this visit."""

    def allowed(request: Request, jeton: Annotated[str, Form()] = "") -> Inside:
        found = inside_form(request, jeton)
        found.who.require(act)
        return found

    ACT_OF[allowed] = act
    return allowed


async def sent_form(request: Request) -> dict[str, str]:
    """Every text of the form, by its name; the last one of a name counts."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


class Interrupted(Refused):
    """A form that came too late: its visit is over, or another one began since. Nothing is lost.

    `sent` is what was typed.
    """

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        super().__init__("Votre visite est terminée.")


def kept_form_to(act: Act) -> Callable[..., Inside]:
    """The same as `form_to`, for a form in which much is typed. Raises Interrupted."""

    def allowed(
        request: Request,
        sent: Annotated[dict[str, str], Depends(sent_form)],
        jeton: Annotated[str, Form()] = "",
    ) -> Inside:
        try:
            found = inside_form(request, jeton)
        except (NotFound, HTTPException) as error:
            # What is shown again comes from a page of ours: the browser itself says so.
            if request.headers.get("sec-fetch-site") != "same-origin":
                raise
            raise Interrupted(sent) from error
        found.who.require(act)
        return found

    ACT_OF[allowed] = act
    return allowed


def entry_form(request: Request, brought: str) -> OfficeDoor:
    """The door, for a POST of the entry's own forms; 403 for any other."""
    door = door_of(request)
    kept = request.cookies.get(door.form_cookie, "")
    own = door.site.sent_from_here(request.headers) and looks_like_secret(kept)
    if not (own and jeton_holds(kept, brought)):
        raise HTTPException(403)
    return door


def entry_page(
    request: Request,
    template: str,
    facts: Mapping[str, object],
    status: int = 200,
) -> Response:
    """A page of the entry, its forms tied to this browser."""
    door = door_of(request)
    secret = request.cookies.get(door.form_cookie, "")
    if not looks_like_secret(secret):
        secret = secrets.token_urlsafe(32)
    named = door.ports.identity.registration.name if door.ports.identity else ""
    answer = door.pages.answer(
        template, {"jeton": jeton(secret), "fournisseur": named, **facts}, status
    )
    keep(answer, door, door.form_cookie, secret)
    return answer


def keep(
    answer: Response, door: OfficeDoor, name: str, value: str, seconds: int | None = None
) -> None:
    """Put a cookie in the browser, as the signing pages do; for so long, or until it is closed."""
    answer.set_cookie(
        name,
        value,
        seconds,
        path="/",
        secure=door.site.secure,
        httponly=True,
        samesite="lax",
    )


def forget(answer: Response, door: OfficeDoor) -> None:
    """Take the visit's cookie out of the browser."""
    answer.delete_cookie(
        door.cookie, path="/", secure=door.site.secure, httponly=True, samesite="lax"
    )


def see(place: str) -> RedirectResponse:
    """Go to another page of the office; `place` begins with « / »."""
    assert not urlsplit(place).netloc
    return RedirectResponse(f"{HOME}{place}", 303)
