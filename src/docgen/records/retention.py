"""Tables of what is kept until when: funds, retention of each dossier, disposal lists."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id, Sha256


class Fund(Base):
    """Who pays for a part of the work, the class its rules ask for, and its last payment."""

    __tablename__ = "funds"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str]
    retention_class: Mapped[str] = mapped_column(String(40))
    last_payment: Mapped[dt.date | None]


class AgreementFund(Base):
    """An agreement that a fund pays for."""

    __tablename__ = "agreement_funds"
    fund: Mapped[str] = mapped_column(ForeignKey("funds.code"), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(
        ForeignKey("agreements.id"), primary_key=True, index=True
    )


class Retention(Base):
    """Until when a dossier is kept, by which policy, and until when its objects are locked.

    `retain_until` is None while a class has no start (a last payment to come). `reasons` is a JSON
    list of {class, base, until}. `problem`: why the lock could not be set.
    """

    __tablename__ = "retentions"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    policy_version: Mapped[int]
    policy_sha256: Mapped[str] = mapped_column(Sha256)
    retain_until: Mapped[dt.date | None] = mapped_column(index=True)
    reasons: Mapped[str]
    locked_until: Mapped[dt.date | None]
    locked_manifest: Mapped[str | None]
    problem: Mapped[str | None]
    hold_reason: Mapped[str | None]
    hold_since: Mapped[dt.datetime | None]
    identity_erased_at: Mapped[dt.datetime | None]
    erased_at: Mapped[dt.datetime | None]


class Disposal(Base):
    """A list of dossiers to destroy, fixed when it is made; carried out once, after two yeses."""

    __tablename__ = "disposals"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str]
    list_sha256: Mapped[str] = mapped_column(Sha256)
    done_at: Mapped[dt.datetime | None]
    dropped_at: Mapped[dt.datetime | None]
    certificate_sha256: Mapped[str | None] = mapped_column(Sha256)
    certificate_key: Mapped[str | None]


class DisposalItem(Base):
    """A dossier of a list. `kept_because`: why it was spared when the list was carried out."""

    __tablename__ = "disposal_items"
    disposal_id: Mapped[str] = mapped_column(ForeignKey("disposals.id"), primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    retain_until: Mapped[dt.date]
    manifest_sha256: Mapped[str] = mapped_column(Sha256)
    objects: Mapped[str]
    destroyed_at: Mapped[dt.datetime | None]
    kept_because: Mapped[str | None]


class DisposalApproval(Base):
    """One person's yes to a list, as it was when its hash was this one."""

    __tablename__ = "disposal_approvals"
    disposal_id: Mapped[str] = mapped_column(ForeignKey("disposals.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    list_sha256: Mapped[str] = mapped_column(Sha256)
    at: Mapped[dt.datetime]
