"""Queries of the board: what waits for somebody, counted and listed, never the whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.lifecycle import Status
from docgen.records.queries.agreements import LIVE
from docgen.records.tables import Account, Agreement, Message

_OPEN = (Status.BROUILLON, Status.ENVOYE, Status.SIGNE)


def _waiting() -> ColumnElement[bool]:
    return Agreement.status == Status.ENVOYE


def _declined(since: dt.datetime) -> ColumnElement[bool]:
    return Agreement.status.in_([Status.REFUSE, Status.EXPIRE]) & (Agreement.created_at >= since)


def _failed() -> ColumnElement[bool]:
    stuck = select(Message.agreement_id).where(
        Message.sent_at.is_(None), Message.last_error.is_not(None)
    )
    return Agreement.status.in_(_OPEN) & or_(
        Agreement.last_error.is_not(None), Agreement.id.in_(stuck)
    )


def _without_bilan(today: dt.date, since: dt.date) -> ColumnElement[bool]:
    child = aliased(Agreement)
    has = (
        select(child.id)
        .where(child.parent_id == Agreement.id, child.kind == "bilan", child.status.in_(LIVE))
        .exists()
    )
    return (
        Agreement.kind.in_(PMSMP_KINDS)
        & Agreement.status.in_([Status.SIGNE, Status.ARCHIVE])
        & Agreement.last_day.between(since, today)
        & ~has
    )


def conditions(
    today: dt.date, now: dt.datetime
) -> dict[str, tuple[ColumnElement[bool], ColumnElement[object]]]:
    """Each pile of the board: which agreements, and in which order."""
    recent = now - dt.timedelta(days=90)
    return {
        "attente": (_waiting(), Agreement.created_at.asc()),
        "echec": (_failed(), Agreement.created_at.asc()),
        "refus": (_declined(recent), Agreement.created_at.desc()),
        "bilan": (
            _without_bilan(today, today - dt.timedelta(days=730)), Agreement.last_day.asc()
        ),
    }  # fmt: skip


def pile(
    session: Session,
    condition: ColumnElement[bool],
    order: ColumnElement[object],
    kind: str,
    most: int,
) -> tuple[int, Sequence[Agreement]]:
    """How many agreements meet the condition, and the first of them with their signers."""
    wanted = condition & (Agreement.kind == kind) if kind else condition
    count = session.scalar(select(func.count()).select_from(Agreement).where(wanted)) or 0
    rows = session.scalars(
        select(Agreement)
        .where(wanted)
        .order_by(order, Agreement.id)
        .limit(most)
        .options(selectinload(Agreement.signers))
    ).all()
    return count, rows


def try_again_now(session: Session, agreement_id: str, now: dt.datetime) -> None:
    """Let the mails that were put off leave at once."""
    session.execute(
        update(Message)
        .where(
            Message.agreement_id == agreement_id,
            Message.sent_at.is_(None),
            Message.abandoned_at.is_(None),
        )
        .values(next_at=now)
    )


def count_accounts(session: Session) -> int:
    """How many accounts there are, closed ones included."""
    return session.scalar(select(func.count()).select_from(Account)) or 0
