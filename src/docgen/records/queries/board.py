"""Queries of the board: what waits for somebody, counted and listed, never the whole table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, extract, func, or_, select, union, update
from sqlalchemy.orm import Session, aliased, defer, selectinload

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.lifecycle import Status
from docgen.records.queries.agreements import LIVE
from docgen.records.queries.reminding import SIGNED
from docgen.records.search import SearchEntry
from docgen.records.tables import Account, Agreement, DepositedSheet, Matter, Message, Reminder

_OPEN = (Status.BROUILLON, Status.ENVOYE, Status.SIGNE)
# How far back the board looks: a refusal is old news after three months, a bilan after a year.
NEWS = dt.timedelta(days=90)
BILANS = dt.timedelta(days=365)
LONGEST_STAY = dt.timedelta(days=100)


@dataclass(frozen=True)
class Pile:
    """Which agreements wait for the same thing, and in which order they are read."""

    condition: ColumnElement[bool]
    order: ColumnElement[Any]


def piles(today: dt.date, now: dt.datetime) -> dict[str, Pile]:
    """Each pile of the board by its name."""
    return {
        "attente": Pile(Agreement.status == Status.ENVOYE, Agreement.created_at.asc()),
        "papier": Pile(
            (Agreement.status == Status.ENVOYE)
            & Agreement.id.in_(select(DepositedSheet.agreement_id)),
            Agreement.created_at.asc(),
        ),
        "echec": Pile(_failed(), Agreement.created_at.asc()),
        "refus": Pile(
            Agreement.status.in_([Status.REFUSE, Status.EXPIRE])
            & (Agreement.created_at >= now - NEWS),
            Agreement.created_at.desc(),
        ),
        "bilan": Pile(_without_bilan(today, today - BILANS), Agreement.last_day.asc()),
    }


def _failed() -> ColumnElement[bool]:
    stuck = select(Message.agreement_id).where(
        Message.sent_at.is_(None), Message.last_error.is_not(None)
    )
    # Both are few, and each has its index: never the whole of what is open.
    failed = select(Agreement.id).where(Agreement.last_error.is_not(None))
    return Agreement.status.in_(_OPEN) & Agreement.id.in_(union(failed, stuck))


def _without_bilan(today: dt.date, since: dt.date) -> ColumnElement[bool]:
    child = aliased(Agreement)
    # Gathered once, not asked of each stay. A bilan has the first day of its stay.
    told = select(child.parent_id).where(
        child.kind == "bilan",
        child.first_day >= since - LONGEST_STAY,
        child.status.in_(LIVE),
        child.parent_id.is_not(None),
    )
    # Read in the narrow index of the search: the rows of agreements carry their whole text.
    ended = select(SearchEntry.agreement_id).where(
        SearchEntry.first_day.between(since - LONGEST_STAY, today),
        SearchEntry.last_day.between(since, today),
        SearchEntry.kind.in_(PMSMP_KINDS),
        SearchEntry.status.in_(SIGNED),
    )
    return Agreement.id.in_(ended) & Agreement.id.not_in(told)


def count_pile(session: Session, pile: Pile, kind: str) -> int:
    """How many agreements it holds."""
    query = select(func.count()).select_from(Agreement).where(_of(pile, kind))
    return session.scalar(query) or 0


def first_of_pile(session: Session, pile: Pile, kind: str, most: int) -> Sequence[Agreement]:
    """The first agreements of a pile, with their signers."""
    return session.scalars(
        select(Agreement)
        .where(_of(pile, kind))
        .order_by(pile.order, Agreement.id)
        .limit(most)
        .options(selectinload(Agreement.signers), defer(Agreement.data))
    ).all()


def _of(pile: Pile, kind: str) -> ColumnElement[bool]:
    return pile.condition & (Agreement.kind == kind) if kind else pile.condition


def unsent_reasons(session: Session, ids: Iterable[str]) -> dict[str, list[str]]:
    """Why mails of those agreements have not left, by agreement."""
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(Message.agreement_id, Message.last_error)
        .where(
            Message.agreement_id.in_(list(ids)),
            Message.sent_at.is_(None),
            Message.last_error.is_not(None),
        )
        .distinct()
    )
    for agreement_id, reason in rows:
        found.setdefault(agreement_id, []).append(reason)
    return found


def open_reminders(session: Session, today: dt.date, most: int) -> Sequence[Reminder]:
    """Reminders that were given, are still of use, and that nobody settled or put off."""
    touched = (
        select(Matter.subject)
        .where(
            Matter.subject == Reminder.subject,
            Matter.kind == Reminder.kind,
            Matter.target == Reminder.target,
            or_(Matter.settled_at.is_not(None), Matter.snoozed_until > today),
        )
        .exists()
    )
    return session.scalars(
        select(Reminder)
        .where(
            Reminder.line.is_(True), Reminder.dropped.is_(None), Reminder.until >= today, ~touched
        )
        .order_by(Reminder.target, Reminder.subject)
        .limit(most)
    ).all()


def pmsmp_by_year(session: Session, first: dt.date, last: dt.date) -> dict[int, int]:
    """How many signed PMSMP, renewals apart, began in each year between those days."""
    year = extract("year", SearchEntry.first_day)
    rows = session.execute(
        select(year, func.count())
        .where(
            SearchEntry.first_day.between(first, last),
            SearchEntry.kind == "pmsmp",
            SearchEntry.status.in_(SIGNED),
        )
        .group_by(year)
    )
    return {int(found): count for found, count in rows}


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
