"""Every query. Functions take an open session; who commits is who opened it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, selectinload
from typing import Any, cast

from docgen import journal
from docgen.errors import Broken, NotFound
from docgen.lifecycle import Status
from docgen.records.tables import (
    Agreement,
    Blob,
    Code,
    Event,
    Link,
    Message,
    Numbering,
    Revision,
    Signer,
    SigningSession,
)

LIVE = [Status.BROUILLON, Status.ENVOYE, Status.SIGNE, Status.ARCHIVE]


def next_number(session: Session, prefix: str, year: int) -> int:
    """Take the next number of a prefix in a year, without a gap: it is taken with the caller's row."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    taken = session.execute(
        insert(Numbering)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["prefix", "year"], set_={"last": Numbering.last + 1}
        )
        .returning(Numbering.last)
    )
    return taken.scalar_one()


def agreement(session: Session, agreement_id: str) -> Agreement:
    """The agreement of that id, with its signers. Raises NotFound."""
    return _one(session, Agreement.id == agreement_id, agreement_id)


def agreement_by_reference(session: Session, reference: str) -> Agreement:
    """The agreement of that number, with its signers. Raises NotFound."""
    return _one(session, Agreement.reference == reference, reference)


def _one(session: Session, condition: ColumnElement[bool], name: str) -> Agreement:
    found = session.scalar(
        select(Agreement).where(condition).options(selectinload(Agreement.signers))
    )
    if found is None:
        raise NotFound("L’accord", name)
    return found


def locked(session: Session, agreement_id: str) -> Agreement:
    """The agreement, held until the transaction ends, so that its journal grows in one line.

    SQLite's write transaction already excludes every other writer.
    """
    found = session.scalar(
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .options(selectinload(Agreement.signers))
        .with_for_update(of=Agreement)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("L’accord", agreement_id)
    return found


def live_request(session: Session, request_key: str) -> Agreement | None:
    """The live agreement already made from the same data, if any."""
    return session.scalar(
        select(Agreement)
        .where(Agreement.request_key == request_key, Agreement.status.in_(LIVE))
        .options(selectinload(Agreement.signers))
    )


def agreements(
    session: Session,
    *,
    statuses: Sequence[Status] = (),
    kind: str | None = None,
    reference: str | None = None,
) -> Sequence[Agreement]:
    """Agreements in order of their number, with their signers."""
    query = select(Agreement).options(selectinload(Agreement.signers)).order_by(Agreement.reference)
    if statuses:
        query = query.where(Agreement.status.in_(statuses))
    if kind:
        query = query.where(Agreement.kind == kind)
    if reference:
        query = query.where(Agreement.reference == reference)
    return session.scalars(query).all()


def ids_in(session: Session, *statuses: Status) -> Sequence[str]:
    """Ids of the agreements in those statuses, oldest first."""
    return session.scalars(
        select(Agreement.id).where(Agreement.status.in_(statuses)).order_by(Agreement.created_at)
    ).all()


def ids_to_expire(session: Session, now: dt.datetime) -> Sequence[str]:
    """Unsigned agreements whose time to sign is over."""
    return session.scalars(
        select(Agreement.id).where(
            Agreement.status.in_([Status.BROUILLON, Status.ENVOYE]), Agreement.expires_at <= now
        )
    ).all()


def ids_to_seal(session: Session) -> Sequence[str]:
    """Agreements with a signature given and not yet sealed into the PDF."""
    return session.scalars(
        select(Agreement.id)
        .where(
            Agreement.status.in_([Status.ENVOYE, Status.SIGNE]),
            exists().where(
                Signer.agreement_id == Agreement.id,
                Signer.signed_at.is_not(None),
                Signer.sealed_at.is_(None),
            ),
        )
        .order_by(Agreement.created_at)
    ).all()


def claim_completion(session: Session, agreement_id: str) -> bool:
    """Move to « signé » when every signer has signed. True for exactly one caller.

    Run in a transaction after the one that holds the last signature: under READ COMMITTED two last
    signers may each miss the other's uncommitted act, and the sweep then finds the pair.
    """
    unsigned = exists().where(Signer.agreement_id == agreement_id, Signer.signed_at.is_(None))
    return _changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.status == Status.ENVOYE, ~unsigned)
        .values(status=Status.SIGNE),
    )


def move(session: Session, agreement_id: str, before: Status, after: Status) -> bool:
    """Change the status from `before`; False when another process already did."""
    return _changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.status == before)
        .values(status=after),
    )


def advance_document(session: Session, agreement_id: str, before: str, after: str) -> bool:
    """Make `after` the current bytes if `before` still is: two seals at once can't fork the file."""
    return _changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.current_sha256 == before)
        .values(current_sha256=after),
    )


def _changed(session: Session, statement: Any) -> bool:
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount == 1


# --- bytes


def keep(session: Session, content: bytes, now: dt.datetime) -> str:
    """Store bytes under their SHA-256 and give it back; keeping them twice is harmless."""
    digest = hashlib.sha256(content).hexdigest()
    if session.get(Blob, digest) is None:
        session.add(Blob(sha256=digest, content=content, created_at=now))
        session.flush()
    return digest


