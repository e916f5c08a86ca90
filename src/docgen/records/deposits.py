"""Tables of the pages signed by hand that a telephone sends, until an officer records them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Sha256


class Deposit(Base):
    """A link that lets pages in, and nothing else; only the hash of its token is kept.

    `signer_id`: whose own link it is, None for one that serves everybody.
    """

    __tablename__ = "deposits"
    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    signer_id: Mapped[str | None] = mapped_column(ForeignKey("signers.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class DepositedSheet(Base):
    """The clearest picture of a page so far: what was read of it (`facts`, JSON), and its JPEG."""

    __tablename__ = "deposited_sheets"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[str]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[dt.datetime]
