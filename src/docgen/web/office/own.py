"""One's own account: password, browsers, second factor; the mission one works under."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen.access import Act
from docgen.actions import diary
from docgen.actions.accounts import own, present
from docgen.actions.accounts.missions import missions
from docgen.errors import InvalidData, NotFound
from docgen.french import PARIS
from docgen.web.office.files import attached
from docgen.web.office.forms import Fault, faults_of
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Field = Annotated[str, Form()]
Mine = Annotated[Inside, Depends(to_do(Act.OWN_ACCOUNT))]
Watcher = Annotated[Inside, Depends(to_do(Act.FOLLOW))]
MyCalendar = Annotated[Inside, Depends(form_to(Act.FOLLOW))]
MyForm = Annotated[Inside, Depends(form_to(Act.OWN_ACCOUNT))]
_DONE = {
    "mot-de-passe": "Votre mot de passe est changé. Les autres appareils sont déconnectés.",
    "second-facteur": "Votre second facteur est en place.",
    "appareil": "Cet appareil est déconnecté.",
    "agenda": "L’adresse de votre agenda est fermée : elle ne donne plus rien.",
}


@router.api_route("/compte", methods=["GET", "HEAD"])
def account(me: Mine, fait: str = "") -> Response:
    """The account's page."""
    return _account(me, done=_DONE.get(fait, ""))


def _account(
    me: Inside,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    done: str = "",
    calendar: str = "",
) -> Response:
    """The page; `calendar` is an address just opened, shown once."""
    facts = {
        "faults": faults,
        "avis": done,
        "appareils": own.browsers(me.ports, me.who, me.now),
        "second_facteur_le": own.factor_since(me.ports, me.who),
        "obligatoire": me.who.role.needs_second_factor,
        "agendas": [one for one in diary.feeds(me.ports, me.who.email) if not one.revoked_at],
        "agenda": calendar,
    }
    return me.answer("compte.html", facts, status)


@router.post("/compte/mot-de-passe")
def change_password(
    me: MyForm, actuel: Field = "", nouveau: Field = "", encore: Field = ""
) -> Response:
    """A new password."""
    if nouveau != encore:
        message = "Les deux mots de passe ne sont pas les mêmes."
        return _account(me, (Fault("encore", message),), 422)
    try:
        own.change_password(me.ports, me.who, actuel, nouveau, me.now, me.address)
    except InvalidData as error:
        return _account(me, faults_of(error), 422)
    return see("/compte?fait=mot-de-passe")


@router.post("/compte/appareils/{session_id}")
def end_browser(me: MyForm, session_id: str) -> Response:
    """End one of one's own browsers."""
    own.end_browser(me.ports, me.who, session_id, me.now)
    return see("/compte?fait=appareil")


@router.post("/compte/agenda")
def open_calendar(me: MyCalendar) -> Response:
    """A secret address that a calendar subscribes to, shown once."""
    try:
        address = diary.open_feed(me.ports, me.who.email, me.now, me.who.account)
    except NotFound:
        message = (
            "Aucun accord et aucune fiche ne nomme cette adresse parmi les référents : il n’y "
            "aurait rien dans cet agenda. Celui de toute l’organisation se télécharge ci-dessous."
        )
        return _account(me, (Fault("agenda", message),), 409)
    return _account(me, calendar=address)


@router.post("/compte/agenda/fermeture")
def close_calendar(me: MyCalendar) -> Response:
    """Close one's calendar addresses."""
    diary.revoke_feeds(me.ports, me.who.email, me.now, me.who.account)
    return see("/compte?fait=agenda")


@router.get("/agenda.ics")
def calendar(me: Watcher) -> Response:
    """The whole organisation's calendar, as a file."""
    return attached(diary.calendar(me.ports, me.now), "agenda.ics", "text/calendar; charset=utf-8")


@router.api_route("/mission", methods=["GET", "HEAD"])
def ask_mission(me: Mine) -> Response:
    """The missions in force, to choose from."""
    today = me.now.astimezone(PARIS).date()
    mine = missions(me.ports, today, me.who.account) if me.who.role.needs_mission else []
    return me.answer("mission.html", {"missions": [one for one in mine if one.in_force]})


@router.post("/mission")
def choose_mission(me: MyForm, mission: Field = "") -> Response:
    """Work under that mission."""
    present.choose_mission(me.ports, me.who, mission, me.now)
    return see("/audit")