def content(session: Session, digest: str) -> bytes:
    """The bytes of that SHA-256, re-hashed. Raises NotFound or Broken."""
    blob = session.get(Blob, digest)
    if blob is None:
        raise NotFound("Le fichier", digest)
    if hashlib.sha256(blob.content).hexdigest() != digest:
        raise Broken(f"Le fichier {digest} n’est plus celui qui a été gardé : base altérée.")
    return blob.content


def add_revision(
    session: Session, agreement_id: str, digest: str, signer_id: str | None, now: dt.datetime
) -> int:
    """Record one more state of the document; its number, from 0 for the frozen one."""
    number = session.scalar(
        select(func.count()).select_from(Revision).where(Revision.agreement_id == agreement_id)
    )
    session.add(
        Revision(
            agreement_id=agreement_id,
            number=number,
            sha256=digest,
            signer_id=signer_id,
            created_at=now,
        )
    )
    session.flush()
    return number or 0


def revisions(session: Session, agreement_id: str) -> Sequence[Revision]:
    """Every state of the document, in order."""
    return session.scalars(
        select(Revision).where(Revision.agreement_id == agreement_id).order_by(Revision.number)
    ).all()


# --- journal


def append(
    session: Session,
    agreement_id: str,
    type_: journal.EventType,
    at: dt.datetime,
    actor: str,
    data: journal.Data | None = None,
) -> journal.Event:
    """Add an event to the agreement's journal (hold the agreement by `locked` first)."""
    row = session.scalar(
        select(Event)
        .where(Event.agreement_id == agreement_id)
        .order_by(Event.seq.desc())
        .limit(1)
    )
    last = _event(row) if row else None
    event = journal.follow(agreement_id, last, type_, at, actor, data or {})
    session.add(
        Event(
            agreement_id=agreement_id,
            seq=event.seq,
            type=event.type,
            at=event.at,
            actor=event.actor,
            data=journal.canonical(dict(event.data)).decode(),
            previous=event.previous,
            hash=event.hash,
        )
    )
    session.flush()
    return event


def events(session: Session, agreement_id: str) -> tuple[journal.Event, ...]:
    """The agreement's journal, in order."""
    rows = session.scalars(
        select(Event).where(Event.agreement_id == agreement_id).order_by(Event.seq)
    )
    return tuple(_event(row) for row in rows)


def _event(row: Event) -> journal.Event:
    return journal.Event(
        seq=row.seq,
        type=journal.EventType(row.type),
        at=row.at,
        actor=row.actor,
        data=json.loads(row.data),
        previous=row.previous,
        hash=row.hash,
    )


# --- links, sessions, codes


def link(session: Session, token_hash: str) -> Link | None:
    """The signing link of that token."""
    return session.get(Link, token_hash)


def revoke_links(session: Session, signer_id: str, now: dt.datetime) -> None:
    """Kill every live link of a signer."""
    session.execute(
        update(Link)
        .where(Link.signer_id == signer_id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def signing_session(session: Session, secret_hash: str) -> SigningSession | None:
    """The browser session of that cookie."""
    return session.get(SigningSession, secret_hash)


def signer(session: Session, signer_id: str) -> Signer:
    """The signer of that id. Raises NotFound."""
    found = session.get(Signer, signer_id)
    if found is None:
        raise NotFound("Le signataire", signer_id)
    return found


def last_code(session: Session, signer_id: str) -> Code | None:
    """The newest code sent to a signer: the only one that can be used."""
    return session.scalar(
        select(Code)
        .where(Code.signer_id == signer_id)
        .order_by(Code.sent_at.desc(), Code.id.desc())
        .limit(1)
    )


def codes_sent_since(session: Session, email: str, since: dt.datetime) -> int:
    """How many codes an address was sent since then, over all agreements."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Code)
            .join(Signer, Signer.id == Code.signer_id)
            .where(Signer.email == email, Code.sent_at > since)
        )
        or 0
    )


def count_try(session: Session, code_id: str, limit: int) -> bool:
    """Spend one try of a code; False when none is left (one conditional update: no race)."""
    return _changed(
        session,
        update(Code)
        .where(Code.id == code_id, Code.tries < limit, Code.used_at.is_(None))
        .values(tries=Code.tries + 1),
    )


def use_code(session: Session, code_id: str, now: dt.datetime) -> bool:
    """Use a code up; False when it was used already."""
    return _changed(
        session,
        update(Code).where(Code.id == code_id, Code.used_at.is_(None)).values(used_at=now),
    )


# --- mail


def want_message(session: Session, message: Message) -> bool:
    """Ask for a mail; False when the same one was asked for before."""
    known = session.scalar(select(Message.id).where(Message.key == message.key))
    if known is None:
        session.add(message)
        session.flush()
    return known is None


def due_messages(
    session: Session, now: dt.datetime, agreement_ids: Sequence[str] | None = None
) -> Sequence[str]:
    """Ids of the mails to send now, oldest first."""
    query = (
        select(Message.id)
        .where(
            Message.sent_at.is_(None), Message.abandoned_at.is_(None), Message.next_at <= now
        )
        .order_by(Message.created_at, Message.id)
    )
    if agreement_ids is not None:
        query = query.where(Message.agreement_id.in_(agreement_ids))
    return session.scalars(query).all()


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
