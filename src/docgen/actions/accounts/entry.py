"""Entering: a password, then a code; leaving; the second factor set up at the first entry."""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy.orm import Session

from docgen import credentials
from docgen.actions.accounts.present import LIFE, Present, secret_hash
from docgen.actions.accounts.throttle import at_the_code, at_the_door, attempt, network_of
from docgen.actions.ports import Ports
from docgen.errors import Finding, InvalidData
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

_WRONG = "l’adresse ou le mot de passe n’est pas le bon."


def clean_email(text: str) -> str:
    """An address as accounts are looked up by."""
    return text.strip().casefold()[:320]


def enter(
    ports: Ports, email: str, password: str, now: datetime, address: str, browser: str
) -> str:
    """Open a visit; the secret of its cookie. Raises InvalidData (wrong) or Throttled."""
    email = clean_email(email)
    marks = attempt(ports, at_the_door(email, address), now)
    with ports.database.read() as session:
        account = queries.account_by_email(session, email)
    usable = account is not None and account.disabled_at is None
    kept = account.password if account is not None and usable else None
    right = credentials.password_holds(kept, password)
    secret = new_secret(ports)
    with ports.database.write() as session:
        if account is None or not right:
            known = account.id if account else None
            wrong = {"from": network_of(address)}
            queries.note(session, OfficeAct.REFUSED, now, known, known or "", wrong)
        else:
            account = queries.hold_account(session, account.id)
            queries.forget_attempts(session, marks)
            if credentials.is_outdated(account.password or ""):
                account.password = credentials.hashed(password)
            begin_visit(session, ports, account, secret, now, address, browser)
    if not right:
        raise InvalidData([Finding("entree", "error", "mot_de_passe", _WRONG)])
    return secret


def new_secret(ports: Ports) -> str:
    """The secret of a visit's cookie, 256 random bits."""
    return base64.urlsafe_b64encode(ports.random_bytes(32)).decode().rstrip("=")


def begin_visit(
    session: Session,
    ports: Ports,
    account: tables.Account,
    secret: str,
    now: datetime,
    address: str,
    browser: str,
    **facts: str,
) -> None:
    """Let that account in; the second factor is still asked of who has one or must have one."""
    complete = not _wants_code(account)
    session.add(
        tables.OfficeSession(
            id=ports.new_id(),
            secret_hash=secret_hash(secret),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFE,
            complete_at=now if complete else None,
            address=network_of(address),
            browser=browser[:200],
        )
    )
    if complete:
        account.last_entry_at = now
        said = {"from": network_of(address), "second_factor": False, **facts}
        queries.note(session, OfficeAct.ENTERED, now, account.id, account.id, said)


def _wants_code(account: tables.Account) -> bool:
    return account.totp_since is not None or account.as_role.needs_second_factor


def give_code(ports: Ports, who: Present, code: str, now: datetime, address: str) -> None:
    """Complete the visit with a code of the second factor. Raises InvalidData or Throttled."""
    marks = attempt(ports, at_the_code(who.account, address), now)
    with ports.database.write() as session:
        account = queries.hold_account(session, who.account)
        right = account.totp_since is not None and _spend(ports, account, code, now)
        if right:
            queries.forget_attempts(session, marks)
            _complete(session.get(tables.OfficeSession, who.session), now)
            account.last_entry_at = now
        act = OfficeAct.ENTERED if right else OfficeAct.REFUSED
        facts = {"from": network_of(address), "second_factor": True}
        queries.note(session, act, now, account.id, account.id, facts)
    if not right:
        raise _bad_code()


def propose_factor(ports: Ports, who: Present) -> str:
    """The secret to put in an authenticator, the same until it is confirmed. Raises InvalidData."""
    with ports.database.write() as session:
        account = queries.hold_account(session, who.account)
        if account.totp_since is not None:
            message = "votre second facteur est déjà en place."
            raise InvalidData([Finding("entree", "error", "code", message)])
        if account.totp_secret is None:
            secret = credentials.new_second_factor(ports.random_bytes(20))
            account.totp_secret = credentials.sealed(
                ports.pepper, secret, ports.random_bytes(12), account.id
            )
        return credentials.unsealed(ports.pepper, account.totp_secret, account.id)


def confirm_factor(ports: Ports, who: Present, code: str, now: datetime, address: str) -> None:
    """The authenticator shows the right code: from now on it is asked at each entry."""
    marks = attempt(ports, at_the_code(who.account, address), now)
    with ports.database.write() as session:
        account = queries.hold_account(session, who.account)
        fresh = account.totp_since is None and account.totp_secret is not None
        right = fresh and _spend(ports, account, code, now)
        if right:
            queries.forget_attempts(session, marks)
            account.totp_since = now
            account.last_entry_at = now
            # Other browsers entered with the password alone.
            queries.end_sessions(session, account.id, now, but=who.session)
            _complete(session.get(tables.OfficeSession, who.session), now)
            queries.note(session, OfficeAct.FACTOR_SET, now, account.id, account.id)
            facts = {"from": network_of(address), "second_factor": True}
            queries.note(session, OfficeAct.ENTERED, now, account.id, account.id, facts)
    if not right:
        raise _bad_code()


def leave(ports: Ports, who: Present, now: datetime) -> None:
    """End this visit."""
    with ports.database.write() as session:
        if queries.end_session(session, who.session, who.account, now):
            queries.note(session, OfficeAct.LEFT, now, who.account, who.account)


def _spend(ports: Ports, account: tables.Account, code: str, now: datetime) -> bool:
    """Use the code's step up; the account is held, so no other browser can use it too."""
    assert account.totp_secret is not None
    secret = credentials.unsealed(ports.pepper, account.totp_secret, account.id)
    step = credentials.step_of(secret, code, now, account.totp_last_step)
    if step is None:
        return False
    account.totp_last_step = step
    return True


def _complete(found: tables.OfficeSession | None, now: datetime) -> None:
    assert found is not None
    found.complete_at = now


def _bad_code() -> InvalidData:
    message = "ce code n’est pas le bon, ou il a déjà servi ; attendez le suivant."
    return InvalidData([Finding("entree", "error", "code", message)])
