"""Deadlines of an agreement, derived from its data and a date: nothing here is stored.

A partnership convention runs for its first period, then for each tacit renewal up to the maximum,
if it states one; before the end of each period there is a last day to give notice. Renewed without
a period, it has no term any more (C. civ. 1215). A notice given ends it. The other kinds only end.
"""

from __future__ import annotations

import datetime as dt
import itertools
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

# How far reminders are worked out when nothing bounds the renewals.
HORIZON = dt.timedelta(days=366)

Kind = Literal["preavis", "fin"]
State = Literal["a_venir", "en_cours", "preavis_ouvert", "denonce", "termine"]


@dataclass(frozen=True)
class Period:
    """A stretch of the agreement's life; `rank` 0 is the initial one, then the renewals.

    `last` None: no term, after a tacit renewal without a period. `notice`: the last day to give
    notice, None when nothing renews it or when notice may be given at any time.
    """

    rank: int
    first: dt.date
    last: dt.date | None
    notice: dt.date | None

    def runs_on(self, day: dt.date) -> bool:
        """True up to its last day."""
        return self.last is None or day <= self.last


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


def periods(agreement: Agreement, denounced: dt.date | None = None) -> Iterator[Period]:
    """Every period the agreement can have, in order; without end when nothing bounds renewals.

    `denounced`: the last day that a notice given leaves it. Each renewal's end is reckoned from the
    first day of the first renewal, so month ends do not drift (31 January, 28 February, 31 March).
    """
    convention = agreement if isinstance(agreement, Partenariat) else None
    renewal = convention.reconduction if convention else None
    after = agreement.fin + dt.timedelta(days=1)
    first: dt.date = agreement.debut
    last: dt.date | None = agreement.fin
    for rank in itertools.count():
        assert last is not None
        ends = denounced is not None and last >= denounced
        if ends or renewal is None or convention is None or rank == renewal.maximum:
            yield Period(rank, first, min(last, denounced) if denounced else last, None)
            return
        notice = notice_deadline(last, convention.preavis.valeur, convention.preavis.unite)
        yield Period(rank, first, last, notice)
        first = last + dt.timedelta(days=1)
        if renewal.periode_mois is None:
            yield Period(rank + 1, first, denounced, None)
            return
        last = last_day_of_period(after, renewal.periode_mois * (rank + 1))


def current_period(
    agreement: Agreement, today: dt.date, denounced: dt.date | None = None
) -> Period:
    """The period of `today`: the first before the start, the last one after the end."""
    current = None
    for current in periods(agreement, denounced):
        if current.runs_on(today):
            break
    assert current is not None
    return current


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
