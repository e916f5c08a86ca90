"""Drafts: agreements being written, each with the editions that led to what it says now."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id


class Draft(Base):
    """An agreement being written. `version` counts its editions: who saves says which one they saw.

    `label` is what a person reads in a list. Sent, it keeps the agreement's id and no data.
    `group_id` ties those that were made together for several people.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_agreement_id_updated_at", "agreement_id", "updated_at"),
        Index("ix_drafts_group_id", "group_id"),
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    label: Mapped[str]
    data: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    updated_at: Mapped[dt.datetime]
    updated_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    group_id: Mapped[str | None] = mapped_column(Id)
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"))


class DraftEdition(Base):
    """What a draft said in one version; `page` names the open page that it was saved from."""

    __tablename__ = "draft_editions"
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[str]
    at: Mapped[dt.datetime]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    page: Mapped[str] = mapped_column(Id)
