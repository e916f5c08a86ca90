"""Retention: the policy in force, what is held, what may be destroyed, and by whose yes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen import agreements
from docgen.access import Act
from docgen.actions.retention import disposal, listing
from docgen.actions.retention.hold import hold, release
from docgen.actions.retention.keep import policy_in_force
from docgen.errors import NotFound, Refused
from docgen.web.office.forms import Fault
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Field = Annotated[str, Form()]
Reader = Annotated[Inside, Depends(to_do(Act.RETENTION))]
Holder = Annotated[Inside, Depends(form_to(Act.HOLD))]
Disposer = Annotated[Inside, Depends(form_to(Act.DISPOSAL))]
READ = ["GET", "HEAD"]


@router.api_route("/conservation", methods=READ)
def show(me: Reader) -> Response:
    """The classes, the holds, the lists."""
    return _page(me)


def _page(me: Inside, faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    rule = policy_in_force(me.ports)
    facts = {
        "politique": rule.policy,
        "empreinte": rule.sha256,
        "types": {kind.slug: kind.title for kind in agreements.KINDS.values()},
        "geles": listing.holds(me.ports),
        "listes": listing.disposals(me.ports),
        "faults": faults,
    }
    return me.answer("conservation.html", facts, status)


@router.post("/conservation/gel")
def put_hold(me: Holder, reference: Field = "", motif: Field = "", lever: Field = "") -> Response:
    """Put a legal hold on, or end it, with the reason."""
    act = release if lever == "oui" else hold
    try:
        act(me.ports, reference.strip(), motif, me.now, me.who.account)
    except (Refused, NotFound) as error:
        return _page(me, (Fault("reference", error.explain()),), 409)
    return see("/conservation")


@router.post("/conservation/listes")
def propose(me: Disposer) -> Response:
    """Make the list of what may be destroyed."""
    number = disposal.propose(me.ports, me.now, me.who.account)
    if number is None:
        return _page(me, (Fault("listes", "Aucun dossier n’est arrivé au terme."),), 409)
    return see(f"/conservation/listes/{number}")


@router.api_route("/conservation/listes/{number}", methods=READ)
def show_list(me: Reader, number: str) -> Response:
    """A list: what it names, who said yes."""
    return _listed(me, number)


def _listed(me: Inside, number: str, faults: tuple[Fault, ...] = (), status: int = 200) -> Response:
    listed = listing.disposal_of(me.ports, number)
    facts = {
        "liste": listed,
        "types": {kind.slug: kind.title for kind in agreements.KINDS.values()},
        "deja": me.who.email in {one.email for one in listed.approvals},
        "faults": faults,
    }
    return me.answer("elimination.html", facts, status)


@router.post("/conservation/listes/{number}/accord")
def approve(me: Disposer, number: str) -> Response:
    """One's own yes to a list."""
    try:
        disposal.approve(me.ports, number, me.who.account, me.now)
    except Refused as error:
        return _listed(me, number, (Fault("contenu", error.explain()),), 409)
    return see(f"/conservation/listes/{number}")


@router.post("/conservation/listes/{number}/abandon")
def drop(me: Disposer, number: str) -> Response:
    """Give a list up."""
    disposal.drop(me.ports, number, me.now, me.who.account)
    return see(f"/conservation/listes/{number}")


@router.post("/conservation/listes/{number}/execution")
def carry_out(me: Disposer, number: str) -> Response:
    """Destroy what the list names."""
    try:
        disposal.carry_out(me.ports, number, me.now, me.who.account)
    except Refused as error:
        return _listed(me, number, (Fault("contenu", error.explain()),), 409)
    return see(f"/conservation/listes/{number}")


@router.get("/conservation/listes/{number}/certificat.pdf")
def certificate(me: Reader, number: str) -> Response:
    """The certificate of destruction."""
    pdf = listing.certificate(me.ports, number)
    name = f'attachment; filename="certificat-{number}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": name})
