"""Mails to accounts: wanted with the act, composed and sent afterwards, as for agreements.

The link exists in clear only between this process and the mail server.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.accounts.present import secret_hash
from docgen.actions.ports import Ports
from docgen.actions.post import MAIL_LIFE, RETRY_MINUTES, Delivered
from docgen.errors import Broken, Refused, Unavailable
from docgen.mail import accounts as letters
from docgen.mail.compose import mask
from docgen.records import queries, tables

LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}


def want_mail(
    session: Session, ports: Ports, account: tables.Account, kind: str, now: datetime
) -> None:
    """Ask for a mail, as part of the caller's transaction."""
    session.add(
        tables.AccountMessage(
            id=ports.new_id(), account_id=account.id, kind=kind, created_at=now, next_at=now
        )
    )


def new_link(
    session: Session, ports: Ports, account: tables.Account, kind: str, now: datetime
) -> str:
    """A link that lets its bearer choose a password, once; the ones before it die."""
    queries.void_account_tokens(session, account.id, now)
    token = base64.urlsafe_b64encode(ports.random_bytes(32)).decode().rstrip("=")
    session.add(
        tables.AccountToken(
            token_hash=secret_hash(token),
            account_id=account.id,
            kind=kind,
            created_at=now,
            expires_at=now + LINK_LIFE[kind],
        )
    )
    return f"{ports.site_url}/bureau/lien/{token}"


def deliver_to_accounts(ports: Ports, now: datetime) -> Delivered:
    """Send the mails that are due. Another process at it: nothing to do here."""
    sent, failures = 0, []
    with ports.database.exclusive("account-mail") as mine:
        if not mine:
            return Delivered()
        with ports.database.read() as session:
            due = [one.id for one in queries.due_account_messages(session, now)]
        for message_id in due:
            failure = _deliver(ports, message_id, now)
            if failure:
                failures.append(failure)
            else:
                sent += 1
    return Delivered(sent, tuple(failures))


def _deliver(ports: Ports, message_id: str, now: datetime) -> tuple[str, str] | None:
    with ports.database.write() as session:
        wanted = queries.account_message(session, message_id)
        account = queries.account(session, wanted.account_id)
        if account.disabled_at is not None:
            wanted.abandoned_at = now
            return None
        link = new_link(session, ports, account, wanted.kind, now)
        letter = letters.link_letter(
            wanted.kind,
            to=account.email,
            nom=account.name,
            organisation=ports.organisation,
            lien=link,
            role=account.as_role.label,
            expire_le=now + LINK_LIFE[wanted.kind],
        )
    try:
        ports.post(letter, message_id, now)
    except (Unavailable, Refused, Broken) as error:
        with ports.database.write() as session:
            wanted = queries.account_message(session, message_id)
            minutes = RETRY_MINUTES[min(wanted.attempts, len(RETRY_MINUTES) - 1)]
            wanted.attempts += 1
            wanted.next_at = now + timedelta(minutes=minutes)
            wanted.last_error = error.explain()
            if not isinstance(error, Unavailable) or now - wanted.created_at > MAIL_LIFE:
                wanted.abandoned_at = now
        return mask(letter.to), error.explain()
    with ports.database.write() as session:
        wanted = queries.account_message(session, message_id)
        wanted.sent_at = now
        wanted.last_error = None
    return None
