"""Corporate events: those of a year, a new one, what came of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.drafts import reusing
from docgen.actions.following import noting
from docgen.actions.ledger.events import Planned, company_named, events
from docgen.actions.reporting.period import year_of
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS
from docgen.ledger import EVENTS
from docgen.web.office.forms import Fault, a_day, faults_of, year_in
from docgen.web.office.guarding import Inside, kept_form_to, see, to_do

router = APIRouter()
Field = Annotated[str, Form()]
Follower = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
Officer = Annotated[Inside, Depends(kept_form_to(Act.ACT))]
_DONE = {
    "note": "L’événement est noté.",
    "suites": "C’est enregistré.",
    "retire": "L’événement est retiré : il ne compte plus.",
}
_EMPTY = dict.fromkeys(
    ("nature", "le", "participants", "pmsmp", "embauches", "entreprises", "note"), ""
)


@router.api_route("/evenements", methods=["GET", "HEAD"])
def show(me: Follower, annee: str = "", fait: str = "") -> Response:
    """The events of a year (this one)."""
    return _page(me, annee, done=_DONE.get(fait, ""))


def _page(
    me: Inside,
    year: str = "",
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    *,
    done: str = "",
    opened: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    today = me.now.astimezone(PARIS).date()
    chosen = year_in(year, today.year)
    window = year_of(chosen)
    facts = {
        "annee": chosen,
        "aujourdhui": today,
        "evenements": events(me.ports.database, window.first, window.last),
        "natures": list(EVENTS.items()),
        "faults": faults,
        "avis": done,
        "ouvert": opened,
        "saisi": typed or _EMPTY,
    }
    return me.answer("evenements.html", facts, status)


@router.post("/evenements")
def add(
    me: Officer,
    nature: Field = "",
    le: Field = "",
    participants: Field = "",
    pmsmp: Field = "",
    embauches: Field = "",
    entreprises: Field = "",
    note: Field = "",
) -> Response:
    """Note an event."""
    typed = {
        "nature": nature, "le": le, "participants": participants, "pmsmp": pmsmp,
        "embauches": embauches, "entreprises": entreprises, "note": note,
    }  # fmt: skip
    try:
        said = Planned(
            kind=nature,
            day=a_day(le, "le"),
            companies=dict(_company(me, one) for one in entreprises.splitlines() if one.strip()),
            participants=_count(participants, "participants"),
            stays=_count(pmsmp, "pmsmp"),
            hires=_count(embauches, "embauches"),
            note=" ".join(note.split()),
        )
        noting.add_event(me.ports, said, me.who.account, me.now)
    except InvalidData as error:
        return _page(me, le[:4], faults_of(error), 422, typed=typed)
    except Refused as error:
        return _page(me, le[:4], (Fault("nature", error.explain()),), 409, typed=typed)
    return see(f"/evenements?annee={said.day.year}&fait=note")


@router.post("/evenements/{reference}/suites")
def result(
    me: Officer, reference: str, pmsmp: Field = "", embauches: Field = "", annee: Field = ""
) -> Response:
    """Say what came of an event."""
    try:
        stays, hires = _count(pmsmp, "pmsmp"), _count(embauches, "embauches")
        row = noting.complete_event(me.ports, reference, stays, hires, me.who.account, me.now)
    except InvalidData as error:
        faults = tuple(Fault("liste", one.message) for one in faults_of(error))
        return _page(me, annee, faults, 422, opened=reference)
    return see(f"/evenements?annee={row.day.year}&fait=suites")


def _company(me: Inside, line: str) -> tuple[str, str]:
    """SIREN and name of what was typed: a SIREN, « SIREN = Nom », or a name known here.

    Raises InvalidData.
    """
    line = line.strip()[:200]
    if line[:1].isdigit():
        siren, name = company_named(me.ports.database, line)
        return siren, name
    found = {one.key[:9]: one.label for one in reusing.companies(me.ports, line)}
    if len(found) != 1:
        several = ", ".join(f"{name} ({siren})" for siren, name in found.items())
        message = (
            f"«\u00a0{line}\u00a0» désigne plusieurs entreprises : {several}. Écrivez le SIREN."
            if found
            else f"«\u00a0{line}\u00a0» n’est pas connue ici : écrivez « SIREN = {line} »."
        )
        raise InvalidData([Finding("evenement", "error", "entreprise", message)])
    return next(iter(found.items()))


def _count(text: str, field: str) -> int | None:
    """A whole number; None for nothing. Raises InvalidData."""
    typed = "".join(text.split())
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        message = "écrivez un nombre entier, par exemple 12."
        raise InvalidData([Finding("evenement", "error", field, message)])
    return int(typed)
