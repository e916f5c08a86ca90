"""The page « Vérifier un document »: anybody sends a file and reads what it is worth."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from docgen.web.door import Door, door_of, own_form
from docgen.web.forms import Fault
from docgen.web.intake import MOST_BYTES, PATH
from docgen.web.session import jeton, jeton_holds, keep_check, looks_like_secret

router = APIRouter()
READ = ["GET", "HEAD"]


@router.api_route(PATH, methods=READ)
def ask(request: Request) -> Response:
    """The form; its own cookie, which opens nothing, ties the form to this browser."""
    return _asked(request, door_of(request))


@router.post(PATH)
def check(
    request: Request,
    jeton: Annotated[str, Form()] = "",
    fichier: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Judge the file. It lives in memory and in a nameless temporary file, both gone after this."""
    door = own_form(request)
    if not jeton_holds(_secret(request, door), jeton):
        raise HTTPException(403)
    content = fichier.file.read(MOST_BYTES + 1) if fichier else b""
    if not content:
        fault = Fault("fichier", "Choisissez un fichier PDF ou zip, qui ne soit pas vide.")
        return _asked(request, door, (fault,))
    if len(content) > MOST_BYTES:
        raise HTTPException(413)
    with door.turnstile.desk() as free:
        if not free:
            raise HTTPException(503)
        verdict = door.desk.check_document(content, door.now())
    return door.answer("verdict.html", {"verdict": verdict})


def _secret(request: Request, door: Door) -> str:
    secret = request.cookies.get(door.site.check_cookie, "")
    if not looks_like_secret(secret):
        raise HTTPException(403)
    return secret


def _asked(request: Request, door: Door, faults: tuple[Fault, ...] = ()) -> Response:
    secret = request.cookies.get(door.site.check_cookie, "")
    if not looks_like_secret(secret):
        secret = secrets.token_urlsafe(32)
    facts = {"faults": faults, "jeton": jeton(secret), "most": MOST_BYTES // 1024**2}
    answer = door.answer("verifier.html", facts, 422 if faults else 200)
    keep_check(answer, door.site, secret)
    return answer
