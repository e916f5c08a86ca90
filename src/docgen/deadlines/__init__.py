"""Deadlines, derived from what was signed and from a day: nothing here is stored.

- `convention`: periods, last day to give notice, decision day, state, reminders of notice and end;
- `pmsmp`, `coverage`, `yearly`: the reminders of the other subjects;
- `saying`: what is to be said today of all that is due.
"""

from docgen.deadlines.convention import (
    Clause,
    Life,
    Standing,
    State,
    decision_day,
    reminders,
    standing,
)
from docgen.deadlines.coverage import Coverage, coverage_reminders
from docgen.deadlines.due import Due, Kind, Matter
from docgen.deadlines.pmsmp import Stay, stay_reminders
from docgen.deadlines.saying import HORIZON, Outlook, Put, Saying, outlook
from docgen.deadlines.yearly import Half, half_of, half_reminders, review_reminders

__all__ = [
    "HORIZON",
    "Clause",
    "Coverage",
    "Due",
    "Half",
    "Kind",
    "Life",
    "Matter",
    "Outlook",
    "Put",
    "Saying",
    "Standing",
    "State",
    "Stay",
    "coverage_reminders",
    "decision_day",
    "half_of",
    "half_reminders",
    "outlook",
    "reminders",
    "review_reminders",
    "standing",
    "stay_reminders",
]
