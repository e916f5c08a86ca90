"""Accounts and missions, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from docgen.access import Act, Role
from docgen.actions.accounts import manage
from docgen.actions.accounts.mail import deliver_to_accounts
from docgen.actions.accounts.missions import end_mission, missions, open_mission
from docgen.actions.retention.funds import funds
from docgen.errors import Finding, InvalidData, NotFound
from docgen.french import PARIS
from docgen.records.queries.search import Scope
from docgen.web.office.forms import Fault, a_day, day_of, faults_of
from docgen.web.office.guarding import Inside, form_to, see, to_do

router = APIRouter()
Field = Annotated[str, Form()]
Manager = Annotated[Inside, Depends(to_do(Act.ACCOUNTS))]
ManagerForm = Annotated[Inside, Depends(form_to(Act.ACCOUNTS))]
MissionPage = Annotated[Inside, Depends(to_do(Act.MISSIONS))]
MissionForm = Annotated[Inside, Depends(form_to(Act.MISSIONS))]
READ = ["GET", "HEAD"]


@router.api_route("/comptes", methods=READ)
def list_accounts(me: Manager) -> Response:
    """Every account, and the form that invites."""
    return _list(me)


def _list(
    me: Inside,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    typed: tuple[str, str, str] = ("", "", Role.READER.value),
) -> Response:
    facts = {
        "comptes": manage.accounts(me.ports),
        "presents": manage.inside(me.ports, me.now),
        "faults": faults,
        "saisi": typed,
    }
    return me.answer("comptes.html", facts, status)


@router.post("/comptes")
def invite(me: ManagerForm, courriel: Field = "", nom: Field = "", role: Field = "") -> Response:
    """Invite somebody; the mail leaves at once, or later when the server does not answer."""
    try:
        manage.invite(me.ports, courriel, nom, _role(role), me.now, me.who.account)
    except InvalidData as error:
        return _list(me, faults_of(error), 422, (courriel, nom, role))
    deliver_to_accounts(me.ports, me.now)
    return see("/comptes")


@router.post("/comptes/{account_id}/role")
def change_role(me: ManagerForm, account_id: str, role: Field = "") -> Response:
    """Give another role."""
    manage.change_role(me.ports, _email(me, account_id), _role(role), me.now, me.who.account)
    return see("/comptes")


@router.post("/comptes/{account_id}/fermer")
def disable(me: ManagerForm, account_id: str) -> Response:
    """Close an account."""
    manage.disable(me.ports, _email(me, account_id), me.now, me.who.account)
    return see("/comptes")


@router.post("/comptes/{account_id}/rouvrir")
def enable(me: ManagerForm, account_id: str) -> Response:
    """Open a closed account again."""
    manage.enable(me.ports, _email(me, account_id), me.now, me.who.account)
    return see("/comptes")


@router.post("/comptes/{account_id}/lien")
def reset(me: ManagerForm, account_id: str, second_facteur: Field = "") -> Response:
    """Mail a link to choose a password; with the box ticked, the second factor goes too."""
    manage.reset(
        me.ports,
        _email(me, account_id),
        me.now,
        me.who.account,
        second_factor=second_facteur == "oui",
    )
    deliver_to_accounts(me.ports, me.now)
    return see("/comptes")


@router.post("/comptes/{account_id}/delier")
def untie(me: ManagerForm, account_id: str) -> Response:
    """Forget who they are at the identity provider."""
    manage.untie(me.ports, _email(me, account_id), me.now, me.who.account)
    return see("/comptes")


@router.post("/comptes/{account_id}/appareils/{session_id}")
def end_visit(me: ManagerForm, account_id: str, session_id: str) -> Response:
    """Shut somebody's browser out."""
    manage.end_visit(me.ports, account_id, session_id, me.now, me.who.account)
    return see("/comptes")


@router.api_route("/missions", methods=READ)
def list_missions(me: MissionPage) -> Response:
    """Missions of auditors, and the form that opens one."""
    return _missions(me)


def _missions(
    me: Inside,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response:
    auditors = [
        one
        for one in manage.accounts(me.ports)
        if one.role == Role.AUDITOR and one.state != "ferme"
    ]
    facts = {
        "missions": missions(me.ports, me.now.astimezone(PARIS).date()),
        "auditeurs": auditors,
        "financements": funds(me.ports),
        "faults": faults,
        "saisi": typed or {},
    }
    return me.answer("missions.html", facts, status)


@router.post("/missions")
def open_one(
    me: MissionForm,
    auditeur: Field = "",
    motif: Field = "",
    jusqu_au: Field = "",
    du: Field = "",
    au: Field = "",
    financement: Field = "",
    entreprise: Field = "",
) -> Response:
    """Open a mission."""
    typed = {
        "auditeur": auditeur, "motif": motif, "jusqu_au": jusqu_au, "du": du, "au": au,
        "financement": financement, "entreprise": entreprise,
    }  # fmt: skip
    try:
        scope = Scope(day_of(du, "du"), day_of(au, "au"), financement or None, entreprise or None)
        until = a_day(jusqu_au, "jusqu_au")
        open_mission(me.ports, auditeur, motif, scope, until, me.now, me.who.account)
    except InvalidData as error:
        return _missions(me, faults_of(error), 422, typed)
    return see("/missions")


@router.post("/missions/{mission_id}/clore")
def end_one(me: MissionForm, mission_id: str) -> Response:
    """End a mission now."""
    end_mission(me.ports, mission_id, me.now, me.who.account)
    return see("/missions")


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        message = "choisissez un rôle de la liste."
        raise InvalidData([Finding("compte", "error", "role", message)]) from error


def _email(me: Inside, account_id: str) -> str:
    """The account's address. Raises NotFound."""
    for one in manage.accounts(me.ports):
        if one.id == account_id:
            return one.email
    raise NotFound("Le compte", account_id)
