"""Where pages signed by hand are sent from a telephone: a link, a form, an answer for each page.

The link's token goes from the address to a cookie of its own: it lets pages in and does nothing
else. Without JavaScript, how far one is stands in the page that answers each sending.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docgen.actions.deposit import Answer
from docgen.documents.scans.reading import MOST_FILES
from docgen.errors import NotFound
from docgen.web.door import Door, door_of, own_form
from docgen.web.forms import Fault, one_line
from docgen.web.intake import PAPER_BYTES, PAPER_PATH
from docgen.web.session import jeton as jeton_of
from docgen.web.session import jeton_holds, keep_deposit, looks_like_secret

router = APIRouter()
READ = ["GET", "HEAD"]
_LONGEST_NAME = 60


@router.api_route("/p/{token}", methods=READ)
def announce(request: Request, token: str) -> Response:
    """What the link is for. Changes nothing."""
    door = door_of(request)
    deposit = door.desk.deposited(_token(token), door.now())
    return door.answer("papier_lien.html", {"deposit": deposit})


@router.post("/p/{token}")
def enter(request: Request, token: str) -> Response:
    """Take the token out of the address."""
    door = own_form(request)
    door.desk.deposited(_token(token), door.now())
    answer = RedirectResponse(PAPER_PATH, 303)
    keep_deposit(answer, door.site, token)
    return answer


@router.api_route(PAPER_PATH, methods=READ)
def show(request: Request) -> Response:
    """Which pages are there, and where to send the others."""
    door = door_of(request)
    return _shown(door, _kept(request, door))


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form as it came: a browser where nothing was chosen sends a file without a name."""
    async with request.form(max_files=MOST_FILES, max_fields=4) as form:
        yield form


@router.post(PAPER_PATH)
def put(request: Request, form: Annotated[FormData, Depends(form_of)]) -> Response:
    """Read what was sent; the files live in memory and in nameless files, gone after this."""
    door = own_form(request)
    token = _kept(request, door)
    if not jeton_holds(token, str(form.get("jeton", ""))):
        raise HTTPException(403)
    files = list(_contents(form))
    if not files:
        fault = Fault("fichiers", "Choisissez au moins une photo, ou un PDF.")
        return _shown(door, token, 422, faults=(fault,))
    with door.paper_turnstile.desk() as free:
        if not free:
            raise HTTPException(503)
        answers = door.desk.put_pages(token, files, door.now())
    wrong = any(one.holds == "non" for one in answers)
    return _shown(door, token, 422 if wrong else 200, answers)


def _contents(form: FormData) -> Iterator[tuple[str, bytes]]:
    for rank, one in enumerate(form.getlist("fichiers"), 1):
        if isinstance(one, UploadFile) and (content := one.file.read()):
            yield _name(one.filename, rank), content


@router.get(f"{PAPER_PATH}/document")
def printable(request: Request) -> Response:
    """The pages to print, each with its codes."""
    door = door_of(request)
    name, pdf = door.desk.printable(_kept(request, door), door.now())
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    disposition = {"content-disposition": f'attachment; filename="{plain}"'}
    return Response(pdf, media_type="application/pdf", headers=disposition)


def _shown(
    door: Door,
    token: str,
    status: int = 200,
    answers: tuple[Answer, ...] = (),
    faults: tuple[Fault, ...] = (),
) -> Response:
    facts = {
        "deposit": door.desk.deposited(token, door.now()),
        "answers": answers,
        "faults": faults,
        "jeton": jeton_of(token),
        "most": PAPER_BYTES // 1024**2,
    }
    return door.answer("papier.html", facts, status)


def _token(token: str) -> str:
    if not looks_like_secret(token):
        raise NotFound("Le lien", "d’envoi")
    return token


def _kept(request: Request, door: Door) -> str:
    return _token(request.cookies.get(door.site.deposit_cookie, ""))


def _name(given: str | None, rank: int) -> str:
    """The file's name as its sender knows it, short; a number where it has none."""
    name = one_line(given or "").replace("«", "").replace("»", "")
    return name[-_LONGEST_NAME:] or f"fichier {rank}"
