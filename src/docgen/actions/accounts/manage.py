"""What an administrator does with accounts; `by` is their id, None at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from docgen.access import Role
from docgen.actions.accounts.entry import clean_email
from docgen.actions.accounts.mail import new_link, want_mail
from docgen.actions.ports import Ports
from docgen.agreements.parties import Courriel
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

_EMAIL: TypeAdapter[str] = TypeAdapter(Courriel)


@dataclass(frozen=True)
class AccountRow:
    """One account; the flat shape of `docgen account list --json`.

    `state` is `invite` (never entered, no password yet), `ouvert` or `ferme`; `tied`: whether they
    entered through the identity provider.
    """

    id: str
    email: str
    name: str
    role: str
    state: str
    second_factor: bool
    tied: bool
    created_at: datetime
    last_entry_at: datetime | None
    problem: str


def accounts(ports: Ports) -> list[AccountRow]:
    """Every account, by name."""
    with ports.database.read() as session:
        unsent = {
            one.account_id: one.last_error or ""
            for one in queries.unsent_account_messages(session)
            if one.last_error
        }
        return [_row(one, unsent.get(one.id, "")) for one in queries.accounts(session)]


def _row(account: tables.Account, problem: str) -> AccountRow:
    taken_up = account.password or account.openid_key
    state = "ferme" if account.disabled_at else "ouvert" if taken_up else "invite"
    return AccountRow(
        account.id,
        account.email,
        account.name,
        account.role,
        state,
        account.totp_since is not None,
        account.openid_key is not None,
        account.created_at,
        account.last_entry_at,
        problem,
    )


def invite(ports: Ports, email: str, name: str, role: Role, now: datetime, by: str | None) -> str:
    """Open an account and mail its invitation; for one not taken up yet, mail it again.

    Returns the account's id. Raises InvalidData, or Refused when it is in use already.
    """
    email, name = valid_email(email), clean_name(name)
    with ports.database.write() as session:
        account = queries.account_by_email(session, email)
        if account is not None and (account.password or account.disabled_at):
            raise Refused(f"Le compte {email} existe déjà.")
        if account is None:
            account = tables.Account(
                id=ports.new_id(), email=email, name=name, role=role, created_at=now
            )
            session.add(account)
            session.flush()
        account.name, account.role = name, role
        want_mail(session, ports, account, "invitation", now)
        queries.note(session, OfficeAct.INVITED, now, by, account.id, {"role": role.value})
        return account.id


def link_in_hand(ports: Ports, email: str, now: datetime) -> str:
    """The invitation's link itself, for the command line of a machine that sends no mail."""
    with ports.database.write() as session:
        account = _named(session, email)
        for one in queries.unsent_account_messages(session):
            if one.account_id == account.id:
                one.abandoned_at = now
        return new_link(session, ports, account, "reset" if account.password else "invitation", now)


def change_role(ports: Ports, email: str, role: Role, now: datetime, by: str | None) -> None:
    """Give another role; every browser is shut out. Raises NotFound or Refused (the last one)."""
    with ports.database.write() as session:
        administrators = queries.hold_administrators(session)
        account = _named(session, email)
        if role is not Role.ADMINISTRATOR:
            _not_the_last(administrators, account)
        facts = {"before": account.role, "after": role.value}
        account.role = role
        queries.end_sessions(session, account.id, now)
        queries.note(session, OfficeAct.ROLE, now, by, account.id, facts)


def disable(ports: Ports, email: str, now: datetime, by: str | None) -> None:
    """Close an account: browsers and links are dead at once. Raises NotFound or Refused."""
    with ports.database.write() as session:
        administrators = queries.hold_administrators(session)
        account = _named(session, email)
        _not_the_last(administrators, account)
        if account.disabled_at is not None:
            raise Refused(f"Le compte {account.email} est déjà fermé.")
        account.disabled_at = now
        queries.end_sessions(session, account.id, now)
        queries.void_account_tokens(session, account.id, now)
        queries.note(session, OfficeAct.DISABLED, now, by, account.id)


