"""Every mail and SMS on invented facts, as text and as a phone shows it; and one to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from docgen.access import Act
from docgen.errors import DocgenError, NotFound
from docgen.mail.specimens import Specimen, specimens
from docgen.mail.texts import Text
from docgen.web.office.forms import Fault
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Postmaster = Annotated[Inside, Depends(to_do(Act.MAILS))]
PostmasterForm = Annotated[Inside, Depends(form_to(Act.MAILS))]
READ = ["GET", "HEAD"]
# A mail styles each of its elements; it loads nothing, sends nothing, runs nothing.
_MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@router.api_route("/courriels", methods=READ)
def list_mails(me: Postmaster, fait: str = "") -> Response:
    """Each mail, and when it leaves."""
    sent = f"Un courriel d’essai est parti vers {me.who.email}." if fait == "essai" else ""
    return _list(me, done=sent)


def _list(
    me: Inside, faults: tuple[Fault, ...] = (), status: int = 200, done: str = ""
) -> Response:
    every = list(_specimens(me))
    facts = {
        "courriels": [one for one in every if not isinstance(one.message, Text)],
        "sms": [one for one in every if isinstance(one.message, Text)],
        "faults": faults,
        "avis": done,
    }
    return me.answer("courriels.html", facts, status)


@router.post("/courriels/essai")
def try_mail(me: PostmasterForm) -> Response:
    """Send the invitation to oneself, as it would leave: that mails arrive, and how they look."""
    letter = next(_specimens(me)).message
    assert not isinstance(letter, Text)
    own = type(letter)(me.who.email, f"[Essai] {letter.subject}", letter.text, letter.html)
    try:
        me.ports.post(own, me.ports.new_id(), me.now)
    except DocgenError as error:
        return _list(me, (Fault("contenu", error.explain()),), 503)
    return see("/courriels?fait=essai")


@router.api_route("/courriels/{name}", methods=READ)
def show_mail(me: Postmaster, name: str) -> Response:
    """One of them, as text."""
    return me.answer("courriel.html", {"un": _named(me, name)})


@router.api_route("/courriels/{name}/page", methods=READ)
def show_page(me: Postmaster, name: str) -> Response:
    """One of them, as a phone or a desk shows it, alone."""
    found = _named(me, name).message
    if isinstance(found, Text):
        raise NotFound("Le courriel", name)
    return HTMLResponse(found.html, headers={"content-security-policy": _MAIL_CSP})


def _specimens(me: Inside) -> Iterator[Specimen]:
    return specimens(str(me.door.organisation), me.ports.site_url, me.now)


def _named(me: Inside, name: str) -> Specimen:
    for one in _specimens(me):
        if one.name == name:
            return one
    raise NotFound("Le courriel", name)
