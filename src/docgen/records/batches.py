"""Work that somebody asked for and that outlives their page: agreements sent, workbooks read."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from docgen.records.base import Base, Id


class Batch(Base):
    """One piece of work. `state`: `attente`, `marche`, `essaye` (a trial that awaits its yes),
    `fini`, `refuse`, `arrete`. `content` is the workbook, gone once it is of no more use.

    `held_until`: whoever works on it is known to be alive until then; `report`, what came of it, as
    JSON.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_state", "state", "created_at"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sort: Mapped[str] = mapped_column(String(12))
    label: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    trial: Mapped[bool]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    held_until: Mapped[dt.datetime | None]
    done: Mapped[int]
    total: Mapped[int]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    report: Mapped[str | None]


class BatchItem(Base):
    """A draft to send. `state`: `attente`, `fait`, `echec`, `retire`; `reason` of the failure."""

    __tablename__ = "batch_items"
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draft_id: Mapped[str] = mapped_column(Id)
    label: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None]


class TemplateTrial(Base):
    """A Word template that is tried: `base` is the version in use then (« pmsmp@3 »).

    Pages as PDF: `drawn`, the file as it is, marks and all; `before` and `after`, an example made
    from the version in use and from this file.
    """

    __tablename__ = "template_trials"
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    base: Mapped[str] = mapped_column(String(60))
    note: Mapped[str]
    drawn: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    before: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    after: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
