"""Queries on bytes: kept by their hash, and the revisions of a document."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from docgen.errors import Broken, NotFound
from docgen.records.queries.conditional import changed
from docgen.records.tables import Agreement, Blob, Revision


def keep(
    session: Session, content: bytes, now: dt.datetime, agreement_id: str | None = None
) -> str:
    """Store bytes under their SHA-256 and give it back; keeping them twice is harmless.

    `agreement_id`: whose file it is, when it is one agreement's.
    """
    digest = hashlib.sha256(content).hexdigest()
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql_insert if on_postgresql else sqlite_insert
    # Two transactions may keep the same template at once.
    session.execute(
        insert(Blob)
        .values(sha256=digest, content=content, created_at=now, agreement_id=agreement_id)
        .on_conflict_do_nothing()
    )
    return digest


def content(session: Session, digest: str) -> bytes:
    """The bytes of that SHA-256, re-hashed. Raises NotFound or Broken."""
    blob = session.get(Blob, digest)
    if blob is None:
        raise NotFound("Le fichier", digest)
    if hashlib.sha256(blob.content).hexdigest() != digest:
        raise Broken(f"Le fichier {digest} n’est plus celui qui a été gardé : base altérée.")
    return blob.content


def add_revision(
    session: Session, agreement_id: str, digest: str, signer_id: str | None, now: dt.datetime
) -> int:
    """Record one more state of the document; its number, from 0 for the frozen one."""
    number = session.scalar(
        select(func.count()).select_from(Revision).where(Revision.agreement_id == agreement_id)
    )
    session.add(
        Revision(
            agreement_id=agreement_id,
            number=number,
            sha256=digest,
            signer_id=signer_id,
            created_at=now,
        )
    )
    session.flush()
    return number or 0


def revisions(session: Session, agreement_id: str) -> Sequence[Revision]:
    """Every state of the document, in order."""
    return session.scalars(
        select(Revision).where(Revision.agreement_id == agreement_id).order_by(Revision.number)
    ).all()


def advance_document(session: Session, agreement_id: str, before: str, after: str) -> bool:
    """Make `after` the current bytes if `before` still is: two seals can't fork the file."""
    return changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.current_sha256 == before)
        .values(current_sha256=after),
    )
