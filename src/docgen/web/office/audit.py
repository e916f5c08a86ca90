"""The audit space: search, a dossier's page, its pages as pictures, downloads. Read-only."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response, StreamingResponse

from docgen import agreements
from docgen.access import Act
from docgen.actions.audit import dossier, finding, taking
from docgen.actions.retention.funds import funds
from docgen.errors import InvalidData
from docgen.lifecycle import Status
from docgen.records.queries.search import Wanted
from docgen.web.office.forms import Fault, day_of, faults_of
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Searcher = Annotated[Inside, Depends(to_do(Act.SEARCH))]
Reader = Annotated[Inside, Depends(to_do(Act.READ))]
ReaderForm = Annotated[Inside, Depends(form_to(Act.READ))]
Taker = Annotated[Inside, Depends(form_to(Act.DOWNLOAD))]
READ = ["GET", "HEAD"]
_LONGEST = 200


@router.api_route("/audit", methods=READ)
def search(
    me: Searcher,
    q: str = "",
    entreprise: str = "",
    personne: str = "",
    siret: str = "",
    type: str = "",  # noqa: A002 (the word in the address)
    statut: str = "",
    financement: str = "",
    du: str = "",
    au: str = "",
    suite: str = "",
) -> Response:
    """Search; the criteria stay in the address. Nothing asked, the latest agreements."""
    if me.who.sight is None:
        return see("/mission")
    typed = {
        "q": q, "entreprise": entreprise, "personne": personne, "siret": siret, "type": type,
        "statut": statut, "financement": financement, "du": du, "au": au,
    }  # fmt: skip
    typed = {name: value[:_LONGEST].replace("\0", "") for name, value in typed.items()}
    try:
        wanted = _wanted(typed)
        found = finding.find(me.ports, me.who.sight, me.who.account, wanted, me.now, _after(suite))
    except InvalidData as error:
        return _results(me, typed, None, faults_of(error), 422)
    return _results(me, typed, found, ())


def _results(
    me: Inside,
    typed: dict[str, str],
    found: finding.Found | None,
    faults: tuple[Fault, ...],
    status: int = 200,
) -> Response:
    after = found.after if found else None
    facts = {
        "saisi": typed,
        "trouves": found.rows if found else [],
        "suite": f"{after[0].isoformat()}.{after[1]}" if after else "",
        "types": [(kind.slug, kind.title) for kind in agreements.KINDS.values()],
        "statuts": [(one.value, one.label) for one in Status if one is not Status.DETRUIT],
        "financements": funds(me.ports),
        "faults": faults,
        "avance": any(value for name, value in typed.items() if name != "q"),
        "cherche": any(typed.values()),
        "vue": me.who.sight,
        "plus": taking.MOST,
    }
    return me.answer("recherche.html", facts, status)


def _wanted(typed: dict[str, str]) -> Wanted:
    return Wanted(
        words=typed["q"],
        company=typed["entreprise"],
        person=typed["personne"],
        siret="".join(c for c in typed["siret"] if c.isdigit())[:14],
        kind=typed["type"],
        statuses=(typed["statut"],) if typed["statut"] else (),
        fund=typed["financement"],
        first_day=day_of(typed["du"], "du"),
        last_day=day_of(typed["au"], "au"),
    )


def _after(text: str) -> tuple[date, str] | None:
    day, _, last = text.partition(".")
    try:
        return (date.fromisoformat(day), last[:32]) if day and last.isalnum() else None
    except ValueError:
        return None


@router.api_route("/audit/{reference}", methods=READ)
def show(me: Reader, reference: str) -> Response:
    """A dossier's page."""
    return _dossier(me, reference)


def _dossier(me: Inside, reference: str, checked: object = None) -> Response:
    view = dossier.view(me.ports, me.who.seeing(), me.who.account, reference, me.now)
    return me.answer("dossier.html", {"dossier": view, "controle": checked})


@router.post("/audit/{reference}/controle")
def verify(me: ReaderForm, reference: str) -> Response:
    """Check signatures and timestamps now: it takes a second or two."""
    holds, problems = dossier.verified(me.ports, me.who.seeing(), me.who.account, reference, me.now)
    return _dossier(me, reference, {"tient": holds, "problemes": problems})


@router.get("/audit/{reference}/page/{page:int}.png")
def page_image(me: Reader, reference: str, page: int) -> Response:
    """A page of the signed document, as a picture."""
    picture = dossier.page(me.ports, me.who.seeing(), me.who.account, reference, page, me.now)
    return Response(picture, media_type="image/png")


@router.post("/audit/{reference}/telecharger")
def take_one(me: Taker, reference: str) -> Response:
    """A dossier as a zip."""
    return _sent(taking.take(me.ports, me.who.seeing(), me.who.account, [reference], me.now))


@router.post("/selection")
def take_several(
    me: Taker, dossiers: Annotated[list[str] | None, Form(alias="dossier")] = None
) -> Response:
    """The ticked dossiers as one zip, made as it leaves."""
    try:
        taken = taking.take(me.ports, me.who.seeing(), me.who.account, dossiers or [], me.now)
    except InvalidData as error:
        empty = dict.fromkeys(
            ("q", "entreprise", "personne", "siret", "type", "statut", "financement", "du", "au"),
            "",
        )
        return _results(me, empty, None, faults_of(error), 422)
    return _sent(taken)


def _sent(taken: taking.Taken) -> Response:
    headers = {"content-disposition": f'attachment; filename="{taken.name}"'}
    if taken.exact:
        headers["content-length"] = str(taken.size)
    return StreamingResponse(taken.pieces, media_type="application/zip", headers=headers)
