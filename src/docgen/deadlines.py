"""Deadlines of an agreement, derived from its data and a date: nothing here is stored.

The periods of a convention and their last days to give notice stand in `agreements.periods`; here
is what a day makes of them: a state, and the warnings to give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Period, current_period, periods

# Days before the last day to give notice on which the organisation is warned.
NOTICE_REMINDERS = (90, 60, 30, 7)
# Days before the end of an agreement that nothing renews.
END_REMINDERS = (30,)

# How far reminders are worked out when nothing bounds the renewals.
HORIZON = dt.timedelta(days=366)

Kind = Literal["preavis", "fin"]
State = Literal["a_venir", "en_cours", "preavis_ouvert", "denonce", "termine"]


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
    end: dt.date | None
    notice: dt.date | None
    next_reminder: Reminder | None


def reminders(
    agreement: Agreement, until: dt.date, denounced: dt.date | None = None
) -> list[Reminder]:
    """The warnings of the agreement's life due up to `until`, in order of date."""
    found: list[Reminder] = []
    for period in periods(agreement, denounced):
        # No warning of a period is due before it begins, but a short one's may be.
        if period.first - dt.timedelta(days=NOTICE_REMINDERS[0]) > until:
            break
        found += _reminders_of(period, agreement)
    return sorted((r for r in found if r.due <= until), key=lambda reminder: reminder.due)


def _reminders_of(period: Period, agreement: Agreement) -> Iterator[Reminder]:
    kind: Kind = "preavis" if period.notice else "fin"
    days: tuple[int, ...] = NOTICE_REMINDERS if period.notice else END_REMINDERS
    target = period.notice or period.last
    if target is None or not isinstance(agreement, Partenariat):
        return
    for before in days:
        due = target - dt.timedelta(days=before)
        if due >= agreement.debut:
            yield Reminder(kind, due, target)


def deadlines(agreement: Agreement, today: dt.date, denounced: dt.date | None = None) -> Deadlines:
    """The agreement's deadlines as they stand on `today`."""
    current = current_period(agreement, today, denounced)
    state: State
    if today < agreement.debut:
        state = "a_venir"
    elif not current.runs_on(today):
        state = "termine"
    elif denounced is not None:
        state = "denonce"
    elif current.notice and current.notice - dt.timedelta(days=NOTICE_REMINDERS[0]) <= today <= (
        current.notice
    ):
        state = "preavis_ouvert"
    else:
        state = "en_cours"
    ahead = reminders(agreement, max(today, agreement.fin) + HORIZON, denounced)
    upcoming = (reminder for reminder in ahead if reminder.due >= today)
    return Deadlines(state, current, current.last, current.notice, next(upcoming, None))
