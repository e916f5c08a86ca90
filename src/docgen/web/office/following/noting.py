"""Note in seconds what was done: a visit, a call, a hire, a promise; and take it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.following import noting
from docgen.actions.ledger.log import HIRE, Noted, NotedAlready
from docgen.errors import InvalidData, Refused
from docgen.ledger import ACTS, SORTS, quantity_of
from docgen.web.office.following.agreements import agreement_page
from docgen.web.office.following.folders import company_page
from docgen.web.office.forms import Fault, a_day, faults_of
from docgen.web.office.guarding import Inside, kept_form_to, see

router = APIRouter()
Field = Annotated[str, Form()]
Officer = Annotated[Inside, Depends(kept_form_to(Act.ACT))]
Page = Callable[[tuple[Fault, ...], int, str, dict[str, str]], Response]
_SIREN = re.compile(r"\d{9}")
# PMSMP-2026-0001, and what is under it or taken over: REPRIS-PMSMP-2023-0001-R1.
_REFERENCE = re.compile(r"[A-Z]+(-[A-Z]+)*-\d{4}-\d+(-[A-Z]+\d*)*")


def typed_note(
    nature: Field = "",
    le: Field = "",
    quantite: Field = "",
    note: Field = "",
    encore: Field = "",
) -> dict[str, str]:
    """The form of an act, as it was typed."""
    return {"nature": nature, "le": le, "quantite": quantite, "note": note, "encore": encore}


TypedNote = Annotated[dict[str, str], Depends(typed_note)]


@router.post("/accords/{reference}/notes")
def note_on(me: Officer, reference: str, typed: TypedNote) -> Response:
    """Note an act on an agreement."""
    return _note(me, reference, typed, _of_agreement(me, reference))


@router.post("/entreprises/{siren}/notes")
def note_with(me: Officer, siren: str, typed: TypedNote) -> Response:
    """Note an act with a company, on none of its agreements."""
    return _note(me, siren, typed, _of_company(me, siren))


@router.post("/accords/{reference}/embauche")
def hire(
    me: Officer, reference: str, contrat: Field = "", le: Field = "", employeur: Field = ""
) -> Response:
    """Note that the person of a PMSMP was hired."""
    typed = {"contrat": contrat, "le": le, "employeur": employeur}

    def act() -> None:
        employer = "".join(employeur.split())
        said = Noted(
            HIRE, a_day(le, "le"), source=noting.SOURCE, contract=contrat, employer=employer
        )
        noting.note(me.ports, reference, said, me.who.account, me.now)

    return _tried(act, "embauche", typed, _of_agreement(me, reference), reference)


@router.post("/engagements")
def promise(
    me: Officer,
    numero: Field = "",
    nature: Field = "",
    quantite: Field = "",
    base: Field = "",
    source: Field = "",
    siren: Field = "",
) -> Response:
    """Add a promise that a convention's text has."""
    typed = {
        "numero": numero, "nature": nature, "quantite": quantite, "base": base, "source": source,
    }  # fmt: skip

    def act() -> None:
        unit = SORTS[nature].unit if nature in SORTS else "nombre"
        amount = quantity_of(quantite, unit)
        noting.promise(
            me.ports, numero.strip(), nature, amount, base, source[:200], me.who.account, me.now
        )

    return _tried(act, "engagement", typed, _of_company(me, siren), siren)


@router.post("/notes/{entry_id}/annulation")
def undo(me: Officer, entry_id: str, retour: Field = "") -> Response:
    """Take back what was noted: it counts no more."""
    noting.undo(me.ports, entry_id, me.who.account, me.now)
    return see(_place(retour, "retire"))


def _note(me: Inside, about: str, typed: dict[str, str], page: Page) -> Response:
    def act() -> None:
        day, kind = a_day(typed["le"], "le"), typed["nature"]
        amount = typed["quantite"].strip()
        unit = ACTS[kind].unit if kind in ACTS else "nombre"
        said = Noted(
            kind,
            day,
            quantity_of(amount, unit) if amount else None,
            " ".join(typed["note"].split()),
            noting.SOURCE,
            again=typed["encore"] == "oui",
        )
        noting.note(me.ports, about, said, me.who.account, me.now)

    return _tried(act, "note", typed, page, about)


def _tried(
    act: Callable[[], None], form: str, typed: Mapping[str, str], page: Page, back: str
) -> Response:
    """Do it and go back; a refusal comes back on the page, the form still open and filled."""
    try:
        act()
    except InvalidData as error:
        faults = tuple(Fault(f"{form}-{one.anchor}", one.message) for one in faults_of(error))
        return page(faults, 422, form, {"deja": "", **typed})
    except NotedAlready as error:
        said = f"{error.sentence} S’il y en a eu un autre ce jour-là, cochez la case et notez-le."
        return page((Fault("note-encore", said),), 409, form, {**typed, "deja": "oui"})
    except Refused as error:
        return page((Fault("contenu", error.explain()),), 409, form, {"deja": "", **typed})
    return see(_place(back, "note"))


def _place(back: str, done: str) -> str:
    """The page where an act was noted; anything else leads to the board."""
    if _SIREN.fullmatch(back):
        return f"/entreprises/{back}?fait={done}"
    if back == "evenements":
        return f"/evenements?fait={done}"
    return f"/accords/{back}?fait={done}" if _REFERENCE.fullmatch(back) else "/tableau"


def _of_agreement(me: Inside, reference: str) -> Page:
    return lambda faults, status, form, typed: agreement_page(
        me, reference, faults, status, opened=form, typed=typed
    )


def _of_company(me: Inside, siren: str) -> Page:
    return lambda faults, status, form, typed: company_page(
        me, siren, faults=faults, status=status, opened=form, typed=typed
    )
