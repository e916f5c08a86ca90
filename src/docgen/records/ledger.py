"""Tables of the ledger: promises added by hand, acts, hires, events, and what figures read.

A row recorded by mistake is not deleted: `undone_at` says when it stopped counting.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id, Sha256


class Commitment(Base):
    """A promise of a convention that its own fields can't say; `sort` is one of ledger.SORTS.

    `quantity` in the sort's unit (whole number, minutes or cents); `source`: where it is written.
    """

    __tablename__ = "commitments"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    sort: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int]
    basis: Mapped[str] = mapped_column(String(20))
    source: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class LoggedAct(Base):
    """An act of ledger.ACTS, on an agreement or with a company alone; `quantity` in its unit."""

    __tablename__ = "logged_acts"
    __table_args__ = (Index("ix_logged_acts_company", "company_siren", "day"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[dt.date]
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    company_siren: Mapped[str] = mapped_column(String(9))
    quantity: Mapped[int]
    note: Mapped[str]
    source: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class LoggedHire(Base):
    """A contract that began; `agreement_id`: the PMSMP it is noted on. One a person and a day."""

    __tablename__ = "logged_hires"
    __table_args__ = (Index("ix_logged_hires_company", "company_siren", "start"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_key: Mapped[str] = mapped_column(Sha256, index=True)
    company_siren: Mapped[str] = mapped_column(String(9))
    company: Mapped[str]
    contract: Mapped[str] = mapped_column(String(40))
    start: Mapped[dt.date]
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    source: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class CorporateEvent(Base):
    """An event with companies; `stays` and `hires` are what came of it, None when nobody said."""

    __tablename__ = "corporate_events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[dt.date] = mapped_column(index=True)
    participants: Mapped[int]
    stays: Mapped[int | None]
    hires: Mapped[int | None]
    note: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class EventCompany(Base):
    """A company at an event."""

    __tablename__ = "event_companies"
    event_id: Mapped[str] = mapped_column(ForeignKey("corporate_events.id"), primary_key=True)
    siren: Mapped[str] = mapped_column(String(9), primary_key=True, index=True)
    company: Mapped[str]


class EventPerson(Base):
    """A beneficiary at an event, when they were named and not only counted."""

    __tablename__ = "event_people"
    event_id: Mapped[str] = mapped_column(ForeignKey("corporate_events.id"), primary_key=True)
    person_key: Mapped[str] = mapped_column(Sha256, primary_key=True, index=True)


class StayExtract(Base):
    """What a PMSMP's data says that figures count (indicators.extracts); never stale."""

    __tablename__ = "stay_extracts"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    objet: Mapped[str] = mapped_column(String(20))
    rome: Mapped[str] = mapped_column(String(10))
    trade: Mapped[str]
    sector: Mapped[str]
    referent: Mapped[str] = mapped_column(index=True)
    referent_name: Mapped[str]
    planned: Mapped[int | None]
    renews: Mapped[bool]


class BilanExtract(Base):
    """What a bilan's data says; under the number of the PMSMP itself when it was taken over."""

    __tablename__ = "bilan_extracts"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    done: Mapped[int]
    follow: Mapped[str] = mapped_column(String(20))
    contract: Mapped[str | None] = mapped_column(String(40))
    contract_from: Mapped[dt.date | None]


class PartnershipExtract(Base):
    """What a partnership's data says; `possible_end` None: nothing bounds its renewals."""

    __tablename__ = "partnership_extracts"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    referent: Mapped[str] = mapped_column(index=True)
    referent_name: Mapped[str]
    possible_end: Mapped[dt.date | None]
    volume: Mapped[int | None]
    basis: Mapped[str] = mapped_column(String(20))
    renews: Mapped[bool]
    renewal_months: Mapped[int | None]
    renewal_most: Mapped[int | None]
    notice: Mapped[int]
    notice_unit: Mapped[str] = mapped_column(String(10))


class Scan(Base):
    """A scanned paper of an agreement taken over: as it was received, checked by nobody."""

    __tablename__ = "scans_received"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), primary_key=True)
    pages: Mapped[int]
    received_at: Mapped[dt.datetime]
