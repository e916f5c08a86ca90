"""A company's page and a person's: every agreement about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.following import finding
from docgen.french import PARIS
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Follower = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
READ = ["GET", "HEAD"]


@router.api_route("/entreprises/{siren}", methods=READ)
def company(me: Follower, siren: str) -> Response:
    """A company, by its SIREN."""
    facts = {
        "fiche": finding.of_company(me.ports, siren, me.now.astimezone(PARIS).date()),
        "sorte": "entreprise",
    }
    return me.answer("fiche.html", facts)


@router.api_route("/personnes/{key}", methods=READ)
def person(me: Follower, key: str) -> Response:
    """A person, by the key that the records know them by."""
    facts = {"fiche": finding.of_person(me.ports, key), "sorte": "personne"}
    return me.answer("fiche.html", facts)
