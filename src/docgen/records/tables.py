"""Tables. Instants are UTC and aware, days are local dates, texts of data are canonical JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import (
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from docgen.lifecycle import Status


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC datetime; SQLite, which forgets time zones, gets it back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Root of the tables; constraint names are given so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: Instant(),
        dt.date: Date(),
        str: Text(),
        bytes: LargeBinary(),
    }


Id = String(32)
Sha256 = String(64)


class Agreement(Base):
    """An agreement: its data as given, its status, and which bytes are the document now."""

    __tablename__ = "agreements"
    # One live agreement for the same data: issuing a file twice finds the first one again.
    __table_args__ = (
        Index(
            "uq_agreements_live_request",
            "request_key",
            unique=True,
            sqlite_where=text("status NOT IN ('refuse', 'expire', 'annule')"),
            postgresql_where=text("status NOT IN ('refuse', 'expire', 'annule')"),
        ),
        Index("ix_agreements_status", "status"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    request_key: Mapped[str] = mapped_column(Sha256)
    data: Mapped[str]
    company: Mapped[str]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    template_sha256: Mapped[str | None] = mapped_column(Sha256)
    # None: made from the file of the templates folder, before any version was published.
    template_version: Mapped[int | None]
    frozen_sha256: Mapped[str | None] = mapped_column(Sha256)
    current_sha256: Mapped[str | None] = mapped_column(Sha256)
    evidence_sha256: Mapped[str | None] = mapped_column(Sha256)
    closed_at: Mapped[dt.datetime | None]
    manifest_key: Mapped[str | None]
    archived_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None]
    last_error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)

    signers: Mapped[list[Signer]] = relationship(order_by="Signer.rank", back_populates="agreement")

    @property
    def state(self) -> Status:
        return Status(self.status)


class Numbering(Base):
    """The last number given for a prefix in a year; taken in the transaction that registers."""

    __tablename__ = "numbering"
    prefix: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Signer(Base):
    """One person who must sign, and what they did."""

    __tablename__ = "signers"
    __table_args__ = (UniqueConstraint("agreement_id", "rank"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    rank: Mapped[int]
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    capacity: Mapped[str]
    email: Mapped[str]
    field: Mapped[str] = mapped_column(String(80))
    invited_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]
    code_sent_at: Mapped[dt.datetime | None]
    code_checked_at: Mapped[dt.datetime | None]
    signed_at: Mapped[dt.datetime | None]
    sealed_at: Mapped[dt.datetime | None]
    declined_at: Mapped[dt.datetime | None]
    decline_reason: Mapped[str | None]
    typed_name: Mapped[str | None]
    consent: Mapped[str | None]
    consent_version: Mapped[str | None] = mapped_column(String(20))
    ip: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str | None]

    agreement: Mapped[Agreement] = relationship(back_populates="signers")


class Link(Base):
    """A signing link: only the hash of its token is kept."""

    __tablename__ = "links"
    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    signer_id: Mapped[str] = mapped_column(ForeignKey("signers.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class SigningSession(Base):
    """A browser that came through a signer's link; only the hash of its cookie is kept."""

    __tablename__ = "signing_sessions"
    secret_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    signer_id: Mapped[str] = mapped_column(ForeignKey("signers.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class Code(Base):
    """A one-time code sent to a signer; only its HMAC is kept."""

    __tablename__ = "codes"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    signer_id: Mapped[str] = mapped_column(ForeignKey("signers.id"), index=True)
    session_hash: Mapped[str] = mapped_column(Sha256)
    code_hmac: Mapped[str] = mapped_column(Sha256)
    sent_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None]


class Blob(Base):
    """Bytes by their hash: the frozen PDF, each sealed revision, the evidence."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    content: Mapped[bytes]
    created_at: Mapped[dt.datetime]


class TemplateVersion(Base):
    """A published template. Triggers refuse UPDATE and DELETE (migration 0002).

    `source_sha256` is the file as it was given, `sha256` the one in use (slimmed, if its pages
    stayed the same); `warnings` a JSON list of sentences; `office` what drew its pages then.
    """

    __tablename__ = "template_versions"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    source_sha256: Mapped[str] = mapped_column(Sha256)
    published_at: Mapped[dt.datetime]
    published_by: Mapped[str]
    note: Mapped[str]
    warnings: Mapped[str]
    office: Mapped[str]


class Revision(Base):
    """One state of the document; (agreement, number) is unique, so it can't fork."""

    __tablename__ = "revisions"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256)
    signer_id: Mapped[str | None] = mapped_column(ForeignKey("signers.id"))
    created_at: Mapped[dt.datetime]


class Event(Base):
    """The journal. Triggers refuse UPDATE and DELETE (first migration)."""

    __tablename__ = "events"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    data: Mapped[str]
    previous: Mapped[str] = mapped_column(Sha256)
    hash: Mapped[str] = mapped_column(Sha256)


class Message(Base):
    """A mail that must leave: what for and to whom, never its text, which may hold a live link.

    `key` says what it is for good ("invitation:<signer>"), so a mail is wanted once.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_waiting", "sent_at", "abandoned_at", "next_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    signer_id: Mapped[str | None] = mapped_column(ForeignKey("signers.id"))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    abandoned_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
