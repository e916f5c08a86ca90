"""Queries on what the rounds of custody found, and whether it is mended and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docgen.records.custody import CustodyFinding

# Names in one question: SQLite's oldest limit is 999.
_AT_ONCE = 500


def finding(session: Session, copy: str, key: str, kind: str) -> CustodyFinding | None:
    """What was found of that kind about that key."""
    return session.get(CustodyFinding, (copy, key, kind))


def findings_open(session: Session) -> Sequence[CustodyFinding]:
    """Everything that is still wrong."""
    return session.scalars(
        select(CustodyFinding)
        .where(CustodyFinding.mended_at.is_(None))
        .order_by(CustodyFinding.copy, CustodyFinding.key, CustodyFinding.kind)
    ).all()


def findings_since(session: Session, since: dt.datetime) -> Sequence[CustodyFinding]:
    """What was found, or seen again, since then; mended or not."""
    return session.scalars(
        select(CustodyFinding)
        .where(CustodyFinding.seen_at >= since)
        .order_by(CustodyFinding.copy, CustodyFinding.key, CustodyFinding.kind)
    ).all()


def findings_untold(session: Session) -> Sequence[CustodyFinding]:
    """What the person in charge has not been mailed, mended since or not."""
    return session.scalars(
        select(CustodyFinding)
        .where(CustodyFinding.alarming.is_(True), CustodyFinding.told_at.is_(None))
        .order_by(CustodyFinding.found_at, CustodyFinding.copy, CustodyFinding.key)
    ).all()


def note_finding(session: Session, found: CustodyFinding) -> None:
    """Write what was found; what was mended since the last time is news again."""
    known = finding(session, found.copy, found.key, found.kind)
    if known is None:
        session.add(found)
        session.flush()
        return
    if known.mended_at is not None:
        known.found_at, known.told_at = found.found_at, None
    known.alarming, known.sentence = found.alarming, found.sentence
    known.seen_at, known.mended_at = found.seen_at, found.mended_at


def settle_findings(
    session: Session, copy: str, kinds: Collection[str], since: dt.datetime, now: dt.datetime
) -> None:
    """What was wrong in a copy and was not seen again since then is as it should be."""
    session.execute(
        update(CustodyFinding)
        .where(
            CustodyFinding.copy == copy,
            CustodyFinding.kind.in_(kinds),
            CustodyFinding.seen_at < since,
            CustodyFinding.mended_at.is_(None),
        )
        .values(mended_at=now)
    )


def settle_keys(
    session: Session, copy: str, keys: Collection[str], kinds: Collection[str], now: dt.datetime
) -> None:
    """What was wrong with those very objects is mended: they were just seen to be right."""
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        session.execute(
            update(CustodyFinding)
            .where(
                CustodyFinding.copy == copy,
                CustodyFinding.key.in_(wanted[start : start + _AT_ONCE]),
                CustodyFinding.kind.in_(kinds),
                CustodyFinding.mended_at.is_(None),
            )
            .values(mended_at=now)
        )
