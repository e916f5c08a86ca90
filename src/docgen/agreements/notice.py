"""A notice given: the day it should have been given by, and the day the convention then ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from docgen.agreements.partenariat import Partenariat, Preavis
from docgen.agreements.periods import Period, current_period, periods
from docgen.agreements.rules.dates import add_months

Nature = Literal["non_reconduction", "resiliation"]


@dataclass(frozen=True)
class Notice:
    """What a notice does to a convention.

    `period` is the one of the day it is given; `end` the last day it leaves the convention.
    """

    period: Period
    end: dt.date


def notice(convention: Partenariat, given: dt.date, nature: Nature) -> Notice:
    """What the convention makes of a notice given (received) on that day.

    Against the renewal: in time, the end of the period; late, the end of the next one that it comes
    in time for (the very next, unless notice is longer than a period). A termination: when its
    notice has run, whole, and never later than the day the convention ends anyway.
    """
    period = current_period(convention, given)
    run = after_notice(given, convention.preavis)
    if nature == "resiliation":
        # In a period that will be renewed, a late notice runs on into the next one.
        bound = None if period.notice else period.last
        return Notice(period, min(run, bound) if bound else run)
    if period.last is None:
        return Notice(period, run)
    if period.notice is None or given <= period.notice:
        return Notice(period, period.last)
    following = next(
        after
        for after in periods(convention)
        if after.rank > period.rank and (after.notice is None or given <= after.notice)
    )
    # A renewal without a term can be ended at any time: the notice given runs.
    return Notice(period, following.last or run)


def after_notice(given: dt.date, preavis: Preavis) -> dt.date:
    """The day a notice given that day has run (same day number, clamped)."""
    if preavis.unite == "mois":
        return add_months(given, preavis.valeur)
    return given + dt.timedelta(days=preavis.valeur)
