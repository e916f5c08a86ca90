"""Entering and leaving: password, code, second factor, forgotten password, mailed link."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen import credentials
from docgen.access import Act, may
from docgen.actions.accounts import entry, first, own
from docgen.actions.accounts.throttle import Throttled
from docgen.documents.scans.symbols import squares
from docgen.errors import InvalidData, NotFound
from docgen.web.office.forms import Fault, faults_of
from docgen.web.office.guarding import (
    Inside,
    door_of,
    entry_form,
    entry_page,
    forget,
    inside,
    inside_form,
    keep,
    see,
    whence,
)
from docgen.web.phone import drawn
from docgen.web.session import looks_like_secret

router = APIRouter()
Field = Annotated[str, Form()]
READ = ["GET", "HEAD"]


@router.api_route("/", methods=READ)
def home(request: Request) -> Response:
    """Where this person begins."""
    found = inside(request)
    return see(_next(found))


def _next(found: Inside) -> str:
    match found.who.step:
        case "enrol":
            return "/second-facteur"
        case "code":
            return "/code"
        case _:
            if may(found.who.role, Act.BOARD):
                return "/tableau"
            return "/mission" if found.who.sight is None else "/audit"


@router.api_route("/entree", methods=READ)
def ask_entry(request: Request, fini: str = "", fait: str = "") -> Response:
    """The form: address and password."""
    try:
        return see(_next(inside(request)))
    except NotFound:
        if first.is_first(door_of(request).ports):
            return see("/premier-demarrage")
        notice = {"oui": "Votre visite est terminée. Entrez de nouveau."}.get(fini, "")
        notice = notice or {
            "mot-de-passe": "Votre mot de passe est enregistré. Vous pouvez entrer.",
            "oubli": "Si un compte a cette adresse, un courriel vient de lui être envoyé.",
        }.get(fait, "")
        return _entry(request, notice=notice)


def _entry(
    request: Request,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    email: str = "",
    notice: str = "",
) -> Response:
    facts = {"faults": faults, "courriel": email, "avis": notice}
    return entry_page(request, "entree.html", facts, status)


@router.post("/entree")
def enter(
    request: Request, jeton: Field = "", courriel: Field = "", mot_de_passe: Field = ""
) -> Response:
    """Open a visit; the password is never sent back."""
    door = entry_form(request, jeton)
    address, browser = whence(request, door)
    try:
        secret = entry.enter(door.ports, courriel, mot_de_passe, door.now(), address, browser)
    except InvalidData as error:
        return _entry(request, faults_of(error), 422, courriel)
    except Throttled as error:
        return _entry(request, (Fault("contenu", error.explain()),), 429, courriel)
    answer = see("/")
    keep(answer, door, door.cookie, secret)
    return answer


@router.api_route("/code", methods=READ)
def ask_code(request: Request) -> Response:
    """The form: the code of the second factor."""
    found = inside(request)
    if found.who.step != "code":
        return see(_next(found))
    return found.answer("code.html", {"faults": ()})


@router.post("/code")
def give_code(request: Request, jeton: Field = "", code: Field = "") -> Response:
    """Complete the visit."""
    found = inside_form(request, jeton)
    if found.who.step != "code":
        return see(_next(found))
    try:
        entry.give_code(found.ports, found.who, code, found.now, found.address)
    except InvalidData as error:
        return found.answer("code.html", {"faults": faults_of(error)}, 422)
    except Throttled as error:
        return found.answer("code.html", {"faults": (Fault("contenu", error.explain()),)}, 429)
    return see("/")


def _may_enrol(found: Inside) -> bool:
    """True for who must set the second factor up, and for who may because they want to."""
    return found.who.step in {"", "enrol"}


@router.api_route("/second-facteur", methods=READ)
def ask_factor(request: Request) -> Response:
    """The secret to put in an authenticator, as a picture and in letters."""
    found = inside(request)
    return _factor(found) if _may_enrol(found) else see(_next(found))


def _factor(found: Inside, faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    try:
        secret = entry.propose_factor(found.ports, found.who)
    except InvalidData:
        return see("/compte")
    shown = " ".join(re.findall(".{1,4}", secret))
    return found.answer("second_facteur.html", {"faults": faults, "secret": shown}, status)


@router.get("/second-facteur.svg")
def factor_picture(request: Request) -> Response:
    """The secret as a QR code; only until it is confirmed."""
    found = inside(request)
    if not _may_enrol(found):
        raise NotFound("L’image", "second facteur")
    try:
        secret = entry.propose_factor(found.ports, found.who)
    except InvalidData as error:
        raise NotFound("L’image", "second facteur") from error
    address = credentials.address_of(secret, found.who.email, found.ports.organisation)
    return Response(drawn(squares(address)), media_type="image/svg+xml")


@router.post("/second-facteur")
def confirm_factor(request: Request, jeton: Field = "", code: Field = "") -> Response:
    """The authenticator shows the right code: the second factor is in place."""
    found = inside_form(request, jeton)
    if not _may_enrol(found):
        return see(_next(found))
    try:
        entry.confirm_factor(found.ports, found.who, code, found.now, found.address)
    except InvalidData as error:
        return _factor(found, faults_of(error), 422)
    except Throttled as error:
        return _factor(found, (Fault("contenu", error.explain()),), 429)
    return see("/compte?fait=second-facteur" if found.who.step == "" else "/")


@router.post("/sortie")
def leave(request: Request, jeton: Field = "") -> Response:
    """End the visit."""
    found = inside_form(request, jeton)
    entry.leave(found.ports, found.who, found.now)
    answer = see("/entree")
    forget(answer, found.door)
    return answer


@router.api_route("/oubli", methods=READ)
def ask_forgotten(request: Request) -> Response:
    """The form: the address to send a link to."""
    return entry_page(request, "oubli.html", {"faults": ()})


@router.post("/oubli")
def forgotten(request: Request, jeton: Field = "", courriel: Field = "") -> Response:
    """Ask for a link. The answer is the same whether there is such an account or not."""
    door = entry_form(request, jeton)
    address, _ = whence(request, door)
    try:
        own.ask_reset(door.ports, courriel, door.now(), address)
    except Throttled as error:
        faults = (Fault("contenu", error.explain()),)
        return entry_page(request, "oubli.html", {"faults": faults}, 429)
    return see("/entree?fait=oubli")


@router.api_route("/lien/{token}", methods=READ)
def open_link(request: Request, token: str) -> Response:
    """What a mailed link is for. Changes nothing: mail scanners follow links."""
    return _linked(request, token)


def _linked(
    request: Request, token: str, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:
    door = door_of(request)
    linked = own.linked(door.ports, _token(token), door.now())
    return entry_page(request, "lien.html", {"lien": linked, "faults": faults}, status)


@router.post("/lien/{token}")
def take_link(
    request: Request, token: str, jeton: Field = "", nouveau: Field = "", encore: Field = ""
) -> Response:
    """Choose the password; the link is used up."""
    door = entry_form(request, jeton)
    if nouveau != encore:
        message = "Les deux mots de passe ne sont pas les mêmes."
        return _linked(request, token, (Fault("encore", message),), 422)
    try:
        own.choose_password(door.ports, _token(token), nouveau, door.now())
    except InvalidData as error:
        return _linked(request, token, faults_of(error), 422)
    answer: RedirectResponse = see("/entree?fait=mot-de-passe")
    forget(answer, door)
    return answer


def _token(token: str) -> str:
    if not looks_like_secret(token):
        raise NotFound("Le lien", "du courriel")
    return token
