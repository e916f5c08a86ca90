"""Reminders around one PMSMP: before it, at its start, near its end, and until its bilan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docgen.deadlines.due import ONE_DAY, Due, before, working_day

RENEW_BEFORE = 7
# The bilan is due on the last day; then reminders (practice of Immersion Facilitée).
BILAN_AFTER = (0, 3, 10)
BILAN_FOR = dt.timedelta(days=90)
# How long after its end the copy for the ASP is still asked for (D5132-43-4 gives no day).
ASP_FOR = dt.timedelta(days=60)


@dataclass(frozen=True)
class Stay:
    """A signed PMSMP as far as reminders go.

    `bilan`: one is under way or signed; `renewed`: a renewal is; `may_renew`: the law still lets it
    be renewed, asked only when the day has come; `taken_over`: it began before docgen knew of it.
    """

    first: dt.date
    last: dt.date
    bilan: bool = False
    renewed: bool = False
    may_renew: bool = True
    taken_over: bool = False


def stay_reminders(stay: Stay) -> list[Due]:
    """Every reminder of a PMSMP, in order.

    The tutor is briefed the day before the first day; when that is no working day, on the last one
    before it, since nobody reads on a Sunday.
    """
    found = []
    if not stay.taken_over:
        eve = working_day(stay.first - ONE_DAY)
        found += [
            Due(eve, "briefing", stay.first, stay.first),
            Due(stay.first, "asp", stay.first, stay.last + ASP_FOR),
        ]
    if not stay.renewed and stay.may_renew:
        found += before("renouveler", stay.last, (RENEW_BEFORE,))
    if not stay.bilan:
        found += [
            Due(stay.last + dt.timedelta(days=days), "bilan", stay.last, stay.last + BILAN_FOR)
            for days in BILAN_AFTER
        ]
    return sorted(found)
