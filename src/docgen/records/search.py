"""Tables to find an agreement by, filled in the transaction that registers it.

Words are plain (no accents, no capitals) and compared byte by byte, so that the beginning of a
word is a range of the index, on SQLite and on PostgreSQL alike.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id

ByBytes = Text().with_variant(Text(collation="C"), "postgresql")


class SearchEntry(Base):
    """The narrow row of an agreement; its status follows that of the agreement by a trigger."""

    __tablename__ = "search_entries"
    __table_args__ = (
        # What follows the order is read in the index: a walk back through the years for a rare
        # status never opens the rows that it passes.
        Index("ix_search_entries_order", "first_day", "agreement_id", "last_day", "status", "kind"),
        Index("ix_search_entries_siret", "company_siret", "first_day"),
    )
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    company: Mapped[str]
    company_siret: Mapped[str | None] = mapped_column(String(14))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]


class SearchWord(Base):
    """One word of an agreement; `field` is `reference`, `entreprise` or `personne`."""

    __tablename__ = "search_words"
    __table_args__ = (Index("ix_search_words_agreement_id", "agreement_id", "word"),)
    field: Mapped[str] = mapped_column(String(12), primary_key=True)
    word: Mapped[str] = mapped_column(ByBytes, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(Id, primary_key=True)
