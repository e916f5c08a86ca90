"""Tables of the log: its lines, the subtrees of its Merkle tree, its heads and where they went.

Lines, nodes and heads only grow: triggers refuse UPDATE and DELETE (migration 0009).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id, Sha256


class LogLine(Base):
    """One line of the log: `content` is its canonical JSON, `leaf` its hash in the tree.

    `subject` is what the line is about within its dossier, so that the same act is logged once: the
    hash of a manifest, the head of a journal; None for an act that may be done again.
    """

    __tablename__ = "log_lines"
    __table_args__ = (
        Index("uq_log_lines_subject", "dossier", "type", "subject", unique=True),
        Index("ix_log_lines_type", "type"),
    )

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(40))
    dossier: Mapped[str] = mapped_column(Id)
    subject: Mapped[str | None] = mapped_column(Sha256)
    content: Mapped[str]
    leaf: Mapped[str] = mapped_column(Sha256)


class LogNode(Base):
    """A full subtree of the Merkle tree above the leaves: (level, index) and its hash."""

    __tablename__ = "log_nodes"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(Sha256)


class TreeHead(Base):
    """A signed head: `content` is its canonical JSON, what `signature` (DER) and `token` are over.

    `certificate` is the PEM of who signed it; `chain` the PEM of what checks `token`, an RFC 3161
    answer; `authority` says whose time it is.
    """

    __tablename__ = "tree_heads"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    content: Mapped[bytes]
    signature: Mapped[bytes]
    token: Mapped[bytes]
    certificate: Mapped[str]
    chain: Mapped[str]
    authority: Mapped[str]


class Publication(Base):
    """Where a head must go (`place`: archive, copy, or mail:<address>), and whether it went."""

    __tablename__ = "publications"
    size: Mapped[int] = mapped_column(ForeignKey("tree_heads.size"), primary_key=True)
    place: Mapped[str] = mapped_column(String(340), primary_key=True)
    done_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
