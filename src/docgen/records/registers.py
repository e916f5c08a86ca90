"""Tables of what agreements are made from and looked up by: numbers, people, sheets, templates."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Sha256


class Numbering(Base):
    """The last number given for a prefix in a year; taken in the transaction that registers.

    Agreements that hang on another are numbered under it: prefix `PMSMP-2026-0001-R`, year 0.
    """

    __tablename__ = "numbering"
    prefix: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Person(Base):
    """Someone met in an agreement or a sheet, to be found by name; `search` has no accents."""

    __tablename__ = "people"
    key: Mapped[str] = mapped_column(Sha256, primary_key=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    born_on: Mapped[dt.date]
    search: Mapped[str] = mapped_column(Text, index=True)


class Company(Base):
    """A company met in an agreement, to be found and listed by name; `search` has no accents."""

    __tablename__ = "companies"
    siren: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str]
    search: Mapped[str] = mapped_column(Text, index=True)


class Sheet(Base):
    """An edition of a sheet; the highest counts, the others say what was known before."""

    __tablename__ = "sheets"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(320), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    data: Mapped[str]
    created_at: Mapped[dt.datetime]


class TemplateVersion(Base):
    """A published template. Triggers refuse UPDATE and DELETE (migration 0003).

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
