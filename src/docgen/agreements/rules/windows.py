"""Sliding windows of twelve months: how many days, and how many conventions, any of them holds.

Article D5135-3 al. 3 speaks of « une période de douze mois consécutifs » : not the civil year, and
not only the twelve months before the agreement. Every window that holds a day of it is looked at,
those of later agreements too. Days are counted once for all in an array with running sums, so the
cost does not grow with the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from docgen.agreements.rules.dates import add_months, last_day_of_period

MONTHS = 12
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Consecutive days, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def touches(self, other: Stretch) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Peak:
    """The fullest window, and what it holds."""

    window: Stretch
    count: int


class Counter:
    """How many counted days each twelve-month window holds, for the windows around `around`."""

    def __init__(self, around: Stretch, counted: Iterable[Stretch]) -> None:
        # A window that touches `around` starts at most twelve months before its first day; one
        # spare month on each side costs nothing.
        self.first = add_months(around.first, -(MONTHS + 1))
        end = add_months(around.last, MONTHS + 1)
        changes = [0] * ((end - self.first).days + 2)
        for stretch in counted:
            start = max((stretch.first - self.first).days, 0)
            stop = min((stretch.last - self.first).days, len(changes) - 2)
            if start <= stop:
                changes[start] += 1
                changes[stop + 1] -= 1
        self._sums = [0, *accumulate(accumulate(changes))]

    def held(self, window: Stretch) -> int:
        """Counted days inside a window that touches `around`."""
        top = len(self._sums) - 1
        start = min(max((window.first - self.first).days, 0), top)
        stop = min(max((window.last - self.first).days + 1, 0), top)
        return self._sums[stop] - self._sums[start]


def touching(stretch: Stretch) -> Iterable[Stretch]:
    """Every twelve-month window that holds at least one day of `stretch`, in order."""
    start = add_months(stretch.first, -MONTHS)
    while start <= stretch.last:
        window = Stretch(start, last_day_of_period(start, MONTHS))
        if window.last >= stretch.first:
            yield window
        start += ONE_DAY


def fullest(new: Stretch, counted: Sequence[Stretch]) -> Peak:
    """The window touching `new` that holds the most counted days; the earliest of equals."""
    counter = Counter(new, counted)
    return max(
        (Peak(window, counter.held(window)) for window in touching(new)),
        key=lambda peak: peak.count,
    )


def latest_end(first: dt.date, bound: dt.date, past: Sequence[Stretch], most: int) -> dt.date:
    """The latest end, up to `bound`, with at most `most` calendar days in every window.

    The eve of `first` when not even one day is left.
    """
    end = bound
    around = Stretch(first, bound)
    counter = Counter(around, past)
    for window in touching(around):
        left = most - counter.held(window)
        start = max(first, window.first)
        # The day after the last one that this window can still take.
        full = start + dt.timedelta(days=max(left, 0))
        if full <= window.last:
            end = min(end, full - ONE_DAY)
    return max(end, first - ONE_DAY)


def earliest_start(after: dt.date, days: int, past: Sequence[Stretch], most: int) -> dt.date | None:
    """The first day, from `after`, on which `days` calendar days fit in every window.

    They meet none of the others either. None when they never fit, even alone.
    """
    if days > most:
        return None
    last = max([after, *(stretch.last for stretch in past)])
    horizon = add_months(last, MONTHS) + ONE_DAY
    around = Stretch(after, horizon + dt.timedelta(days=days))
    counter = Counter(around, past)
    # Day numbers rather than dates: there are some hundred windows for each of as many days.
    windows = [
        (window.first.toordinal(), window.last.toordinal(), counter.held(window))
        for window in touching(around)
    ]
    for first in range(after.toordinal(), horizon.toordinal() + 1):
        end = first + days - 1
        new = Stretch(dt.date.fromordinal(first), dt.date.fromordinal(end))
        if any(new.touches(stretch) for stretch in past):
            continue
        if all(
            held + min(close, end) - max(start, first) + 1 <= most
            for start, close, held in windows
            if start <= end and close >= first
        ):
            return new.first
    return None
