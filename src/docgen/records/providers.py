"""Tables of what is asked of a signature provider, and of what it told us."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Sha256


class ProviderRequest(Base):
    """The one request about an agreement; `request_id` and `document_id` are the provider's.

    `ended_at`: nothing more is awaited of it, `outcome` being the provider's last status.
    `document_sha256`: the document it gave back, signed.
    """

    __tablename__ = "provider_requests"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    request_id: Mapped[str] = mapped_column(String(64), unique=True)
    document_id: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    document_sha256: Mapped[str | None] = mapped_column(Sha256)


class ProviderSigner(Base):
    """A signer of ours as the provider knows them.

    `reminded`: the number of days after which the last reminder was asked for. `proof_sha256`: the
    provider's own proof about them, when it makes one.
    """

    __tablename__ = "provider_signers"
    signer_id: Mapped[str] = mapped_column(ForeignKey("signers.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    reminded: Mapped[int] = mapped_column(default=0, server_default="0")
    proof_sha256: Mapped[str | None] = mapped_column(Sha256)


class ProviderNotice(Base):
    """A notice received, once by `event_id`; `handled_at`: the provider was asked since."""

    __tablename__ = "provider_notices"
    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    received_at: Mapped[dt.datetime]
    handled_at: Mapped[dt.datetime | None]
