"""Tables of an agreement: its signers, their visits and codes, its files, journal and mails."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docgen.lifecycle import Status
from docgen.records.base import Base, Id, Sha256
from docgen.ways import Way


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
        # The board counts and reads its piles in it: how many of a status, of a kind, since when.
        Index("ix_agreements_status", "status", "created_at", "kind"),
        Index(
            "ix_agreements_failed",
            "id",
            sqlite_where=text("last_error IS NOT NULL"),
            postgresql_where=text("last_error IS NOT NULL"),
        ),
        Index("ix_agreements_kind_first_day", "kind", "first_day"),
        Index("ix_agreements_person_key", "person_key"),
        Index("ix_agreements_company_siret", "company_siret"),
        Index("ix_agreements_parent_id", "parent_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    request_key: Mapped[str] = mapped_column(Sha256)
    data: Mapped[str]
    company: Mapped[str]
    # What the rules look an agreement up by: the person (identity.person_key), the establishment,
    # and the agreement that this one renews, amends, closes or ends.
    person_key: Mapped[str | None] = mapped_column(Sha256)
    company_siret: Mapped[str | None] = mapped_column(String(14))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"))
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


class Signer(Base):
    """One person who must sign, how, and what they did.

    `name` and `capacity` are those of who signs; after a delegation, `principal` is the person whom
    the frozen document names. `email` is empty for who has none. `turn`: those of one turn are
    asked together, once all of the turn before have signed. `witness` and `identity_check`: the
    member of staff before whom they signed, and how that one knows them (on site, on paper).
    """

    __tablename__ = "signers"
    __table_args__ = (UniqueConstraint("agreement_id", "rank"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    rank: Mapped[int]
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    capacity: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(20), server_default=Way.COURRIEL)
    turn: Mapped[int] = mapped_column(server_default="1")
    principal: Mapped[str | None]
    witness: Mapped[str | None]
    identity_check: Mapped[str | None]
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

    @property
    def route(self) -> Way:
        return Way(self.way)

    @property
    def address(self) -> str:
        """Where the code goes, and the link when the way has one; empty when nothing is sent."""
        if self.route in {Way.SMS, Way.SUR_PLACE}:
            return self.phone or ""
        return self.email if self.route is Way.COURRIEL else ""


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
    """Bytes by their hash: the frozen PDF, each sealed revision, the proofs, Word templates.

    `agreement_id` is whose file it is, None for a template.
    """

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    content: Mapped[bytes]
    created_at: Mapped[dt.datetime]
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"))


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
