"""The pages of a signer's visit: from the link to the thanks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from docgen.actions.ceremony import Ceremony
from docgen.errors import InvalidData, NotFound, Refused
from docgen.web.catalogue import Said
from docgen.web.door import Door, door_of, own_form, visitor, whence
from docgen.web.forms import Fault, faults_of, one_line, paragraph
from docgen.web.language import FRENCH, Language
from docgen.web.pages import DRAWING, ICON, STYLE
from docgen.web.session import (
    has_consented,
    jeton,
    keep,
    keep_consent,
    looks_like_secret,
    secret_of,
)
from docgen.web.site import CSP_WITH_SCRIPT

router = APIRouter()
Field = Annotated[str, Form()]
READ = ["GET", "HEAD"]
_LAST = {"code", "nom_saisi", "dessin", "etape-4"}
_A_DAY = {"cache-control": "public, max-age=86400"}


@router.api_route("/s/{token}", methods=READ)
def announce(request: Request, token: str) -> Response:
    """What the link is for. Changes nothing: mail scanners follow links."""
    door = door_of(request)
    invitation = door.desk.invitation(_link(token), door.now())
    return door.answer("invitation.html", {"invitation": invitation})


@router.post("/s/{token}")
def enter(request: Request, token: str) -> Response:
    """Open the visit. There is no session yet: the link itself is the secret."""
    door = own_form(request)
    secret = door.desk.enter(_link(token), door.now(), *whence(request, door))
    answer = _see("/signature")
    keep(answer, door.site, secret)
    return answer


@router.api_route("/signature", methods=READ)
def show(request: Request) -> Response:
    """Where this signer stands: to sign, signed, refused or closed."""
    door = door_of(request)
    return _shown(request, door, secret_of(request, door.site))


@router.get("/signature/page/{page:int}.png")
def page_image(request: Request, page: int) -> Response:
    """A page of the document, as a picture."""
    door = door_of(request)
    secret = secret_of(request, door.site)
    return Response(door.desk.page_image(secret, page, door.now()), media_type="image/png")


@router.get("/signature/document")
def document(request: Request) -> Response:
    """The document as a PDF, to keep."""
    door = door_of(request)
    name, pdf = door.desk.document(secret_of(request, door.site), door.now())
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{plain}"'},
    )


@router.post("/signature/code")
def send_code(request: Request, jeton: Field = "", consentement: Field = "") -> Response:
    """Mail a code, and remember the consent that was ticked on the way."""
    door, secret = visitor(request, jeton)
    ticked = consentement == "oui"
    try:
        door.desk.send_code(secret, door.now())
    except Refused as error:
        fault = Fault("etape-3", error.explain())
        return _shown(request, door, secret, 409, (fault,), consent=ticked or None)
    answer = _see("/signature#etape-3")
    if ticked:
        ceremony = door.desk.ceremony(secret, door.now())
        keep_consent(answer, door.site, secret, _agreed_text(ceremony))
    return answer


@router.post("/signature/signer")
def sign(
    request: Request,
    jeton: Field = "",
    code: Field = "",
    nom_saisi: Field = "",
    consentement: Field = "",
    dessin: Field = "",
) -> Response:
    """Sign. What is wrong is said on the same page; the name stays, the code does not."""
    door, secret = visitor(request, jeton)
    name, consent = one_line(nom_saisi), consentement == "oui"
    try:
        who = whence(request, door)
        door.desk.sign(secret, code, name, consent, door.now(), *who, door.language, dessin)
    except InvalidData as error:
        return _shown(request, door, secret, 422, faults_of(error), name, consent=consent)
    except Refused as error:
        fault = Fault("etape-4", error.explain())
        return _shown(request, door, secret, 409, (fault,), name, consent=consent)
    return _see("/signature#contenu")


@router.api_route("/signature/refuser", methods=READ)
def ask_reason(request: Request) -> Response:
    """What refusing means, and why."""
    door = door_of(request)
    return _refusal(door, secret_of(request, door.site))


@router.post("/signature/refuser")
def decline(request: Request, jeton: Field = "", motif: Field = "") -> Response:
    """Refuse to sign, with a reason."""
    door, secret = visitor(request, jeton)
    reason = paragraph(motif)
    try:
        door.desk.decline(secret, reason, door.now(), *whence(request, door))
    except InvalidData as error:
        return _refusal(door, secret, 422, faults_of(error), reason)
    except Refused as error:
        return _shown(request, door, secret, 409, (Fault("contenu", error.explain()),))
    return _see("/signature#contenu")


@router.api_route("/sante", methods=READ)
def health(request: Request) -> Response:
    """For the machines that watch: 200 when a signer could be served, 503 otherwise."""
    door_of(request).desk.ready()
    return PlainTextResponse("prêt\n")


@router.api_route("/static/docgen.css", methods=READ)
def style() -> Response:
    """The one style sheet."""
    return FileResponse(STYLE, media_type="text/css", headers=_A_DAY)


@router.api_route("/static/dessin.js", methods=READ)
def drawing() -> Response:
    """What lets a signer draw their signature; the page does without."""
    return FileResponse(DRAWING, media_type="text/javascript", headers=_A_DAY)


@router.api_route("/favicon.ico", methods=READ)
@router.api_route("/favicon.svg", methods=READ)
def icon() -> Response:
    """The tab's icon."""
    return FileResponse(ICON, media_type="image/svg+xml", headers=_A_DAY)


def _link(token: str) -> str:
    if not looks_like_secret(token):
        raise NotFound("Le lien", "de signature")
    return token


def _see(where: str) -> RedirectResponse:
    return RedirectResponse(where, 303)


def _agreed_text(ceremony: Ceremony) -> str:
    return f"{ceremony.version_consentement} {ceremony.sha256}"


def _shown(
    request: Request,
    door: Door,
    secret: str,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    name: str = "",
    *,
    consent: bool | None = None,
) -> Response:
    """The page of the signer's state; with `consent` None the box is as this visit left it."""
    now = door.now()
    ceremony = door.desk.ceremony(secret, now)
    facts: dict[str, object] = {"ceremony": ceremony, "faults": faults, "now": now}
    if ceremony.etat == "a_signer":
        if consent is None:
            consent = has_consented(request, door.site, secret, _agreed_text(ceremony))
        if ceremony.code_expire_le is None:
            # The code died meanwhile, and its fields with it: what to do stands at step 3.
            faults = tuple(replace(f, anchor="etape-3") if f.anchor in _LAST else f for f in faults)
        facts |= {
            "faults": faults,
            "jeton": jeton(secret),
            "texts": door.desk.page_texts(secret, now),
            "name": name,
            "consent": consent,
            "summary": _summary(ceremony, door.language),
        }
    answer = door.answer(f"{ceremony.etat}.html", facts, status)
    if ceremony.etat == "a_signer":
        answer.headers["content-security-policy"] = CSP_WITH_SCRIPT
    return answer


def _summary(ceremony: Ceremony, language: Language) -> Said | None:
    """The plain summary in the reader's language, else in French; None when there is none."""
    for one in (language, FRENCH):
        if text := ceremony.resume.get(one):
            return Said(text, one)
    return None


def _refusal(
    door: Door, secret: str, status: int = 200, faults: tuple[Fault, ...] = (), reason: str = ""
) -> Response:
    ceremony = door.desk.ceremony(secret, door.now())
    if ceremony.etat != "a_signer":
        return _see("/signature")
    facts = {"ceremony": ceremony, "faults": faults, "jeton": jeton(secret), "reason": reason}
    return door.answer("refuser.html", facts, status)
