"""Every way a page says no: what happened, what was kept, what to do, whom to call."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Literal

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from docgen.actions.ceremony import Ceremony
from docgen.errors import Broken, DocgenError, InvalidData, NotFound, Refused, Unavailable
from docgen.web.door import Door, door_of
from docgen.web.intake import MOST_BYTES, PATH
from docgen.web.session import secret_of

log = logging.getLogger("docgen.web")

RETRY_AFTER = 60
_KEPT = "Ce qui était déjà enregistré est gardé."
_NOTHING_DONE = "Rien n’a été enregistré. Rien n’est perdu."
_NOTHING_KEPT = "Le fichier n’a pas été gardé."
_LINK_AGAIN = "Ouvrez de nouveau le lien de votre courriel."


@dataclass(frozen=True)
class Refusal:
    """The words of an error page; `back`: where it offers to go back to."""

    status: int
    titre: str
    arrive: str
    garde: str
    faire: str
    back: Literal["", "document", "verification"] = ""


_VISIT_OVER = Refusal(
    404,
    "Votre visite est terminée",
    "Par sécurité, la page se ferme après un moment.",
    _KEPT,
    _LINK_AGAIN,
)
_NO_LINK = Refusal(
    404,
    "Ce lien n’est pas reconnu",
    "L’adresse n’est pas complète, ou elle est trop ancienne.",
    _KEPT,
    "Ouvrez votre courriel et appuyez sur le lien. Ne le recopiez pas à la main.",
)
_NO_PAGE = Refusal(
    404,
    "Cette page n’existe pas",
    "L’adresse n’est pas la bonne.",
    _KEPT,
    _LINK_AGAIN,
)
_BROKEN = Refusal(
    500,
    "Une erreur est arrivée chez nous",
    "Ce n’est pas votre faute.",
    _KEPT,
    "Essayez encore dans quelques minutes. Si cela ne marche pas, appelez-nous.",
    back="document",
)
_UNAVAILABLE = Refusal(
    503,
    "Le service ne répond pas en ce moment",
    "Une partie de notre service est arrêtée. Ce n’est pas votre faute.",
    _KEPT,
    "Attendez une minute, puis essayez encore.",
    back="document",
)
_BY_STATUS = {
    400: Refusal(
        400,
        "Cette adresse n’est pas la bonne",
        "Vous n’êtes pas passé par l’adresse de notre site.",
        _NOTHING_DONE,
        _LINK_AGAIN,
    ),
    403: Refusal(
        403,
        "Cette page n’est plus à jour",
        "Un autre lien de signature a peut-être été ouvert sur cet appareil.",
        _NOTHING_DONE,
        "Revenez au document, puis recommencez. Sinon, ouvrez de nouveau le lien du courriel.",
        back="document",
    ),
    404: _NO_PAGE,
    405: Refusal(
        405,
        "Cette page ne s’ouvre pas ainsi",
        "Vous êtes arrivé ici par un chemin que le site ne connaît pas.",
        _NOTHING_DONE,
        "Revenez au document, puis appuyez sur les boutons de la page.",
        back="document",
    ),
    413: Refusal(
        413,
        "Votre texte est trop long",
        "Le formulaire pèse plus de 64 ko.",
        _NOTHING_DONE,
        "Revenez au document et écrivez un texte plus court.",
        back="document",
    ),
    415: Refusal(
        415,
        "Ce formulaire n’est pas reconnu",
        "Le site attend le formulaire de la page, et rien d’autre.",
        _NOTHING_DONE,
        "Revenez au document, puis recommencez.",
        back="document",
    ),
    422: Refusal(
        422,
        "Une information ne va pas",
        "Le site n’a pas compris ce qui a été envoyé.",
        _NOTHING_DONE,
        "Revenez au document, puis recommencez.",
        back="document",
    ),
}


def _of_a_check(status: int, titre: str, arrive: str, faire: str) -> Refusal:
    return Refusal(status, titre, arrive, _NOTHING_KEPT, faire, back="verification")


_OF_A_CHECK = {
    refusal.status: refusal
    for refusal in (
        _of_a_check(
            400,
            "Le fichier n’est pas arrivé entier",
            "L’envoi a été coupé, ou il n’a pas la forme attendue.",
            "Envoyez de nouveau le fichier.",
        ),
        _of_a_check(
            403,
            "Cette page n’est plus à jour",
            "Le formulaire ne vient pas d’une page ouverte dans ce navigateur.",
            "Ouvrez de nouveau la page, puis envoyez le fichier.",
        ),
        _of_a_check(
            408,
            "L’envoi a été trop long",
            "Le fichier n’était pas arrivé au bout d’une minute et demie.",
            "Essayez avec une meilleure connexion.",
        ),
        _of_a_check(
            413,
            "Ce fichier est trop lourd",
            f"Nous acceptons les fichiers de {MOST_BYTES // 1024**2} Mo au plus.",
            "Choisissez le PDF signé, tel que vous l’avez reçu.",
        ),
        _of_a_check(
            415,
            "Cet envoi n’est pas reconnu",
            "Le site attend le formulaire de la page, et rien d’autre.",
            "Ouvrez de nouveau la page, puis envoyez le fichier.",
        ),
        _of_a_check(
            422,
            "Le fichier manque",
            "Le site n’a pas trouvé de fichier dans ce qui a été envoyé.",
            "Ouvrez de nouveau la page, puis choisissez un fichier PDF ou zip.",
        ),
        _of_a_check(
            429,
            "Trop de fichiers en peu de temps",
            "Beaucoup de fichiers viennent d’être envoyés depuis votre connexion.",
            "Attendez dix minutes, puis recommencez.",
        ),
        _of_a_check(
            503,
            "Beaucoup de personnes vérifient un document",
            "Toutes nos places sont prises en ce moment.",
            "Attendez une minute, puis envoyez de nouveau le fichier.",
        ),
    )
}


def page(door: Door, refusal: Refusal, contact: Ceremony | None = None) -> Response:
    """The page of a refusal; `contact`: the visit's agreement, when it is known."""
    facts = {"refusal": refusal, "contact": contact, "now": door.now()}
    answer = door.pages.answer("erreur.html", facts, refusal.status)
    if refusal.status in {429, 503}:
        answer.headers["retry-after"] = str(RETRY_AFTER)
    return answer


