"""The office as an application of its own, mounted at /bureau behind the same shield."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docgen.access import NotYours
from docgen.actions.accounts.throttle import Throttled
from docgen.actions.drafts.keeping import AlreadySent
from docgen.actions.ports import Ports
from docgen.checkup import Check
from docgen.errors import DocgenError, InvalidData, NotFound, Refused, Unavailable
from docgen.web.office import (
    accesses,
    accounts,
    audit,
    batches,
    entry,
    events,
    figures,
    first,
    health,
    identity,
    mails,
    own,
    retention,
    templates,
)
from docgen.web.office.following import acts, agreements, board, folders, lists, noting
from docgen.web.office.guarding import (
    Interrupted,
    OfficeDoor,
    OrganisationName,
    door_of,
    forget,
    inside,
    see,
)
from docgen.web.office.pages import SCRIPTS, STYLE, open_pages
from docgen.web.office.prepare import drafts, sending
from docgen.web.site import Network, Site

log = logging.getLogger("docgen.web")

_A_DAY = {"cache-control": "public, max-age=86400"}
_TITLES = {
    400: "Cette adresse n’est pas la bonne",
    403: "Cette page n’est plus à jour",
    404: "Cette page n’existe pas",
    405: "Cette page ne s’ouvre pas ainsi",
    409: "Ce n’est pas possible",
    413: "Votre texte est trop long",
    415: "Ce formulaire n’est pas reconnu",
    422: "Une information ne va pas",
    429: "Trop d’essais",
    500: "Une erreur est arrivée chez nous",
    503: "Une partie du service est arrêtée",
}
_SENTENCES = {
    403: "Le formulaire ne vient pas d’une page ouverte dans ce navigateur. Rien n’a été fait.",
    404: "L’adresse n’est pas la bonne, ou ce qu’elle montrait ne vous est pas ouvert.",
    500: "Ce n’est pas votre faute. Ce qui était enregistré est gardé.",
}


ROOMS = (
    entry, identity, first, own, board, agreements, acts, folders, lists, noting, events, figures,
    drafts, sending, batches, templates, accounts, audit, accesses, retention, health, mails,
)  # fmt: skip


def create_office(
    ports: Ports,
    site: Site,
    proxies: tuple[Network, ...],
    now: Callable[[], datetime],
    checkup: Callable[[], Sequence[Check]] = list,
) -> FastAPI:
    """The office over `ports`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    name = OrganisationName(ports, now)
    app.state.office = OfficeDoor(ports, site, proxies, now, open_pages(name), name, checkup)
    for room in ROOMS:
        app.include_router(room.router)
    app.add_api_route("/bureau.css", _style, methods=["GET", "HEAD"])
    app.add_api_route("/{script}.js", _script, methods=["GET", "HEAD"])
    app.add_exception_handler(DocgenError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_form)
    app.add_exception_handler(Exception, _on_bug)
    app.add_middleware(Legible)
    return app


class Legible:
    """Refuses the null character, which no text of ours holds and PostgreSQL does not store."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The shield has read the whole body: it comes in one message.
        first = await receive()
        # A file may hold any byte; the fields beside it are a word of ours and the form's mark.
        file = Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")
        body = b"" if file else first.get("body", b"")
        texts = (scope["path"].encode(), scope["query_string"], body)
        if any(b"\0" in text or b"%00" in text for text in texts):
            answer = refusal(scope["app"].state.office, 400, "Un caractère n’est pas lisible.")
            await answer(scope, receive, send)
            return
        waiting: list[Message] = [first]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, again, send)


def _style() -> Response:
    return FileResponse(STYLE, media_type="text/css", headers=_A_DAY)


def _script(script: str) -> Response:
    path = SCRIPTS.get(f"{script}.js")
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="text/javascript", headers=_A_DAY)


def refusal(door: OfficeDoor, status: int, sentence: str = "") -> Response:
    """The page that says no."""
    title = _TITLES.get(status, _TITLES[500])
    said = sentence or _SENTENCES.get(status, "Rien n’a été enregistré.")
    return door.pages.answer("erreur.html", {"titre": title, "phrase": said}, status)


_REFUSED: Mapping[type[DocgenError], int] = {NotYours: 403, Throttled: 429}


def _visit_over(request: Request, door: OfficeDoor) -> Response:
    """Towards the entry; a piece of a page that is open stays on it."""
    if "hx-request" in request.headers:
        return interrupted(request, {})
    answer = see("/entree?fini=oui" if door.cookie in request.cookies else "/entree")
    forget(answer, door)
    return answer


def interrupted(request: Request, sent: Mapping[str, str]) -> Response:
    """What to do of words typed after the visit's end: a piece of their page, or a page with them.

    Once the person is inside again, it brings the mark that lets them be saved.
    """
    door = door_of(request)
    try:
        mark = inside(request).jeton
    except NotFound:
        mark = ""
    target = request.headers.get("hx-target", "")
    facts = {
        "jeton": mark,
        "cible": target if re.fullmatch(r"[a-z-]{1,40}", target) else "reponse",
        "adresse": request.url.path,
        "saisi": {name: value for name, value in sent.items() if name != "jeton"},
    }
    if "hx-request" not in request.headers:
        return door.pages.answer("interrompu.html", facts, 401)
    piece = door.pages.answer("_interrompu.html", facts, 401)
    if mark:
        piece.headers["hx-trigger-after-swap"] = "docgen-reprendre"
    return piece


def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DocgenError)
    door = door_of(request)
    match error:
        case AlreadySent():
            return see(f"/accords/{error.reference}")
        case Interrupted():
            return interrupted(request, error.sent)
        case NotFound(what="La visite du bureau"):
            return _visit_over(request, door)
        case NotFound(what="Le lien"):
            return refusal(door, 404, "Ce lien n’est pas reconnu. Demandez-en un nouveau.")
        case NotFound():
            return refusal(door, 404)
        case Refused():
            return refusal(door, _REFUSED.get(type(error), 409), error.explain())
        case InvalidData():
            said = " ".join(f"{one.message[:1].upper()}{one.message[1:]}" for one in error.findings)
            return refusal(door, 422, said)
        case _:
            # The route's pattern, never the path: it may hold a link's token.
            route = getattr(request.scope.get("route"), "path", "")
            log.error("%s %s: %s", request.method, route, error.explain())
            return refusal(door, 503 if isinstance(error, Unavailable) else 500)


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = refusal(door_of(request), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _on_form(request: Request, _error: Exception) -> Response:
    return refusal(door_of(request), 422, "Le formulaire n’est pas complet.")


def _on_bug(request: Request, _error: Exception) -> Response:
    return refusal(door_of(request), 500)
