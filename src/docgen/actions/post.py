"""Mails: what must leave is a row, written with the act that asks for it, and sent afterwards.

A row never holds a text: the message is composed when it leaves, so a signing link exists in clear
only between this process and the mail server. A server that refuses leaves the row, retried later
and shown by `docgen status`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.letters import compose_for
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.record_signature import is_turn_of
from docgen.errors import Broken, Refused, Unavailable
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status
from docgen.mail.compose import mask
from docgen.records import queries, tables

# Minutes before each new try; the last one repeats for as long as MAIL_LIFE allows.
RETRY_MINUTES = (1, 5, 15, 60, 240)
MAIL_LIFE = timedelta(days=14)
# Kinds that ask someone to sign: pointless once the agreement is no longer to be signed.
ASKS_TO_SIGN = frozenset({"invitation", "reminder"})
_SENT_EVENTS = {
    "invitation": EventType.INVITED,
    "reminder": EventType.REMINDED,
    "copy": EventType.COPY_SENT,
}


def want(
    session: Session,
    ports: Ports,
    row: tables.Agreement,
    kind: str,
    now: datetime,
    *,
    signer: tables.Signer | None = None,
    recipient: str = "",
    suffix: str = "",
) -> bool:
    """Ask for a mail, once per (kind, person, suffix), as part of the caller's transaction."""
    recipient = recipient or (signer.address if signer else "")
    subject = signer.id if signer else f"{row.id}:{recipient}"
    return queries.want_message(
        session,
        tables.Message(
            id=ports.new_id(),
            agreement_id=row.id,
            signer_id=signer.id if signer else None,
            kind=kind,
            recipient=recipient,
            key=f"{kind}:{subject}:{suffix}",
            created_at=now,
            next_at=now,
        ),
    )


def ask_those_whose_turn_it_is(
    session: Session, ports: Ports, row: tables.Agreement, now: datetime
) -> None:
    """Ask for the invitations of whoever may sign now and has a link; once each, whoever calls."""
    for signer in to_be_asked(session, row):
        want(session, ports, row, "invitation", now, signer=signer, suffix=now.isoformat())


def to_be_asked(session: Session, row: tables.Agreement) -> list[tables.Signer]:
    """Who may sign now, has a link, and was not asked for yet."""
    return [
        signer
        for signer in row.signers
        if signer.signed_at is None
        and is_turn_of(row, signer)
        and signer.route.by_link
        and not queries.asked(session, signer.id)
    ]


def invite_again(
    session: Session, ports: Ports, row: tables.Agreement, signer: tables.Signer, now: datetime
) -> None:
    """Drop what was to leave for this signer, and ask anew if they have a link and may sign now."""
    queries.drop_unsent(session, signer.id, ASKS_TO_SIGN, now)
    signer.invited_at = None
    if signer.route.by_link and is_turn_of(row, signer):
        want(session, ports, row, "invitation", now, signer=signer, suffix=now.isoformat())


def tell_the_end(
    session: Session,
    ports: Ports,
    row: tables.Agreement,
    kind: str,
    now: datetime,
    but: tables.Signer | None = None,
) -> None:
    """Ask for the mails that say an agreement is over: to who was invited, and to the contact."""
    contact = load(row).contact().courriel
    for signer in row.signers:
        invited = signer.invited_at is not None and signer.address
        if invited and signer is not but and signer.email != contact:
            want(session, ports, row, kind, now, signer=signer)
    want(session, ports, row, kind, now, recipient=contact)


def tell_contact(
    session: Session, ports: Ports, row: tables.Agreement, kind: str, now: datetime
) -> None:
    """Ask for a mail to whom the organisation has follow this agreement."""
    contact = load(row).contact().courriel
    want(session, ports, row, kind, now, recipient=contact, suffix=now.isoformat())


@dataclass(frozen=True)
class Delivered:
    """What one delivery did: mails that left, and (reference, sentence) of those that did not."""

    sent: int = 0
    failures: tuple[tuple[str, str], ...] = ()


