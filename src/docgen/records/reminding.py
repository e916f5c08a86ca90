"""Tables of the reminders given, of what people made of them, of digests and of calendar feeds.

Deadlines themselves are never stored: they are derived. What is kept is what was said and done, and
`watches`, an index of when to look at an agreement again that can be emptied at any time.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id, Sha256


class Reminder(Base):
    """A reminder given, once for its key. `subject`: an agreement's number, or what a sheet covers.

    The day it is about belongs to the key: with short periods, 90 days before the end of one are 60
    before that of another.

    `target` is the day it is about, `until` the last on which it is of use; `line` says it is the
    one of its matter that the digest shows, the others being those it stands for. `dropped`: why
    nobody was told, when nobody was (the law lets nothing be renewed, the promise is kept).
    `about`: what a person reads it by, the company or the person. `noted_at`: of a renewal, when it
    was written down.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_digest_id", "digest_id"),
        Index("ix_reminders_waiting", "recipient", "digest_id"),
        Index("ix_reminders_to_note", "kind", "noted_at"),
    )

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    due: Mapped[dt.date] = mapped_column(primary_key=True)
    target: Mapped[dt.date] = mapped_column(primary_key=True)
    until: Mapped[dt.date]
    said_on: Mapped[dt.date]
    line: Mapped[bool]
    about: Mapped[str]
    recipient: Mapped[str | None]
    dropped: Mapped[str | None]
    noted_at: Mapped[dt.datetime | None]
    digest_id: Mapped[str | None] = mapped_column(ForeignKey("digests.id"))


class Matter(Base):
    """What a person did with every reminder of one kind about one day: put off, or settled."""

    __tablename__ = "matters"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target: Mapped[dt.date] = mapped_column(primary_key=True)
    snoozed_until: Mapped[dt.date | None]
    settled_at: Mapped[dt.datetime | None]
    reason: Mapped[str]
    changed_at: Mapped[dt.datetime]


class Watch(Base):
    """When to look at an agreement again, if nothing changes before.

    `stamp` sums where the agreements that cite it stand, so that any of them that moves is seen;
    `reading` is how deadlines were read then.
    """

    __tablename__ = "watches"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    next_on: Mapped[dt.date] = mapped_column(index=True)
    stamp: Mapped[int]
    reading: Mapped[str] = mapped_column(String(40))


class Digest(Base):
    """The one mail of reminders of a person on a day: never its text, composed when it leaves."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("recipient", "day"),
        Index("ix_digests_waiting", "sent_at", "abandoned_at", "next_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recipient: Mapped[str]
    day: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    abandoned_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]


class DigestLink(Base):
    """The page of a digest, where its reminders are put off or settled; only a hash is kept."""

    __tablename__ = "digest_links"
    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    digest_id: Mapped[str] = mapped_column(ForeignKey("digests.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class LastPass(Base):
    """The last day that a daily pass has seen: a clock that goes back is noticed."""

    __tablename__ = "last_passes"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[dt.date]


class CalendarFeed(Base):
    """A person's calendar address: only the hash of its secret is kept."""

    __tablename__ = "calendar_feeds"
    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