def page_of_status(door: Door, status: int, path: str = "") -> Response:
    """The page of an HTTP status that no error of ours stands behind."""
    return page(door, _of_status(status, path))


def _of_status(status: int, path: str) -> Refusal:
    if path == PATH and status in _OF_A_CHECK:
        return _OF_A_CHECK[status]
    return _BY_STATUS.get(status, _BROKEN)


def refusal_of(error: DocgenError, *, link: bool, expired: bool) -> Refusal:
    """What to say of an error. `link`: about the link itself; `expired`: the delay is over."""
    match error:
        case NotFound(what="La visite"):
            return _VISIT_OVER
        case NotFound(what="Le lien"):
            return _NO_LINK
        case NotFound():
            return _NO_PAGE
        case InvalidData():
            return _BY_STATUS[422]
        case Refused() if link:
            kept = "Si vous avez déjà signé, votre signature est gardée."
            return Refusal(410, "Ce lien ne s’ouvre plus", error.explain(), kept, "")
        case Refused():
            title = "Le délai est passé" if expired else "Ce n’est pas possible"
            todo = "Revenez au document : il dit où vous en êtes."
            return Refusal(
                410 if expired else 409, title, error.explain(), _KEPT, todo, back="document"
            )
        case Unavailable():
            return _UNAVAILABLE
        case _:
            return _BROKEN


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
    link = route.startswith("/s/")
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
    door = door_of(request)
    answer = page(door, _BROKEN)
    answer.headers.update(door.site.headers())
    return answer


def _contact(request: Request, door: Door) -> Ceremony | None:
    """Whom to call, when this visit tells; checking a document is no part of a visit."""
    if request.url.path == PATH:
        return None
    try:
        return door.desk.ceremony(secret_of(request, door.site), door.now())
    except DocgenError:
        return None
