"""Tables of what the archive must hold, where each copy is, and what was found wrong with it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docgen.records.base import Base, Id, Sha256

FIRST = "premiere"
SECOND = "seconde"


class KeptObject(Base):
    """One object in one copy of the archive: what must be there, and when it was last seen so.

    `version_id` is the version that counts, None where a key has one only. `listed_at`: when a
    listing last named it; `verified_at`: when its bytes were last read and hashed; `locked_until`:
    the longest lock that it was ever seen to bear, which must not get shorter.
    """

    __tablename__ = "kept_objects"
    __table_args__ = (Index("ix_kept_objects_copy_verified_at", "copy", "verified_at"),)

    key: Mapped[str] = mapped_column(String(512), primary_key=True)
    copy: Mapped[str] = mapped_column(String(20), primary_key=True)
    # None: no dossier's (a segment of the log, a public key).
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    version_id: Mapped[str | None] = mapped_column(String(1024))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Sha256)
    kept_at: Mapped[dt.datetime]
    listed_at: Mapped[dt.datetime]
    verified_at: Mapped[dt.datetime]
    lock_seen_at: Mapped[dt.datetime | None]
    locked_until: Mapped[dt.datetime | None]


class CustodyRun(Base):
    """One round over the archive, which another process takes up where it stopped.

    `step` and `place` are how far it came: a step's name, and the last key that it did.
    """

    __tablename__ = "custody_runs"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    step: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(512), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[str] = mapped_column(default="{}")


class CustodyFinding(Base):
    """Something wrong with an object or with a whole copy, once for each (copy, key, kind).

    `key` is empty for what concerns the copy as a whole. `mended_at`: it is as it should be again;
    `told_at`: the person in charge was mailed.
    """

    __tablename__ = "custody_findings"
    copy: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(512), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    alarming: Mapped[bool]
    sentence: Mapped[str]
    found_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    mended_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]