def enable(ports: Ports, email: str, now: datetime, by: str | None) -> None:
    """Open a closed account again. Raises NotFound or Refused."""
    with ports.database.write() as session:
        account = _named(session, email)
        if account.disabled_at is None:
            raise Refused(f"Le compte {account.email} n’est pas fermé.")
        account.disabled_at = None
        queries.note(session, OfficeAct.ENABLED, now, by, account.id)


def reset(
    ports: Ports, email: str, now: datetime, by: str | None, *, second_factor: bool = False
) -> None:
    """Mail a link to choose a new password; with `second_factor`, that one is set up anew too."""
    with ports.database.write() as session:
        account = _named(session, email)
        if account.disabled_at is not None:
            raise Refused(f"Le compte {account.email} est fermé.")
        want_mail(session, ports, account, "reset" if account.password else "invitation", now)
        queries.note(session, OfficeAct.RESET_ASKED, now, by, account.id)
        if second_factor:
            account.totp_secret = account.totp_since = None
            queries.end_sessions(session, account.id, now)
            queries.note(session, OfficeAct.FACTOR_GONE, now, by, account.id)


def untie(ports: Ports, email: str, now: datetime, by: str | None) -> None:
    """Forget who they are at the identity provider; the next entry there ties them anew.

    Browsers are shut out. Raises NotFound or Refused.
    """
    with ports.database.write() as session:
        account = _named(session, email)
        if account.openid_key is None:
            raise Refused(f"Le compte {account.email} n’est lié à aucune identité.")
        account.openid_key = None
        queries.end_sessions(session, account.id, now)
        queries.note(session, OfficeAct.IDENTITY_GONE, now, by, account.id)


@dataclass(frozen=True)
class Visitor:
    """A browser that is inside, for an administrator."""

    id: str
    account: str
    name: str
    browser: str
    address: str
    since: datetime
    seen_at: datetime


def inside(ports: Ports, now: datetime) -> list[Visitor]:
    """Everybody who is inside, the latest seen first."""
    with ports.database.read() as session:
        return [
            Visitor(
                one.id, account.id, account.name, one.browser, one.address, one.created_at,
                one.seen_at,
            )
            for one, account in queries.everybody_inside(session, now)
        ]  # fmt: skip


def end_visit(ports: Ports, account_id: str, session_id: str, now: datetime, by: str) -> None:
    """Shut one browser of an account out, at once. Raises NotFound when it is not inside."""
    with ports.database.write() as session:
        if not queries.end_session(session, session_id, account_id, now):
            raise NotFound("L’appareil", session_id)
        queries.note(session, OfficeAct.SESSION_ENDED, now, by, account_id)


def _named(session: Session, email: str) -> tables.Account:
    account = queries.account_by_email(session, clean_email(email))
    if account is None:
        raise NotFound("Le compte", email)
    return queries.hold_account(session, account.id)


def clean_name(text: str) -> str:
    """A person's name on one line. Raises InvalidData (`nom`)."""
    name = " ".join(text.split())
    if not name or len(name) > 200:
        message = "écrivez le prénom et le nom de la personne."
        raise InvalidData([Finding("compte", "error", "nom", message)])
    return name


def valid_email(text: str) -> str:
    """An account's address. Raises InvalidData (`courriel`)."""
    try:
        return _EMAIL.validate_python(text.strip()).casefold()
    except ValidationError as error:
        message = "ce n’est pas une adresse de courriel."
        finding = Finding("compte", "error", "courriel", message, allowed="prenom@exemple.fr")
        raise InvalidData([finding]) from error


def _not_the_last(administrators: Sequence[tables.Account], account: tables.Account) -> None:
    """`administrators` are held, in one order: two who shut each other out at once can't both."""
    others = [
        one
        for one in administrators
        if one.id != account.id and one.password and one.disabled_at is None
    ]
    if account.as_role is Role.ADMINISTRATOR and not others:
        raise Refused(
            "C’est le dernier administrateur : invitez-en un autre d’abord, et attendez qu’il ait "
            "choisi son mot de passe."
        )
