"""What the organisation's own people open: the page of their reminders, and their calendar.

Both are reached by a secret in the address, and by nothing else. The pages of signers speak two
languages; these speak French, as the reminders do.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen.errors import InvalidData, NotFound
from docgen.web.door import Door, door_of, own_form
from docgen.web.forms import one_line
from docgen.web.session import looks_like_secret

router = APIRouter()
Field = Annotated[str, Form()]
READ = ["GET", "HEAD"]
_CALENDAR = re.compile(r"([\w-]{16,128})\.ics", re.ASCII)
USUAL_DAYS = 7


@router.api_route("/rappels/{token}", methods=READ)
def show(request: Request, token: str) -> Response:
    """The reminders of a digest. Changes nothing: mail scanners follow links."""
    return _shown(door_of(request), _secret(token))


@router.post("/rappels/{token}")
def handle(
    request: Request,
    token: str,
    numero: Annotated[int, Form()] = 0,
    choix: Field = "",
    au: Field = "",
    motif: Field = "",
) -> Response:
    """Settle a reminder, or put it off; the address is the secret."""
    door, secret = own_form(request), _secret(token)
    why = one_line(motif)
    try:
        if choix == "regler":
            door.desk.settle_reminder(secret, numero, why, door.now())
        elif (until := _day(au)) is None:
            return _shown(
                door, secret, numero, "Choisissez le jour où le rappel doit revenir.", why
            )
        else:
            door.desk.put_off_reminder(secret, numero, until, why, door.now())
    except InvalidData as error:
        said = " ".join(_sentence(finding.message) for finding in error.findings)
        return _shown(door, secret, numero, said, why)
    return RedirectResponse(f"/rappels/{secret}#rappel-{numero}", 303)


@router.api_route("/calendrier/{name}", methods=READ)
def calendar(request: Request, name: str) -> Response:
    """A person's calendar, for a diary that subscribes to it."""
    found = _CALENDAR.fullmatch(name)
    if found is None:
        raise NotFound("Le calendrier", "à cette adresse")
    door = door_of(request)
    content = door.desk.calendar(found[1], door.now())
    headers = {"content-disposition": 'inline; filename="echeances.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _secret(token: str) -> str:
    if not looks_like_secret(token):
        raise NotFound("Le lien", "de vos rappels")
    return token


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def _shown(door: Door, secret: str, number: int = 0, fault: str = "", reason: str = "") -> Response:
    page = door.desk.reminders(secret, door.now())
    usual = page.today + timedelta(days=USUAL_DAYS)
    facts = {
        "page": page,
        "wrong": number,
        "fault": fault,
        "reason": reason,
        "tomorrow": page.today + timedelta(days=1),
        "usual": usual,
    }
    return door.answer("rappels.html", facts, 422 if fault else 200)
