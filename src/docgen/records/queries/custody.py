"""Queries on the custody of the archive: what it must hold, the rounds, what they found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from docgen.records.custody import FIRST, SECOND, CustodyFinding, CustodyRun, KeptObject

# Names in one question: SQLite's oldest limit is 999.
_AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """Where an object is in one copy, as the store told."""

    key: str
    version_id: str | None
    size: int
    sha256: str


def record_kept(
    session: Session,
    copy: str,
    places: Iterable[Place],
    now: dt.datetime,
    agreement_id: str | None = None,
) -> None:
    """Record objects that were just put and read back; again, nothing."""
    rows = [
        {
            "key": one.key,
            "copy": copy,
            "agreement_id": agreement_id,
            "version_id": one.version_id,
            "size": one.size,
            "sha256": one.sha256,
            "kept_at": now,
            "listed_at": now,
            "verified_at": now,
        }
        for one in places
    ]
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql_insert if on_postgresql else sqlite_insert
    for start in range(0, len(rows), 50):
        statement = insert(KeptObject).values(rows[start : start + 50])
        session.execute(statement.on_conflict_do_nothing())


def kept_objects(session: Session, copy: str, keys: Collection[str]) -> dict[str, KeptObject]:
    """What is recorded under those keys in one copy."""
    wanted = list(keys)
    found: dict[str, KeptObject] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = session.scalars(
            select(KeptObject).where(KeptObject.copy == copy, KeptObject.key.in_(some))
        )
        found |= {row.key: row for row in rows}
    return found


def count_kept(session: Session, copy: str, before: dt.datetime | None = None) -> int:
    """How many objects a copy must hold; with `before`, of those not verified since."""
    query = select(func.count()).select_from(KeptObject).where(KeptObject.copy == copy)
    if before is not None:
        query = query.where(KeptObject.verified_at <= before)
    return session.scalar(query) or 0


def oldest_verified(session: Session, copy: str) -> dt.datetime | None:
    """When the object that waited longest was last verified."""
    query = select(KeptObject.verified_at).where(KeptObject.copy == copy)
    return session.scalar(query.order_by(KeptObject.verified_at).limit(1))


def dossier_verified(session: Session, agreement_id: str) -> dt.datetime | None:
    """Since when every object of a dossier was verified, in the copy where that is longest ago."""
    query = select(func.min(KeptObject.verified_at))
    return session.scalar(query.where(KeptObject.agreement_id == agreement_id))


def least_verified(
    session: Session,
    copy: str,
    limit: int,
    before: dt.datetime | None = None,
    after: KeptObject | None = None,
) -> Sequence[KeptObject]:
    """The objects that waited longest to be read again, those that come after `after`.

    `before`: those that were last read before then.
    """
    asked = select(KeptObject).where(KeptObject.copy == copy)
    if before is not None:
        asked = asked.where(KeptObject.verified_at < before)
    if after is not None:
        at, key = after.verified_at, after.key
        later = and_(KeptObject.verified_at == at, KeptObject.key > key)
        asked = asked.where(KeptObject.verified_at >= at, or_(KeptObject.verified_at > at, later))
    return session.scalars(
        asked.order_by(KeptObject.verified_at, KeptObject.key).limit(limit)
    ).all()


def least_seen_locked(
    session: Session, copy: str, before: dt.datetime, limit: int
) -> Sequence[KeptObject]:
    """The objects whose lock was not looked at since `before`, longest waiting first."""
    never = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    seen = func.coalesce(KeptObject.lock_seen_at, never)
    return session.scalars(
        select(KeptObject)
        .where(KeptObject.copy == copy, seen < before)
        .order_by(seen, KeptObject.key)
        .limit(limit)
    ).all()


def unlisted(session: Session, copy: str, since: dt.datetime, limit: int) -> Sequence[KeptObject]:
    """What must be in a copy and was in no listing since."""
    return session.scalars(
        select(KeptObject)
        .where(KeptObject.copy == copy, KeptObject.listed_at < since)
        .order_by(KeptObject.key)
        .limit(limit)
    ).all()


def to_copy(session: Session, limit: int) -> Sequence[KeptObject]:
    """Objects of the first copy that the second has not, oldest first."""
    other = aliased(KeptObject)
    there = select(other.key).where(other.key == KeptObject.key, other.copy == SECOND)
    return session.scalars(
        select(KeptObject)
        .where(KeptObject.copy == FIRST, ~there.exists())
        .order_by(KeptObject.kept_at, KeptObject.key)
        .limit(limit)
    ).all()


def count_to_copy(session: Session, before: dt.datetime) -> int:
    """How many objects kept before then have no second copy."""
    other = aliased(KeptObject)
    there = select(other.key).where(other.key == KeptObject.key, other.copy == SECOND)
    query = select(func.count()).select_from(KeptObject)
    query = query.where(KeptObject.copy == FIRST, KeptObject.kept_at <= before, ~there.exists())
    return session.scalar(query) or 0


def mark_listed(session: Session, copy: str, keys: Collection[str], now: dt.datetime) -> None:
    """A listing named those keys."""
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        session.execute(
            update(KeptObject)
            .where(KeptObject.copy == copy, KeptObject.key.in_(wanted[start : start + _AT_ONCE]))
            .values(listed_at=now)
        )


def mark_verified(session: Session, copy: str, keys: Collection[str], now: dt.datetime) -> None:
    """The bytes under those keys were read and are right."""
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        session.execute(
            update(KeptObject)
            .where(KeptObject.copy == copy, KeptObject.key.in_(wanted[start : start + _AT_ONCE]))
            .values(verified_at=now)
        )


def mark_locks(
    session: Session, copy: str, locks: Mapping[str, dt.datetime | None], now: dt.datetime
) -> None:
    """The locks that those keys bear; the longest one ever seen is what is kept."""
    for key, row in kept_objects(session, copy, locks).items():
        row.lock_seen_at = now
        until = locks[key]
        if until is not None and (row.locked_until is None or until > row.locked_until):
            row.locked_until = until


def release(session: Session, keys: Collection[str], now: dt.datetime) -> None:
    """Nothing under those keys need be kept any more: they were destroyed as a rule wants."""
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        session.execute(delete(KeptObject).where(KeptObject.key.in_(some)))
        session.execute(
            update(CustodyFinding)
            .where(CustodyFinding.key.in_(some), CustodyFinding.mended_at.is_(None))
            .values(mended_at=now)
        )


def unfinished_run(session: Session, kind: str, since: dt.datetime) -> CustodyRun | None:
    """The last round of that kind, when it has not ended and began since then."""
    last = session.scalar(
        select(CustodyRun)
        .where(CustodyRun.kind == kind)
        .order_by(CustodyRun.started_at.desc())
        .limit(1)
    )
    return last if last and last.ended_at is None and last.started_at >= since else None


def custody_run(session: Session, run_id: str) -> CustodyRun:
    """The round of that id."""
    return session.get_one(CustodyRun, run_id)


def custody_runs(session: Session, limit: int) -> Sequence[CustodyRun]:
    """The last rounds, newest first."""
    return session.scalars(
        select(CustodyRun).order_by(CustodyRun.started_at.desc()).limit(limit)
    ).all()
