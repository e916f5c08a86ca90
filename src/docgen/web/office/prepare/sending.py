"""Looking at a draft's pages, making it for several people, and sending it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.drafts import beginning, keeping, previewing, sending
from docgen.actions.drafts.answering import answer
from docgen.errors import DocgenError, InvalidData, Unavailable
from docgen.web.office.files import picture
from docgen.web.office.forms import Fault, faults_of
from docgen.web.office.guarding import Inside, form_to, see, sent_form, to_do
from docgen.web.office.prepare.page import places_of

router = APIRouter()
Field = Annotated[str, Form()]
Sent = Annotated[dict[str, str], Depends(sent_form)]
Writer = Annotated[Inside, Depends(to_do(Act.PREPARE))]
WriterForm = Annotated[Inside, Depends(form_to(Act.PREPARE))]
Sender = Annotated[Inside, Depends(to_do(Act.SEND))]
SenderForm = Annotated[Inside, Depends(form_to(Act.SEND))]
READ = ["GET", "HEAD"]
PEOPLE = ("prenom", "nom", "date_naissance", "courriel", "telephone")
ROWS = 5


@router.get("/brouillons/{draft_id}/apercu")
def preview(me: Writer, request: Request, draft_id: str) -> Response:
    """The draft's pages: a piece of the form's page, or a page of its own."""
    view = keeping.opened(me.ports, draft_id)
    problem, drawn = "", None
    try:
        drawn = previewing.preview(me.ports, view.data, me.now)
    except DocgenError as error:
        problem = error.explain() if isinstance(error, Unavailable) else _NOT_YET
    facts = {"brouillon": view, "apercu": drawn, "probleme": problem}
    alone = "hx-request" not in request.headers
    return me.answer("apercu.html" if alone else "_apercu.html", facts)


_NOT_YET = "Ce qui est écrit ne peut pas encore être dessiné. Corrigez d’abord ce qui est signalé."


@router.get("/brouillons/{draft_id}/page/{number:int}.png")
def page(me: Writer, draft_id: str, number: int) -> Response:
    """A page of the draft, as it would be printed."""
    view = keeping.opened(me.ports, draft_id)
    return picture(previewing.page(me.ports, view.data, number, me.now))


@router.api_route("/brouillons/{draft_id}/envoi", methods=READ)
def ask_to_send(me: Sender, draft_id: str) -> Response:
    """Who would receive what, in which way, in which order; or what is still to mend."""
    return _to_send(me, draft_id)


def _to_send(
    me: Inside, draft_id: str, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:
    view = keeping.opened(me.ports, draft_id)
    found = answer(me.ports, view.data, me.now)
    if found.agreement is None and not faults:
        return see(f"/brouillons/{draft_id}?tout=oui")
    facts = {
        "brouillon": view,
        "plan": sending.plan(me.ports, found.agreement) if found.agreement else None,
        "ordres": sending.ORDERS,
        "dits": found.said,
        "places": places_of(view, found.said),
        "faults": faults,
        "groupe": [one for one in keeping.listed(me.ports, view.group) if one.id != view.id]
        if view.group
        else [],
    }
    return me.answer("envoi.html", facts, status)


@router.post("/brouillons/{draft_id}/envoi")
def send(me: SenderForm, draft_id: str, sent: Sent) -> Response:
    """Send, in the ways chosen on the page; twice is once."""
    view = keeping.opened(me.ports, draft_id)
    roles = {
        name.removeprefix("moyen."): way for name, way in sent.items() if name.startswith("moyen.")
    }
    data = sending.with_ways(view.data, sent.get("ordre", ""), roles)
    keeping.save(me.ports, draft_id, view.version, "", data, me.who.account, me.now)
    try:
        issued = sending.send(me.ports, draft_id, me.who.account, me.now)
    except InvalidData as error:
        return _to_send(me, draft_id, faults_of(error), 422)
    except Unavailable as error:
        said = Fault("contenu", f"{error.explain()} Votre brouillon est gardé : réessayez.")
        return _to_send(me, draft_id, (said,), 503)
    return see(f"/accords/{issued.reference}?fait=envoye")


@router.api_route("/brouillons/{draft_id}/groupe", methods=READ)
def ask_for_others(me: Writer, draft_id: str) -> Response:
    """The form: the other people whom the same agreement is for."""
    return _others(me, draft_id)


def _others(
    me: Inside,
    draft_id: str,
    rows: list[dict[str, str]] | None = None,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> Response:
    view = keeping.opened(me.ports, draft_id)
    blank = [dict.fromkeys(PEOPLE, "") for _ in range(ROWS)]
    facts = {
        "brouillon": view,
        "lignes": [*(rows or []), *blank][: max(ROWS, len(rows or []) + 1)],
        "groupe": keeping.listed(me.ports, view.group) if view.group else [],
        "faults": faults,
    }
    return me.answer("groupe.html", facts, status)


@router.post("/brouillons/{draft_id}/groupe")
def make_for_others(me: WriterForm, draft_id: str, sent: Sent) -> Response:
    """A draft for each of those people."""
    ranks = sorted(
        {int(one) for name in sent if (one := name.rpartition(".")[2]).isdecimal() and len(one) < 3}
    )
    rows = [
        {part: " ".join(sent.get(f"{part}.{rank}", "").split())[:300] for part in PEOPLE}
        for rank in ranks
    ]
    rows = [row for row in rows if any(row.values())]
    try:
        beginning.begin_for_others(me.ports, draft_id, rows, me.who, me.now)
    except InvalidData as error:
        return _others(me, draft_id, rows, faults_of(error), 422)
    return see(f"/brouillons/{draft_id}/groupe")
