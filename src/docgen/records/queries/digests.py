"""Queries on digests, on the pages they open, on calendar addresses and on daily passes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docgen.records.queries.conditional import changed
from docgen.records.reminding import CalendarFeed, Digest, DigestLink, LastPass, Reminder


def undigested(session: Session) -> Sequence[str]:
    """Who has reminders that no digest holds yet."""
    found = session.scalars(
        select(Reminder.recipient)
        .where(Reminder.digest_id.is_(None), Reminder.recipient.is_not(None))
        .distinct()
        .order_by(Reminder.recipient)
    )
    return [recipient for recipient in found if recipient is not None]


def digest_of(session: Session, recipient: str, day: dt.date) -> Digest | None:
    """A person's digest of a day."""
    return session.scalar(select(Digest).where(Digest.recipient == recipient, Digest.day == day))


def add_digest(session: Session, digest: Digest) -> None:
    """Ask for a digest."""
    session.add(digest)
    session.flush()


def gather_into(session: Session, digest: Digest) -> None:
    """Put what its person was not told yet into a digest."""
    session.execute(
        update(Reminder)
        .where(Reminder.recipient == digest.recipient, Reminder.digest_id.is_(None))
        .values(digest_id=digest.id)
    )


def due_digests(session: Session, now: dt.datetime) -> Sequence[str]:
    """Ids of the digests to send now, oldest first."""
    return session.scalars(
        select(Digest.id)
        .where(Digest.sent_at.is_(None), Digest.abandoned_at.is_(None), Digest.next_at <= now)
        .order_by(Digest.created_at, Digest.recipient)
    ).all()


def count_digests_put_off(session: Session, now: dt.datetime) -> int:
    """How many digests failed and wait for their next try."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Digest)
            .where(Digest.sent_at.is_(None), Digest.abandoned_at.is_(None), Digest.next_at > now)
        )
        or 0
    )


def digest(session: Session, digest_id: str) -> Digest:
    """That digest."""
    return session.get_one(Digest, digest_id)


def lines_of(session: Session, digest_id: str) -> Sequence[Reminder]:
    """The lines that a digest shows, the nearest day first."""
    return session.scalars(
        select(Reminder)
        .where(Reminder.digest_id == digest_id, Reminder.line)
        .order_by(Reminder.target, Reminder.subject, Reminder.kind)
    ).all()


def last_pass(session: Session, name: str) -> dt.date | None:
    """The last day that this daily pass saw."""
    found = session.get(LastPass, name)
    return found.day if found else None


def note_pass(session: Session, name: str, day: dt.date) -> None:
    """Remember the day of this pass."""
    found = session.get(LastPass, name)
    if found is None:
        session.add(LastPass(name=name, day=day))
    else:
        found.day = day


def add_feed(session: Session, feed: CalendarFeed) -> None:
    """Open a calendar address."""
    session.add(feed)


def feed(session: Session, token_hash: str) -> CalendarFeed | None:
    """The calendar address of that secret, revoked ones left out."""
    found = session.get(CalendarFeed, token_hash)
    return found if found and found.revoked_at is None else None


def feeds(session: Session) -> Sequence[CalendarFeed]:
    """Every calendar address, the newest last."""
    return session.scalars(
        select(CalendarFeed).order_by(CalendarFeed.person, CalendarFeed.created_at)
    ).all()


def revoke_feeds(session: Session, person: str, now: dt.datetime) -> int:
    """Close every calendar address of a person; how many were open."""
    found = session.scalars(
        select(CalendarFeed).where(CalendarFeed.person == person, CalendarFeed.revoked_at.is_(None))
    ).all()
    for one in found:
        one.revoked_at = now
    return len(found)


def digest_link(session: Session, token_hash: str) -> DigestLink | None:
    """The link to a digest's page."""
    return session.get(DigestLink, token_hash)


def take_digest(session: Session, digest_id: str, now: dt.datetime) -> bool:
    """Say that a digest left; False when it already had."""
    return changed(
        session,
        update(Digest)
        .where(Digest.id == digest_id, Digest.sent_at.is_(None))
        .values(sent_at=now, last_error=None),
    )


def unsent_digest(session: Session, recipient: str) -> Digest | None:
    """A person's digest that has not left yet, and still may."""
    return session.scalar(
        select(Digest)
        .where(
            Digest.recipient == recipient,
            Digest.sent_at.is_(None),
            Digest.abandoned_at.is_(None),
        )
        .limit(1)
    )


def release_lines(session: Session, digest_id: str, today: dt.date) -> None:
    """Let the lines of a digest that could not leave, and are still of use, go with the next."""
    session.execute(
        update(Reminder)
        .where(Reminder.digest_id == digest_id, Reminder.until >= today)
        .values(digest_id=None)
    )
