"""« Santé »: each part of the installation, tried, and the schedules of what runs by itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Carer = Annotated[Inside, Depends(to_do(Act.HEALTH))]


@router.api_route("/sante", methods=["GET", "HEAD"])
def health(me: Carer) -> Response:
    """What is well, what to watch, what is broken and how to mend it; tried at each visit."""
    checks = me.door.checkup()
    facts = {
        "parties": checks,
        "pannes": sum(one.state == "panne" for one in checks),
        "veilles": sum(one.state == "veiller" for one in checks),
        "maintenant": me.now,
    }
    return me.answer("sante.html", facts)
