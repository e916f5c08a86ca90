"""Every way a page says no: what happened, what was kept, what to do, whom to call."""

from __future__ import annotations

import logging
from dataclasses import replace

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from docgen.actions.ceremony import Ceremony
from docgen.actions.enter import HandedOver, OnPhone
from docgen.errors import Broken, DocgenError, InvalidData, NotFound, Refused, Unavailable
from docgen.web.door import Door, door_of
from docgen.web.intake import PAPER_PATH, PATH
from docgen.web.phrases import msg
from docgen.web.refusal_words import (
    BROKEN,
    BY_STATUS,
    KEPT,
    NO_DEPOSIT,
    NO_LINK,
    NO_PAGE,
    OF_A_CHECK,
    OF_PAPER,
    UNAVAILABLE,
    VISIT_OVER,
    Refusal,
)
from docgen.web.session import secret_of

log = logging.getLogger("docgen.web")

RETRY_AFTER = 60


def page(door: Door, refusal: Refusal, contact: Ceremony | None = None) -> Response:
    """The page of a refusal; `contact`: the visit's agreement, when it is known."""
    facts = {"refusal": refusal, "contact": contact, "now": door.now()}
    answer = door.answer("erreur.html", facts, refusal.status)
    if refusal.status in {429, 503}:
        answer.headers["retry-after"] = str(RETRY_AFTER)
    return answer


def page_of_status(door: Door, scope: Scope, status: int, path: str = "") -> Response:
    """The page of an HTTP status that no error of ours stands behind, for the reader of `scope`."""
    return page(door.for_reader(scope), _of_status(status, path))


def _of_status(status: int, path: str) -> Refusal:
    if path == PATH and status in OF_A_CHECK:
        return OF_A_CHECK[status]
    if path == PAPER_PATH and status in OF_PAPER:
        return OF_PAPER[status]
    return BY_STATUS.get(status, BROKEN)


def refusal_of(error: DocgenError, *, link: bool, expired: bool) -> Refusal:
    """What to say of an error. `link`: about the link itself; `expired`: the delay is over."""
    match error:
        case NotFound(what="La visite"):
            return VISIT_OVER
        case NotFound(what="Le lien", name="d’envoi"):
            return NO_DEPOSIT
        case NotFound(what="Le lien"):
            return NO_LINK
        case NotFound():
            return NO_PAGE
        case InvalidData():
            return BY_STATUS[422]
        case Refused():
            return _refused(error, link=link, expired=expired)
        case Unavailable():
            return UNAVAILABLE
        case _:
            return BROKEN


def _refused(error: Refused, *, link: bool, expired: bool) -> Refusal:
    match error:
        case HandedOver():
            title = msg("La signature est confiée à une autre personne")
            todo = msg("C’est une erreur ? Appelez la personne qui vous a envoyé le lien.")
            kept = msg("Votre lien ne marche plus.")
            return Refusal(410, title, error.explain(), kept, todo)
        case OnPhone():
            title = msg("La suite est sur votre téléphone")
            todo = msg("Continuez sur le téléphone, ou montrez de nouveau le code.")
            return Refusal(410, title, error.explain(), KEPT, todo, back="telephone")
        case _ if link:
            kept = msg("Si vous avez déjà signé, votre signature est gardée.")
            return Refusal(410, msg("Ce lien ne s’ouvre plus"), error.explain(), kept, "")
        case _:
            title = msg("Le délai est passé") if expired else msg("Ce n’est pas possible")
            todo = "Revenez au document : il dit où vous en êtes."
            return Refusal(
                410 if expired else 409, title, error.explain(), KEPT, todo, back="document"
            )


def teach(app: FastAPI) -> None:
    """Give the application a page for every error."""
    app.add_exception_handler(DocgenError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_form)
    app.add_exception_handler(Exception, _on_bug)


def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DocgenError)
    door = door_of(request)
    # The route's pattern, never the path: a path may hold a link's token.
    route = getattr(request.scope.get("route"), "path", "")
    if isinstance(error, Unavailable | Broken):
        log.error("%s %s: %s", request.method, route, error.explain())
    link = route.startswith(("/s/", "/p/", PAPER_PATH))
    # A visit that is open beside a dead link may be about another agreement.
    contact = None if link else _contact(request, door)
    expired = contact is not None and contact.expire_le <= door.now()
    refusal = refusal_of(error, link=link, expired=expired)
    return page(door, replace(refusal, back="" if link else refusal.back), contact)


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    door = door_of(request)
    refusal = _of_status(error.status_code, request.url.path)
    answer = page(door, refusal, _contact(request, door))
    answer.headers.update(error.headers or {})
    return answer


def _on_form(request: Request, _error: Exception) -> Response:
    door = door_of(request)
    return page(door, _of_status(422, request.url.path), _contact(request, door))


def _on_bug(request: Request, _error: Exception) -> Response:
    """Starlette answers this one outside the shield, hence the headers; then logs the error."""
    if not hasattr(request.app.state, "door"):
        return Response(status_code=500)  # the office has answered already: nobody gets this one
    door = door_of(request)
    answer = page(door, BROKEN)
    answer.headers.update(door.site.headers())
    return answer


def _contact(request: Request, door: Door) -> Ceremony | None:
    """Whom to call, when this visit tells; checking a document is no part of a visit."""
    if request.url.path in {PATH, PAPER_PATH}:
        return None
    try:
        return door.desk.ceremony(secret_of(request, door.site), door.now())
    except DocgenError:
        return None
