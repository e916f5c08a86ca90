"""What a partnership asks every year: its review, and a look at the promise halfway through."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from docgen.agreements.periods import current_period
from docgen.agreements.prorata import prorata
from docgen.agreements.rules.dates import add_months
from docgen.deadlines.convention import Life
from docgen.deadlines.due import ONE_DAY, Due

# A convention younger than that has nothing to review yet.
REVIEW_AFTER_MONTHS = 3
HALF_FOR = dt.timedelta(days=60)


@dataclass(frozen=True)
class Half:
    """The middle of a year of count: what the whole year promises, prorated to the days it binds.

    `first` and `last` are the days of that year that the convention covers, `middle` the first day
    of the second half of the year.
    """

    first: dt.date
    middle: dt.date
    last: dt.date
    promised: Fraction

    def behind(self, realised: int) -> bool:
        """True when less than half of the promise is done."""
        return realised < self.promised / 2


def review_reminders(life: Life, since: dt.date, until: dt.date) -> list[Due]:
    """The first day of each review month in which the convention runs."""
    terms = life.terms
    if terms is None or terms.mois_bilan is None:
        return []
    found = []
    for year in range(since.year - 1, until.year + 1):
        month = terms.mois_bilan
        first = dt.date(year, month, 1)
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        if first < add_months(terms.debut, REVIEW_AFTER_MONTHS) or not _runs(life, first):
            continue
        if since <= first <= until:
            found.append(Due(first, "bilan_annuel", last, last))
    return found


def half_reminders(life: Life, since: dt.date, until: dt.date) -> list[Due]:
    """The middle of each year of count; whether there is something to say depends on what is done.

    `half_of` gives the promise, `Half.behind` the answer.
    """
    return [
        Due(half.middle, "mi_annee", half.last, half.middle + HALF_FOR)
        for half in _halves(life, since, until)
    ]


def half_of(life: Life, middle: dt.date) -> Half | None:
    """The half-year whose second half begins on that day, None when there is none."""
    return next(iter(_halves(life, middle, middle)), None)


def _halves(life: Life, since: dt.date, until: dt.date) -> Iterator[Half]:
    terms = life.terms
    if terms is None or terms.pmsmp is None:
        return
    promise = terms.pmsmp
    for year in range(since.year - 1, until.year + 1):
        if promise.base == "annee_civile":
            opening = dt.date(year, 1, 1)
        else:
            opening = add_months(terms.debut, 12 * (year - terms.debut.year))
        middle, closing = add_months(opening, 6), add_months(opening, 12) - ONE_DAY
        first = max(opening, terms.debut)
        # Begun after the middle, the year has no first half to look back on.
        if not since <= middle <= until or first >= middle or not _runs(life, middle):
            continue
        end = _last_day(life, middle)
        last = min(closing, end) if end else closing
        yield Half(
            first,
            middle,
            last,
            prorata(promise.volume_annuel, promise.base, terms.debut, first, last),
        )


def _runs(life: Life, day: dt.date) -> bool:
    if day < life.agreement.debut:
        return False
    return current_period(life.agreement, day, life.denounced).runs_on(day)


def _last_day(life: Life, day: dt.date) -> dt.date | None:
    """The last day that binds on `day`: of the notice given, else of the last certain period.

    What a tacit renewal will add is counted: it is what happens unless somebody says no.
    """
    if life.denounced is not None:
        return life.denounced
    period = current_period(life.agreement, day, life.denounced)
    return None if period.notice is not None else period.last
