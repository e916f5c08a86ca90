"""What a day makes of a convention: its period, its last day to give notice, its state.

Nothing here is stored: the answer comes from what was signed and from the day alone, so it is right
whatever runs were missed. The periods themselves stand in `agreements.periods`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Period, Terms, current_period, periods
from docgen.agreements.pmsmp import Pmsmp
from docgen.deadlines.due import (
    ONE_DAY,
    Due,
    Kind,
    before,
    working_day,
    working_days_before,
)
from docgen.errors import Finding, InvalidData

# Days before the last day to give notice on which the organisation is warned.
NOTICE_REMINDERS = (90, 60, 30, 7)
# Days before the end of an agreement that nothing renews.
END_REMINDERS = (30,)
# How long the day after is still worth telling.
AFTERWARDS = dt.timedelta(days=60)
# A registered letter is given when it is received: working days that the post may take.
POSTING_DAYS = 3

State = Literal[
    "a_venir",
    "en_cours",
    "preavis_ouvert",
    "a_renouveler",
    "reconduit",
    "prolonge",
    "relaye",
    "denonce",
    "termine",
]


@dataclass(frozen=True)
class Clause:
    """How the organisation reads the clause on notice.

    `working_day`: a last day that falls on a Saturday, a Sunday or a public holiday is announced as
    the working day before it. What a notice given is worth is always judged by the clause itself.
    """

    working_day: bool = False


AS_WRITTEN = Clause()


@dataclass(frozen=True)
class Life:
    """All that was signed about one agreement, as known on the day it is looked at.

    `agreement` holds every signed amendment. `denounced`: the last day that a notice given leaves
    it. `first_end`: its last day before any amendment, when one moved it. `next_start`: first day
    of the signed convention that takes its place, if any.
    """

    agreement: Agreement | Terms
    denounced: dt.date | None = None
    first_end: dt.date | None = None
    next_start: dt.date | None = None

    @property
    def terms(self) -> Terms | None:
        """The terms of a partnership, None for the other kinds."""
        one = self.agreement
        if isinstance(one, Partenariat):
            promised = one.engagements_entreprise.pmsmp
            return Terms(
                one.debut, one.fin, one.reconduction, one.preavis, one.mois_bilan, promised
            )
        return one if isinstance(one, Terms) else None


@dataclass(frozen=True)
class Standing:
    """An agreement on a given day.

    `notice` is the last day to give notice for the current period, None when nothing renews it;
    `decision` the last working day to decide: for a registered letter to arrive by that day, or for
    signatures to be asked for before the end.
    """

    state: State
    period: Period
    end: dt.date | None
    notice: dt.date | None
    decision: dt.date | None
    next_reminder: Due | None


def standing(life: Life, today: dt.date, clause: Clause = AS_WRITTEN) -> Standing:
    """The agreement as it stands on `today`. Raises InvalidData when it ends before it begins."""
    _begins_before_it_ends(life.agreement)
    period = current_period(life.agreement, today, life.denounced)
    notice = announced_notice(period, clause)
    return Standing(
        _state(life, period, notice, today),
        period,
        period.last,
        notice,
        decision_day(life.agreement, period, clause),
        next_reminder(life, today, clause),
    )


def announced_notice(period: Period, clause: Clause) -> dt.date | None:
    """The last day to give notice, as it is announced."""
    if period.notice is None or not clause.working_day:
        return period.notice
    return working_day(period.notice)


def decision_day(agreement: Agreement | Terms, period: Period, clause: Clause) -> dt.date | None:
    """The last working day to decide what follows the period; None when it has no term."""
    notice = announced_notice(period, clause)
    if notice is None:
        return working_day(period.last - dt.timedelta(days=30)) if period.last else None
    assert isinstance(agreement, (Partenariat, Terms))
    by_post = agreement.preavis.forme == "lettre_recommandee"
    return working_days_before(notice, POSTING_DAYS) if by_post else working_day(notice)


def reminders(life: Life, since: dt.date, until: dt.date, clause: Clause = AS_WRITTEN) -> list[Due]:
    """The reminders about notice and end due from `since` to `until`, in order.

    A PMSMP has its own (`deadlines.pmsmp`). Raises InvalidData as `standing` does.
    """
    _begins_before_it_ends(life.agreement)
    if isinstance(life.agreement, Pmsmp):
        return []
    found: list[Due] = []
    for period in periods(life.agreement, life.denounced):
        of_period = _of_period(life, period, clause)
        # From one period to the next, reminders only get later, even where notice is longer than a
        # period and what is due for it comes before it begins.
        if of_period and of_period[0].due > until:
            break
        found += of_period
    return sorted(one for one in found if since <= one.due <= until)


def next_reminder(life: Life, today: dt.date, clause: Clause = AS_WRITTEN) -> Due | None:
    """The first reminder due on `today` or later, None when none comes within its horizon."""
    horizon = max(today, life.agreement.fin) + dt.timedelta(days=366)
    return next(iter(reminders(life, today, horizon, clause)), None)


def _of_period(life: Life, period: Period, clause: Clause) -> list[Due]:
    if period.last is None:
        return []
    notice = announced_notice(period, clause)
    if notice is not None:
        found = before("preavis", notice, NOTICE_REMINDERS)
    elif life.next_start is None:
        found = before("fin", period.last, END_REMINDERS)
    else:
        return []  # its successor is signed: nobody needs to be told that it ends
    after = period.last + ONE_DAY
    told: Kind = "expiration" if period.notice is None else "reconduction"
    found.append(Due(after, told, period.last, after + AFTERWARDS))
    # What would have been due before the first day is for those who were negotiating.
    return sorted(one for one in found if one.due >= life.agreement.debut)


def _state(life: Life, period: Period, notice: dt.date | None, today: dt.date) -> State:
    if today < life.agreement.debut:
        return "a_venir"
    if not period.runs_on(today):
        return "relaye" if life.next_start is not None else "termine"
    if life.denounced is not None:
        return "denonce"
    for target, days, state in _windows(period, notice):
        if target - dt.timedelta(days=days) <= today <= target:
            return "relaye" if state == "a_renouveler" and life.next_start else state
    if period.rank > 0:
        return "reconduit"
    if life.first_end is not None and life.first_end < today:
        return "prolonge"
    return "en_cours"


def _windows(period: Period, notice: dt.date | None) -> Iterator[tuple[dt.date, int, State]]:
    if notice is not None:
        yield notice, NOTICE_REMINDERS[0], "preavis_ouvert"
    elif period.last is not None:
        yield period.last, END_REMINDERS[0], "a_renouveler"


def _begins_before_it_ends(agreement: Agreement | Terms) -> None:
    if agreement.fin < agreement.debut:
        message = (
            f"finit le {agreement.fin:%d/%m/%Y}, avant de commencer le "
            f"{agreement.debut:%d/%m/%Y} : aucune échéance ne peut en être tirée. Un avenant "
            "corrige ses dates."
        )
        finding = Finding("echeances", "error", "fin", message, allowed=agreement.debut.isoformat())
        raise InvalidData([finding])
