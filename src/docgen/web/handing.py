"""The pages where a signer hands over to somebody else of their party."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen.actions.delegation import Delegate
from docgen.errors import InvalidData, Refused
from docgen.web.door import Door, door_of, visitor
from docgen.web.forms import Fault, faults_of, one_line
from docgen.web.session import jeton as jeton_of
from docgen.web.session import secret_of

PATH = "/signature/confier"
router = APIRouter()
Field = Annotated[str, Form()]
_NOBODY = Delegate("", "")


@router.api_route(PATH, methods=["GET", "HEAD"])
def ask_whom(request: Request) -> Response:
    """Who signs instead; or why nobody can."""
    door = door_of(request)
    return _asked(door, secret_of(request, door.site))


@router.post(PATH)
def hand_over(
    request: Request,
    jeton: Field = "",
    nom_saisi: Field = "",
    qualite: Field = "",
    courriel: Field = "",
    suite: Field = "",
) -> Response:
    """Say who would sign, and hand over once that is confirmed (`suite` is `confier`)."""
    door, secret = visitor(request, jeton)
    to = Delegate(one_line(nom_saisi), one_line(qualite), one_line(courriel))
    try:
        if suite == "confier":
            door.desk.delegate(secret, to, door.now())
            # The visit is over: this page says so, and says it again to whoever comes back.
            return RedirectResponse("/signature", 303)
        if suite == "corriger":
            return _asked(door, secret, to=to)
        seen = door.desk.look_at_delegate(secret, to, door.now())
    except InvalidData as error:
        return _asked(door, secret, 422, faults_of(error), to)
    except Refused as error:
        return _asked(door, secret, 409, (Fault("contenu", error.explain()),), to)
    ceremony = door.desk.ceremony(secret, door.now())
    facts = {"ceremony": ceremony, "jeton": jeton_of(secret), "to": seen}
    return door.answer("confirmer.html", facts)


def _asked(
    door: Door,
    secret: str,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    to: Delegate = _NOBODY,
) -> Response:
    ceremony = door.desk.ceremony(secret, door.now())
    if ceremony.etat != "a_signer":
        return RedirectResponse("/signature", 303)
    facts = {"ceremony": ceremony, "faults": faults, "jeton": jeton_of(secret), "to": to}
    return door.answer("confier.html", facts, status)
