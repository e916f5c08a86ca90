"""Queries on accounts, their links, mails, sessions and attempts to enter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from docgen.access import Role
from docgen.errors import NotFound
from docgen.records.office import (
    Account,
    AccountMessage,
    AccountToken,
    EntryAttempt,
    Mission,
    OfficeSession,
)
from docgen.records.queries.conditional import changed


def account(session: Session, account_id: str) -> Account:
    """The account of that id. Raises NotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound("Le compte", account_id)
    return found


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of that address, written in small letters."""
    return session.scalar(select(Account).where(Account.email == email))


def account_by_openid(session: Session, key: str) -> Account | None:
    """The account of that person at the identity provider."""
    return session.scalar(select(Account).where(Account.openid_key == key))


def accounts(session: Session) -> Sequence[Account]:
    """Every account, by name."""
    return session.scalars(select(Account).order_by(Account.name, Account.email)).all()


def hold_account(session: Session, account_id: str) -> Account:
    """The account, held until the transaction ends."""
    found = session.scalar(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("Le compte", account_id)
    return found


def hold_administrators(session: Session) -> Sequence[Account]:
    """Every administrator, held until the transaction ends."""
    return session.scalars(
        select(Account)
        .where(Account.role == Role.ADMINISTRATOR)
        .order_by(Account.id)
        .with_for_update()
    ).all()


def account_token(session: Session, token_hash: str) -> AccountToken | None:
    """The mailed link of that hash."""
    return session.get(AccountToken, token_hash)


def use_account_token(session: Session, token_hash: str, now: dt.datetime) -> bool:
    """Use a mailed link up; False when it was."""
    return changed(
        session,
        update(AccountToken)
        .where(AccountToken.token_hash == token_hash, AccountToken.used_at.is_(None))
        .values(used_at=now),
    )


def void_account_tokens(session: Session, account_id: str, now: dt.datetime) -> None:
    """Kill every mailed link of an account."""
    session.execute(
        update(AccountToken)
        .where(AccountToken.account_id == account_id, AccountToken.used_at.is_(None))
        .values(used_at=now)
    )


def due_account_messages(session: Session, now: dt.datetime) -> Sequence[AccountMessage]:
    """Mails to accounts that may leave now."""
    return session.scalars(
        select(AccountMessage)
        .where(
            AccountMessage.sent_at.is_(None),
            AccountMessage.abandoned_at.is_(None),
            AccountMessage.next_at <= now,
        )
        .order_by(AccountMessage.created_at)
    ).all()


def unsent_account_messages(session: Session) -> Sequence[AccountMessage]:
    """Mails to accounts that still wait."""
    return session.scalars(
        select(AccountMessage).where(
            AccountMessage.sent_at.is_(None), AccountMessage.abandoned_at.is_(None)
        )
    ).all()


def account_message(session: Session, message_id: str) -> AccountMessage:
    """The mail of that id. Raises NotFound."""
    found = session.get(AccountMessage, message_id)
    if found is None:
        raise NotFound("Le courriel", message_id)
    return found


def office_session(session: Session, secret_hash: str) -> OfficeSession | None:
    """The browser session of that cookie."""
    return session.scalar(select(OfficeSession).where(OfficeSession.secret_hash == secret_hash))


def open_sessions(session: Session, account_id: str, now: dt.datetime) -> Sequence[OfficeSession]:
    """An account's browsers that may still be inside, the latest first."""
    return session.scalars(
        select(OfficeSession)
        .where(
            OfficeSession.account_id == account_id,
            OfficeSession.ended_at.is_(None),
            OfficeSession.expires_at > now,
        )
        .order_by(OfficeSession.seen_at.desc())
    ).all()


def everybody_inside(session: Session, now: dt.datetime) -> Sequence[tuple[OfficeSession, Account]]:
    """Every browser that may still be inside, with whose it is, the latest seen first."""
    rows = session.execute(
        select(OfficeSession, Account)
        .join(Account, Account.id == OfficeSession.account_id)
        .where(OfficeSession.ended_at.is_(None), OfficeSession.expires_at > now)
        .order_by(OfficeSession.seen_at.desc(), OfficeSession.id)
    )
    return [(found, account) for found, account in rows]


def end_session(session: Session, session_id: str, account_id: str, now: dt.datetime) -> bool:
    """End one browser session of that account; False when there is none open of that id."""
    return changed(
        session,
        update(OfficeSession)
        .where(
            OfficeSession.id == session_id,
            OfficeSession.account_id == account_id,
            OfficeSession.ended_at.is_(None),
        )
        .values(ended_at=now),
    )


def end_sessions(
    session: Session, account_id: str, now: dt.datetime, but: str | None = None
) -> None:
    """End every browser session of an account, but the one of that id."""
    session.execute(
        update(OfficeSession)
        .where(
            OfficeSession.account_id == account_id,
            OfficeSession.ended_at.is_(None),
            OfficeSession.id != (but or ""),
        )
        .values(ended_at=now)
    )


def hold_attempts(session: Session) -> None:
    """Let one transaction at a time count the attempts and add its own.

    SQLite's write transaction already excludes every other writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('docgen.attempts'))"))


def attempts_since(session: Session, key: str, since: dt.datetime) -> int:
    """How many attempts count against that key since then."""
    return (
        session.scalar(
            select(func.count())
            .select_from(EntryAttempt)
            .where(EntryAttempt.key == key, EntryAttempt.at > since)
        )
        or 0
    )


def forget_attempts(session: Session, ids: Sequence[str]) -> None:
    """Those attempts were right: they count no more."""
    session.execute(delete(EntryAttempt).where(EntryAttempt.id.in_(ids)))


def forget_attempts_before(session: Session, then: dt.datetime) -> None:
    """Old attempts count for nothing."""
    session.execute(delete(EntryAttempt).where(EntryAttempt.at < then))


def mission(session: Session, mission_id: str) -> Mission:
    """The mission of that id. Raises NotFound."""
    found = session.get(Mission, mission_id)
    if found is None:
        raise NotFound("La mission", mission_id)
    return found


def missions(session: Session, account_id: str | None = None) -> Sequence[Mission]:
    """Missions, the latest first; of one account when it is given."""
    query = select(Mission).order_by(Mission.created_at.desc())
    if account_id is not None:
        query = query.where(Mission.account_id == account_id)
    return session.scalars(query).all()


def missions_in_force(session: Session, account_id: str, today: dt.date) -> Sequence[Mission]:
    """An account's missions that open dossiers today."""
    return session.scalars(
        select(Mission)
        .where(Mission.account_id == account_id, Mission.until >= today, Mission.ended_at.is_(None))
        .order_by(Mission.created_at)
    ).all()
