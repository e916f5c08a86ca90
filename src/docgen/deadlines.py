"""Deadlines of an agreement, derived from its data and a date: nothing here is stored.

A partnership convention runs for its first period, then for each tacit renewal up to the maximum;
before the end of each period there is a last day to give notice. A PMSMP only ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.rules.dates import last_day_of_period, notice_deadline

# Days before the last day to give notice on which the organisation is warned.
NOTICE_REMINDERS = (90, 60, 30, 7)
# Days before the end of an agreement that nothing renews.
END_REMINDERS = (30,)

Kind = Literal["preavis", "fin"]
State = Literal["a_venir", "en_cours", "preavis_ouvert", "termine"]


@dataclass(frozen=True)
class Period:
    """A stretch of the agreement's life; `rank` 0 is the initial one, then the renewals."""

    rank: int
    first: dt.date
    last: dt.date
    notice: dt.date | None


@dataclass(frozen=True)
class Reminder:
    """A warning to give: `kind` and `due` identify it for good, so it is given once."""

    kind: Kind
    due: dt.date
    target: dt.date


@dataclass(frozen=True)
class Deadlines:
    """What is to be watched on a given day.

    `notice` is the last day to give notice for the current period, None when nothing renews;
    `next_reminder` is the first warning due on that day or later.
    """

    state: State
    period: Period
    end: dt.date
    notice: dt.date | None
    next_reminder: Reminder | None


def periods(agreement: Agreement) -> Iterator[Period]:
    """Every period the agreement can have, in order.

    Each renewal's end is reckoned from the first day of the first renewal, so month ends do not
    drift (31 January, 28 February, 31 March).
    """
    renewal = agreement.reconduction if isinstance(agreement, Partenariat) else None
    count = renewal.maximum if renewal else 0
    after = agreement.fin + dt.timedelta(days=1)
    first, last = agreement.debut, agreement.fin
    for rank in range(count + 1):
        notice = None
        if isinstance(agreement, Partenariat) and rank < count:
            notice = notice_deadline(last, agreement.preavis.valeur, agreement.preavis.unite)
        yield Period(rank, first, last, notice)
        if renewal:
            first = last + dt.timedelta(days=1)
            last = last_day_of_period(after, renewal.periode_mois * (rank + 1))


def reminders(agreement: Agreement) -> Iterator[Reminder]:
    """Every warning of the agreement's life, in order of date."""
    found: list[Reminder] = []
    kind: Kind
    days: tuple[int, ...]
    for period in periods(agreement):
        if period.notice is not None:
            target, kind, days = period.notice, "preavis", NOTICE_REMINDERS
        elif isinstance(agreement, Partenariat):
            target, kind, days = period.last, "fin", END_REMINDERS
        else:
            continue
        found += [
            Reminder(kind, target - dt.timedelta(days=n), target)
            for n in days
            if target - dt.timedelta(days=n) >= agreement.debut
        ]
    return iter(sorted(found, key=lambda reminder: reminder.due))


def deadlines(agreement: Agreement, today: dt.date) -> Deadlines:
    """The agreement's deadlines as they stand on `today`."""
    every = list(periods(agreement))
    current = next((p for p in every if p.last >= today), every[-1])
    state: State
    if today < agreement.debut:
        state = "a_venir"
    elif today > current.last:
        state = "termine"
    elif current.notice and current.notice - dt.timedelta(days=NOTICE_REMINDERS[0]) <= today <= (
        current.notice
    ):
        state = "preavis_ouvert"
    else:
        state = "en_cours"
    upcoming = (reminder for reminder in reminders(agreement) if reminder.due >= today)
    return Deadlines(state, current, current.last, current.notice, next(upcoming, None))
