"""Who looked at what: the organisation's view of its audits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.audit.accesses import accesses
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Watcher = Annotated[Inside, Depends(to_do(Act.ACCESSES))]
PAGE = 100


@router.api_route("/acces", methods=["GET", "HEAD"])
def list_accesses(me: Watcher, reference: str = "", avant: str = "") -> Response:
    """The latest accesses first; of one dossier when it is named."""
    before = int(avant) if avant.isdecimal() and len(avant) < 10 else None
    wanted = reference.strip()[:40].replace("\0", "")
    found = accesses(me.ports, reference=wanted or None, before=before, most=PAGE)
    facts = {
        "acces": found,
        "reference": wanted,
        "avant": found[-1].line if len(found) == PAGE else None,
    }
    return me.answer("acces.html", facts)
