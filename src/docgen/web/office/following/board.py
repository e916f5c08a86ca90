"""« Aujourd’hui »: what needs somebody, and the search over everything."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from docgen import agreements
from docgen.access import Act
from docgen.actions.following import board as actions
from docgen.actions.following.finding import suggest
from docgen.web.office.following.pictures import columns
from docgen.web.office.guarding import Inside, see, to_do

router = APIRouter()
Watcher = Annotated[Inside, Depends(to_do(Act.BOARD))]
READ = ["GET", "HEAD"]
_LONGEST = 200


@router.api_route("/tableau", methods=READ)
def board(me: Watcher, type: str = "", pile: str = "") -> Response:  # noqa: A002 (the data's word)
    """What needs somebody today; of one kind, or one pile at length, when the address says so."""
    kind = type if type in agreements.KINDS else ""
    only = (
        pile
        if pile in {slug for slug, *_ in actions.PILES} | {"brouillons", actions.REMINDERS}
        else ""
    )
    found = actions.board(me.ports, me.now, kind, only)
    facts = {
        "tableau": found,
        "type": kind,
        "pile": only,
        "types": [(one.slug, one.title) for one in agreements.KINDS.values()],
        "dessin": columns(found.years),
        "annees_en_mots": ", ".join(f"{count} en {year}" for year, count in found.years),
        "maintenant": me.now,
    }
    return me.answer("tableau.html", facts)


@router.get("/chercher")
def search(me: Watcher, request: Request, q: str = "") -> Response:
    """What a few words may mean, as they are typed: a piece of a page, else the list."""
    words = q[:_LONGEST].replace("\0", "").strip()
    if "hx-request" not in request.headers:
        return see(f"/accords?q={quote(words, safe='')}")
    found = suggest(me.ports, words) if words else None
    return me.answer("_trouves.html", {"trouves": found, "mots": words})
