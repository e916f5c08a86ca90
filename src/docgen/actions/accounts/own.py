"""What somebody does with their own account: password, browsers, second factor, mailed links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docgen import credentials
from docgen.actions.accounts.entry import clean_email
from docgen.actions.accounts.mail import want_mail
from docgen.actions.accounts.present import Present, secret_hash
from docgen.actions.accounts.throttle import at_the_door, at_the_reset, attempt
from docgen.actions.ports import Ports
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables


@dataclass(frozen=True)
class OpenBrowser:
    """A browser that is inside, for its owner."""

    id: str
    browser: str
    address: str
    since: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class Linked:
    """What a mailed link is for; `kind` is `invitation` or `reset`."""

    name: str
    email: str
    kind: str


def browsers(ports: Ports, who: Present, now: datetime) -> list[OpenBrowser]:
    """The browsers inside under this account."""
    with ports.database.read() as session:
        return [
            OpenBrowser(
                one.id, one.browser, one.address, one.created_at, one.seen_at, one.id == who.session
            )
            for one in queries.open_sessions(session, who.account, now)
        ]


def factor_since(ports: Ports, who: Present) -> datetime | None:
    """Since when this account has a second factor."""
    with ports.database.read() as session:
        return queries.account(session, who.account).totp_since


def end_browser(ports: Ports, who: Present, session_id: str, now: datetime) -> None:
    """End one of one's own browsers. Raises NotFound for any other."""
    with ports.database.write() as session:
        if not queries.end_session(session, session_id, who.account, now):
            raise NotFound("L’appareil", session_id)
        queries.note(session, OfficeAct.SESSION_ENDED, now, who.account, who.account)


def change_password(
    ports: Ports, who: Present, current: str, new: str, now: datetime, address: str
) -> None:
    """A new password; every other browser is shut out. Raises InvalidData or Throttled."""
    marks = attempt(ports, at_the_door(who.email, address), now)
    with ports.database.read() as session:
        account = queries.account(session, who.account)
    if not credentials.password_holds(account.password, current):
        message = "le mot de passe actuel n’est pas le bon."
        raise InvalidData([Finding("compte", "error", "actuel", message)])
    _check(new, account)
    hashed = credentials.hashed(new)
    with ports.database.write() as session:
        account = queries.hold_account(session, who.account)
        account.password = hashed
        queries.forget_attempts(session, marks)
        queries.end_sessions(session, account.id, now, but=who.session)
        queries.note(session, OfficeAct.PASSWORD, now, account.id, account.id)


def ask_reset(ports: Ports, email: str, now: datetime, address: str) -> None:
    """Mail a link to choose a new password. Says nothing of whether there is such an account."""
    email = clean_email(email)
    attempt(ports, at_the_reset(email, address), now)
    with ports.database.write() as session:
        account = queries.account_by_email(session, email)
        if account is None or account.disabled_at is not None:
            return
        want_mail(session, ports, account, "reset" if account.password else "invitation", now)
        queries.note(session, OfficeAct.RESET_ASKED, now, account.id, account.id)


def linked(ports: Ports, token: str, now: datetime) -> Linked:
    """What a mailed link is for; changes nothing. Raises NotFound or Refused (spent, too old)."""
    with ports.database.read() as session:
        found = _usable(queries.account_token(session, secret_hash(token)), now)
        account = queries.account(session, found.account_id)
    if account.disabled_at is not None:
        raise Refused("Ce compte est fermé.")
    return Linked(account.name, account.email, found.kind)


def choose_password(ports: Ports, token: str, password: str, now: datetime) -> None:
    """Take up an invitation, or replace a forgotten password; the link is used up.

    The second factor stays: a mailbox alone does not open an account that has one.
    """
    found = linked(ports, token, now)
    with ports.database.read() as session:
        account = queries.account_by_email(session, found.email)
    assert account is not None
    _check(password, account)
    hashed = credentials.hashed(password)
    with ports.database.write() as session:
        account = queries.hold_account(session, account.id)
        if not queries.use_account_token(session, secret_hash(token), now):
            raise _spent()
        act = OfficeAct.PASSWORD if account.password else OfficeAct.OPENED
        account.password = hashed
        queries.void_account_tokens(session, account.id, now)
        queries.end_sessions(session, account.id, now)
        queries.note(session, act, now, account.id, account.id)


def _usable(token: tables.AccountToken | None, now: datetime) -> tables.AccountToken:
    if token is None:
        raise NotFound("Le lien", "du courriel")
    if token.used_at is not None:
        raise _spent()
    if token.expires_at <= now:
        raise Refused("Ce lien a expiré : demandez-en un nouveau.")
    return token


def _spent() -> Refused:
    return Refused("Ce lien a déjà servi : demandez-en un nouveau.")


def _check(password: str, account: tables.Account) -> None:
    fault = credentials.password_fault(password, account.email, account.name)
    if fault:
        raise InvalidData([Finding("compte", "error", "nouveau", fault)])