def deliver(ports: Ports, now: datetime, agreement_ids: Sequence[str] | None = None) -> Delivered:
    """Send the mails that are due. Another process at it: nothing to do here."""
    sent = 0
    # Several mails of an agreement fail for one reason, said once.
    failures: dict[tuple[str, str], None] = {}
    with ports.database.exclusive("mail") as mine:
        if not mine:
            return Delivered()
        with ports.database.read() as session:
            due = queries.due_messages(session, now, agreement_ids)
        for message_id in due:
            try:
                sent += _deliver_one(ports, message_id, now)
            except _NotSent as unsent:
                failures[unsent.reference, unsent.sentence] = None
    return Delivered(sent, tuple(failures))


class _NotSent(Exception):
    """A mail did not leave; its row keeps why."""

    def __init__(self, reference: str, sentence: str) -> None:
        self.reference = reference
        self.sentence = sentence
        super().__init__(sentence)


def _deliver_one(ports: Ports, message_id: str, now: datetime) -> bool:
    """Send one mail; False when nobody needs it any more. Raises _NotSent."""
    with ports.database.write() as session:
        wanted = queries.message(session, message_id)
        row = queries.agreement(session, wanted.agreement_id)
        signer = queries.signer(session, wanted.signer_id) if wanted.signer_id else None
        settled = row.state is not Status.ENVOYE or (signer is not None and signer.signed_at)
        if wanted.kind in ASKS_TO_SIGN and settled:
            wanted.abandoned_at = now
            return False
        # The link's row is committed before the mail leaves: a mail in hand always opens.
        letter = compose_for(ports, session, wanted, row, signer, now)
    ports.pause(f"mail.{wanted.kind}")
    try:
        ports.post(letter, wanted.id, now)
    except Unavailable as error:
        _put_off(ports, message_id, now, error)
        raise _NotSent(row.reference, error.explain()) from error
    except (Refused, Broken) as error:
        _give_up(ports, message_id, now, error.explain())
        raise _NotSent(row.reference, error.explain()) from error
    ports.pause(f"mail.{wanted.kind}.sent")
    with ports.database.write() as session:
        row = queries.locked(session, wanted.agreement_id)
        wanted = queries.message(session, message_id)
        if wanted.sent_at is not None:
            return False
        wanted.sent_at = now
        wanted.last_error = None
        if wanted.kind == "invitation" and signer is not None:
            queries.signer(session, signer.id).invited_at = now
        if wanted.kind == "reminder" and signer is not None:
            # Only now: until the new link is in hand, the old one is all the signer has.
            queries.revoke_links_before(session, signer.id, now)
        if event := _SENT_EVENTS.get(wanted.kind):
            who = {"signer": signer.id} if signer else {}
            queries.append(
                session, row.id, event, now, Actor.SCHEDULE, {**who, "to": mask(wanted.recipient)}
            )
    return True


def _put_off(ports: Ports, message_id: str, now: datetime, error: Unavailable) -> None:
    with ports.database.write() as session:
        wanted = queries.message(session, message_id)
        minutes = RETRY_MINUTES[min(wanted.attempts, len(RETRY_MINUTES) - 1)]
        wanted.attempts += 1
        wanted.next_at = now + timedelta(minutes=minutes)
        wanted.last_error = error.explain()
        too_old = now - wanted.created_at > MAIL_LIFE
    if too_old:
        _give_up(ports, message_id, now, error.explain())


def _give_up(ports: Ports, message_id: str, now: datetime, reason: str) -> None:
    with ports.database.write() as session:
        wanted = queries.message(session, message_id)
        row = queries.locked(session, wanted.agreement_id)
        wanted.abandoned_at = now
        wanted.last_error = reason
        queries.append(
            session,
            row.id,
            EventType.MAIL_FAILED,
            now,
            Actor.SCHEDULE,
            {"kind": wanted.kind, "to": mask(wanted.recipient)},
        )
