"""Queries on the mails that must leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docgen.errors import NotFound
from docgen.records.tables import Message


def want_message(session: Session, message: Message) -> bool:
    """Ask for a mail; False when the same one was asked for before."""
    known = session.scalar(select(Message.id).where(Message.key == message.key))
    if known is None:
        session.add(message)
        session.flush()
    return known is None


def asked(session: Session, signer_id: str) -> bool:
    """Whether an invitation was sent to a signer, waits to leave, or was refused for good."""
    dropped = Message.abandoned_at.is_not(None) & Message.last_error.is_(None)
    found = select(Message.id).where(
        Message.signer_id == signer_id, Message.kind == "invitation", ~dropped
    )
    return session.scalar(found.limit(1)) is not None


def drop_unsent(session: Session, signer_id: str, kinds: Iterable[str], now: dt.datetime) -> None:
    """Drop the messages of these kinds that a signer was not sent: others take their place.

    Those given up too: an address that was refused is no longer one to mend.
    """
    session.execute(
        update(Message)
        .where(
            Message.signer_id == signer_id,
            Message.kind.in_(kinds),
            Message.sent_at.is_(None),
        )
        .values(abandoned_at=now, last_error=None)
    )


def due_messages(
    session: Session, now: dt.datetime, agreement_ids: Sequence[str] | None = None
) -> Sequence[str]:
    """Ids of the mails to send now, oldest first."""
    query = (
        select(Message.id)
        .where(Message.sent_at.is_(None), Message.abandoned_at.is_(None), Message.next_at <= now)
        .order_by(Message.created_at, Message.id)
    )
    if agreement_ids is not None:
        query = query.where(Message.agreement_id.in_(agreement_ids))
    return session.scalars(query).all()


def count_put_off(session: Session, now: dt.datetime) -> int:
    """How many mails failed and wait for their next try."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.sent_at.is_(None), Message.abandoned_at.is_(None), Message.next_at > now)
        )
        or 0
    )


def message(session: Session, message_id: str) -> Message:
    """The mail of that id. Raises NotFound."""
    found = session.get(Message, message_id)
    if found is None:
        raise NotFound("Le message", message_id)
    return found


def waiting_messages(session: Session, agreement_id: str) -> Sequence[Message]:
    """Mails of an agreement that have not left, abandoned ones included."""
    return session.scalars(
        select(Message).where(Message.agreement_id == agreement_id, Message.sent_at.is_(None))
    ).all()
