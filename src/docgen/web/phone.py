"""From the organisation's screen to the signer's own telephone, by a QR code.

The code is a picture at an address of ours, drawn as SVG from what zxing-cpp, which reads and
writes the pages' codes already, says is dark: no other library, and nothing inline for the CSP to
forgive. Its address holds no secret: the picture is made from the screen's cookie.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen.actions.enter import OnPhone
from docgen.errors import Refused
from docgen.web.door import door_of, visitor
from docgen.web.session import jeton as jeton_of
from docgen.web.session import secret_of

PATH = "/signature/telephone"
QUIET = 4  # squares of white around (ISO/IEC 18004, 6.3.8)
router = APIRouter()


@router.api_route(PATH, methods=["GET", "HEAD"])
def ask(request: Request) -> Response:
    """Offer to go on on a telephone; once that was asked for, show the code."""
    door = door_of(request)
    secret = secret_of(request, door.site)
    try:
        ceremony = door.desk.ceremony(secret, door.now())
    except OnPhone:
        return door.answer("telephone.html", {})
    if ceremony.etat != "a_signer" or not ceremony.sur_place:
        return RedirectResponse("/signature", 303)
    return door.answer("vers_telephone.html", {"ceremony": ceremony, "jeton": jeton_of(secret)})


@router.post(PATH)
def move(request: Request, jeton: Annotated[str, Form()] = "") -> Response:
    """End the visit on this screen, and show where it goes on."""
    door, secret = visitor(request, jeton)
    try:
        door.desk.move_to_phone(secret, door.now())
    except OnPhone:
        pass  # a second click: the code is there
    except Refused:
        return RedirectResponse("/signature", 303)
    return RedirectResponse(PATH, 303)


@router.get(f"{PATH}.svg")
def code(request: Request) -> Response:
    """The QR code of this screen's own visit."""
    door = door_of(request)
    rows = door.desk.phone_code(secret_of(request, door.site))
    return Response(drawn(rows), media_type="image/svg+xml")


def drawn(rows: list[list[bool]]) -> str:
    """An SVG of these squares, dark on white."""
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="320" '
        f'height="320" shape-rendering="crispEdges"><rect width="{side}" height="{side}" '
        f'fill="#fff"/><path d="{path}"/></svg>'
    )
