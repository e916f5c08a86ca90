"""Queries on agreements: find, hold, number, move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, selectinload

from docgen.errors import NotFound
from docgen.lifecycle import Status
from docgen.records.queries.conditional import changed
from docgen.records.tables import Agreement, Blob, Numbering, Signer

# Binding, or on their way to be.
LIVE = [Status.BROUILLON, Status.ENVOYE, Status.SIGNE, Status.ARCHIVE, Status.REPRIS]
# Signed by all, whether docgen saw it or not.
CONCLUDED = [Status.SIGNE, Status.ARCHIVE, Status.REPRIS]


def next_number(session: Session, prefix: str, year: int) -> int:
    """The next number of a prefix in a year; no gap, as it is taken with the caller's row."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    taken = session.execute(
        insert(Numbering)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": Numbering.last + 1})
        .returning(Numbering.last)
    )
    return taken.scalar_one()


def agreement(session: Session, agreement_id: str) -> Agreement:
    """The agreement of that id, with its signers. Raises NotFound."""
    return _one(session, Agreement.id == agreement_id, agreement_id)


def agreement_by_reference(session: Session, reference: str) -> Agreement:
    """The agreement of that number, with its signers. Raises NotFound."""
    return _one(session, Agreement.reference == reference, reference)


def holder_of(session: Session, digest: str) -> Agreement | None:
    """The agreement that a file of this SHA-256 is a state or a proof of, if any."""
    return session.scalar(
        select(Agreement)
        .join(Blob, Blob.agreement_id == Agreement.id)
        .where(Blob.sha256 == digest)
        .options(selectinload(Agreement.signers))
    )


def _one(session: Session, condition: ColumnElement[bool], name: str) -> Agreement:
    query = select(Agreement).where(condition).options(joinedload(Agreement.signers))
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound("L’accord", name)
    return found


def locked(session: Session, agreement_id: str) -> Agreement:
    """The agreement, held until the transaction ends, so that its journal grows in one line.

    SQLite's write transaction already excludes every other writer.
    """
    found = session.scalar(
        select(Agreement)
        .where(Agreement.id == agreement_id)
        # In a statement of their own: PostgreSQL, once it has waited for the row it locks, reads
        # that one again, and what is joined to it as it was before the wait.
        .options(selectinload(Agreement.signers))
        .with_for_update(of=Agreement)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("L’accord", agreement_id)
    return found


def live_request(session: Session, request_key: str) -> Agreement | None:
    """The live agreement already made from the same data, if any."""
    return session.scalar(
        select(Agreement)
        .where(Agreement.request_key == request_key, Agreement.status.in_(LIVE))
        .options(selectinload(Agreement.signers))
    )


def agreements(
    session: Session,
    *,
    statuses: Sequence[Status] = (),
    kind: str | None = None,
    reference: str | None = None,
) -> Sequence[Agreement]:
    """Agreements in order of their number, with their signers."""
    query = select(Agreement).options(selectinload(Agreement.signers)).order_by(Agreement.reference)
    if statuses:
        query = query.where(Agreement.status.in_(statuses))
    elif not reference:
        # Of those nothing is left to say but their number.
        query = query.where(Agreement.status != Status.DETRUIT)
    if kind:
        query = query.where(Agreement.kind == kind)
    if reference:
        query = query.where(Agreement.reference == reference)
    return session.scalars(query).all()


def ids_in(session: Session, *statuses: Status) -> Sequence[str]:
    """Ids of the agreements in those statuses, oldest first."""
    return session.scalars(
        select(Agreement.id).where(Agreement.status.in_(statuses)).order_by(Agreement.created_at)
    ).all()


def archived_ids(session: Session) -> Sequence[str]:
    """Ids of the agreements that have a dossier in the archive, oldest first."""
    return session.scalars(
        select(Agreement.id)
        .where(Agreement.manifest_key.is_not(None), Agreement.status != Status.DETRUIT)
        .order_by(Agreement.created_at)
    ).all()


def ids_to_expire(session: Session, now: dt.datetime) -> Sequence[str]:
    """Unsigned agreements whose time to sign is over."""
    return session.scalars(
        select(Agreement.id).where(
            Agreement.status.in_([Status.BROUILLON, Status.ENVOYE]), Agreement.expires_at <= now
        )
    ).all()


def ids_to_seal(session: Session) -> Sequence[str]:
    """Agreements with a signature given and not yet sealed into the PDF."""
    return session.scalars(
        select(Agreement.id)
        .where(
            Agreement.status.in_([Status.ENVOYE, Status.SIGNE]),
            exists().where(
                Signer.agreement_id == Agreement.id,
                Signer.signed_at.is_not(None),
                Signer.sealed_at.is_(None),
            ),
        )
        .order_by(Agreement.created_at)
    ).all()


def claim_completion(session: Session, agreement_id: str) -> bool:
    """Move to « signé » when every signer has signed. True for exactly one caller.

    Run in a transaction after the one that holds the last signature: under READ COMMITTED two last
    signers may each miss the other's uncommitted act, and the sweep then finds the pair.
    """
    unsigned = exists().where(Signer.agreement_id == agreement_id, Signer.signed_at.is_(None))
    return changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.status == Status.ENVOYE, ~unsigned)
        .values(status=Status.SIGNE),
    )


def move(session: Session, agreement_id: str, before: Status, after: Status) -> bool:
    """Change the status from `before`; False when another process already did."""
    return changed(
        session,
        update(Agreement)
        .where(Agreement.id == agreement_id, Agreement.status == before)
        .values(status=after),
    )
