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
from starlette.types import Scope

from docgen.actions.ceremony import Ceremony
from docgen.errors import Broken, DocgenError, InvalidData, NotFound, Refused, Unavailable
from docgen.web.door import Door, door_of
from docgen.web.intake import MOST_BYTES, PATH
from docgen.web.phrases import msg
from docgen.web.session import secret_of

log = logging.getLogger("docgen.web")

RETRY_AFTER = 60
_KEPT = msg("Ce qui était déjà enregistré est gardé.")
_NOTHING_DONE = msg("Rien n’a été enregistré. Rien n’est perdu.")
_NOTHING_KEPT = msg("Le fichier n’a pas été gardé.")
_LINK_AGAIN = msg("Ouvrez de nouveau le lien de votre courriel.")


@dataclass(frozen=True)
class Refusal:
    """The words of an error page, in French; `back`: where it offers to go back to."""

    status: int
    titre: str
    arrive: str
    garde: str
    faire: str
    back: Literal["", "document", "verification"] = ""


_VISIT_OVER = Refusal(
    404,
    msg("Votre visite est terminée"),
    msg("Par sécurité, la page se ferme après un moment."),
    _KEPT,
    _LINK_AGAIN,
)
_NO_LINK = Refusal(
    404,
    msg("Ce lien n’est pas reconnu"),
    msg("L’adresse n’est pas complète, ou elle est trop ancienne."),
    _KEPT,
    msg("Ouvrez votre courriel et appuyez sur le lien. Ne le recopiez pas à la main."),
)
_NO_PAGE = Refusal(
    404,
    msg("Cette page n’existe pas"),
    msg("L’adresse n’est pas la bonne."),
    _KEPT,
    _LINK_AGAIN,
)
_BROKEN = Refusal(
    500,
    msg("Une erreur est arrivée chez nous"),
    msg("Ce n’est pas votre faute."),
    _KEPT,
    msg("Essayez encore dans quelques minutes. Si cela ne marche pas, appelez-nous."),
    back="document",
)
_UNAVAILABLE = Refusal(
    503,
    msg("Le service ne répond pas en ce moment"),
    msg("Une partie de notre service est arrêtée. Ce n’est pas votre faute."),
    _KEPT,
    msg("Attendez une minute, puis essayez encore."),
    back="document",
)
_BY_STATUS = {
    400: Refusal(
        400,
        msg("Cette adresse n’est pas la bonne"),
        msg("Vous n’êtes pas passé par l’adresse de notre site."),
        _NOTHING_DONE,
        _LINK_AGAIN,
    ),
    403: Refusal(
        403,
        msg("Cette page n’est plus à jour"),
        msg("Un autre lien de signature a peut-être été ouvert sur cet appareil."),
        _NOTHING_DONE,
        msg("Revenez au document, puis recommencez. Sinon, ouvrez de nouveau le lien du courriel."),
        back="document",
    ),
    404: _NO_PAGE,
    405: Refusal(
        405,
        msg("Cette page ne s’ouvre pas ainsi"),
        msg("Vous êtes arrivé ici par un chemin que le site ne connaît pas."),
        _NOTHING_DONE,
        msg("Revenez au document, puis appuyez sur les boutons de la page."),
        back="document",
    ),
    413: Refusal(
        413,
        msg("Votre texte est trop long"),
        msg("Le formulaire pèse plus de 64 ko."),
        _NOTHING_DONE,
        msg("Revenez au document et écrivez un texte plus court."),
        back="document",
    ),
    415: Refusal(
        415,
        msg("Ce formulaire n’est pas reconnu"),
        msg("Le site attend le formulaire de la page, et rien d’autre."),
        _NOTHING_DONE,
        msg("Revenez au document, puis recommencez."),
        back="document",
    ),
    422: Refusal(
        422,
        msg("Une information ne va pas"),
        msg("Le site n’a pas compris ce qui a été envoyé."),
        _NOTHING_DONE,
        msg("Revenez au document, puis recommencez."),
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
            msg("Le fichier n’est pas arrivé entier"),
            msg("L’envoi a été coupé, ou il n’a pas la forme attendue."),
            msg("Envoyez de nouveau le fichier."),
        ),
        _of_a_check(
            403,
            msg("Cette page n’est plus à jour"),
            msg("Le formulaire ne vient pas d’une page ouverte dans ce navigateur."),
            msg("Ouvrez de nouveau la page, puis envoyez le fichier."),
        ),
        _of_a_check(
            408,
            msg("L’envoi a été trop long"),
            msg("Le fichier n’était pas arrivé au bout d’une minute et demie."),
            msg("Essayez avec une meilleure connexion."),
        ),
        _of_a_check(
            413,
            msg("Ce fichier est trop lourd"),
            f"Nous acceptons les fichiers de {MOST_BYTES // 1024**2} Mo au plus.",
            msg("Choisissez le PDF signé, tel que vous l’avez reçu."),
        ),
        _of_a_check(
            415,
            msg("Cet envoi n’est pas reconnu"),
            msg("Le site attend le formulaire de la page, et rien d’autre."),
            msg("Ouvrez de nouveau la page, puis envoyez le fichier."),
        ),
        _of_a_check(
            422,
            msg("Le fichier manque"),
            msg("Le site n’a pas trouvé de fichier dans ce qui a été envoyé."),
            msg("Ouvrez de nouveau la page, puis choisissez un fichier PDF ou zip."),
        ),
        _of_a_check(
            429,
            msg("Trop de fichiers en peu de temps"),
            msg("Beaucoup de fichiers viennent d’être envoyés depuis votre connexion."),
            msg("Attendez dix minutes, puis recommencez."),
        ),
        _of_a_check(
            503,
            msg("Beaucoup de personnes vérifient un document"),
            msg("Toutes nos places sont prises en ce moment."),
            msg("Attendez une minute, puis envoyez de nouveau le fichier."),
        ),
    )
}


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
            kept = msg("Si vous avez déjà signé, votre signature est gardée.")
            return Refusal(410, msg("Ce lien ne s’ouvre plus"), error.explain(), kept, "")
        case Refused():
            title = msg("Le délai est passé") if expired else msg("Ce n’est pas possible")
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
