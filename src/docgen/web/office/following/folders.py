"""A company's page and a person's: every agreement about them, what was promised and done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.following import finding
from docgen.actions.ledger.board import board
from docgen.actions.reporting.company_sheet import company_sheet_pdf
from docgen.actions.reporting.period import year_of
from docgen.french import PARIS
from docgen.ledger import SORTS, WITH_A_COMPANY
from docgen.web.office.files import pdf
from docgen.web.office.following.agreements import DONE
from docgen.web.office.forms import Fault, year_in
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Follower = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
READ = ["GET", "HEAD"]
_BASES = (
    ("annee_civile", "chaque année civile"),
    ("annee_contrat", "chaque année de la convention"),
    ("duree", "toute la durée de la convention"),
)


@router.api_route("/entreprises/{siren}", methods=READ)
def company(me: Follower, siren: str, annee: str = "", fait: str = "") -> Response:
    """A company, by its SIREN, in a year (this one)."""
    return company_page(me, siren, annee, done=DONE.get(fait, ""))


def company_page(
    me: Inside,
    siren: str,
    year: str = "",
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    *,
    done: str = "",
    opened: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    """The page; `opened` names the form that was sent, `typed` what it said."""
    today = me.now.astimezone(PARIS).date()
    facts = {
        "fiche": finding.of_company(me.ports, siren, year_in(year, today.year), today),
        "sorte": "entreprise",
        "faults": faults,
        "avis": done,
        "ouvert": opened,
        "saisi": typed or {},
        "actes": WITH_A_COMPANY,
        "sortes": [one for one in SORTS.values() if one.slug != "pmsmp"],
        "bases": _BASES,
        "aujourdhui": today,
    }
    return me.answer("fiche.html", facts, status)


@router.get("/entreprises/{siren}/fiche.pdf")
def sheet(me: Follower, siren: str, annee: str = "") -> Response:
    """The company on one page, to take to the annual review."""
    today = me.now.astimezone(PARIS).date()
    year = year_in(annee, today.year)
    seen = board(me.ports.database, siren, year_of(year), today)
    name = str(me.door.organisation)
    return pdf(company_sheet_pdf(me.ports, seen, name, me.now), f"fiche-{siren}-{year}")


@router.api_route("/personnes/{key}", methods=READ)
def person(me: Follower, key: str) -> Response:
    """A person, by the key that the records know them by."""
    facts = {
        "fiche": finding.of_person(me.ports, key),
        "sorte": "personne",
        "faults": (),
        "avis": "",
    }
    return me.answer("fiche.html", facts)
