"""Tables of the office: accounts, their sessions and mails, missions, the office's own journal."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.access import Role
from docgen.records.base import Base, Id, Sha256


class Account(Base):
    """Someone who may enter. `password` is None until the invitation is taken up.

    `totp_secret` is sealed (credentials.sealed); it counts once `totp_since` is set. `openid_key`
    is who they are at the identity provider (openid.Person.key), once they entered through it.
    """

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    password: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_since: Mapped[dt.datetime | None]
    totp_last_step: Mapped[int | None]
    openid_key: Mapped[str | None] = mapped_column(Sha256, index=True, unique=True)
    created_at: Mapped[dt.datetime]
    disabled_at: Mapped[dt.datetime | None]
    last_entry_at: Mapped[dt.datetime | None]

    @property
    def as_role(self) -> Role:
        return Role(self.role)


class AccountToken(Base):
    """A link mailed to an account (`invitation`, `reset`); only its hash is kept."""

    __tablename__ = "account_tokens"
    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class AccountMessage(Base):
    """A mail that an account must get; its text is composed when it leaves, as for agreements."""

    __tablename__ = "account_messages"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[dt.datetime | None]
    abandoned_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]


class OfficeSession(Base):
    """A browser that entered. `id` names it for people, `secret_hash` is that of its cookie.

    `complete_at`: when the second factor was given, or was not needed. `address` is truncated.
    """

    __tablename__ = "office_sessions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(Sha256, unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    mission_id: Mapped[str | None] = mapped_column(ForeignKey("missions.id"))
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    complete_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))


class EntryAttempt(Base):
    """An attempt that counts against a key: an account, an address or the whole door, hashed."""

    __tablename__ = "entry_attempts"
    __table_args__ = (Index("ix_entry_attempts_key_at", "key", "at"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Sha256)
    at: Mapped[dt.datetime] = mapped_column(index=True)


class Mission(Base):
    """What an auditor may see, why, and until when; None or empty bounds nothing.

    `first_day` and `last_day` bound agreements by overlap; `until` is the mission's own last day.
    """

    __tablename__ = "missions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    motive: Mapped[str]
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date | None]
    fund: Mapped[str | None] = mapped_column(String(60))
    company_siret: Mapped[str | None] = mapped_column(String(14))
    until: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str]
    ended_at: Mapped[dt.datetime | None]


class OfficeEvent(Base):
    """The office's journal, one chain for all accounts. Triggers refuse UPDATE and DELETE.

    `subject` is what the act was about (an agreement's number, an account's id), empty otherwise.
    """

    __tablename__ = "office_events"
    __table_args__ = (
        Index("ix_office_events_act_at", "act", "at"),
        Index("ix_office_events_account_id_at", "account_id", "at"),
        Index("ix_office_events_subject", "subject"),
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(40))
    at: Mapped[dt.datetime]
    account_id: Mapped[str | None] = mapped_column(Id)
    subject: Mapped[str]
    data: Mapped[str]
    previous: Mapped[str] = mapped_column(Sha256)
    hash: Mapped[str] = mapped_column(Sha256)


class OfficeHead(Base):
    """The last line of the office's journal, one row: who updates it is alone to add a line."""

    __tablename__ = "office_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Sha256)
