"""The twelve months to come: notices to give, conventions and PMSMP that end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.announce import clause_of
from docgen.actions.ports import Ports
from docgen.actions.reporting.gather import Missing, Whose, conventions_in
from docgen.actions.reporting.pictures import MONTHS
from docgen.agreements.periods import current_period
from docgen.agreements.rules.dates import add_months
from docgen.deadlines import Clause
from docgen.deadlines.convention import announced_notice
from docgen.records import queries

Sort = Literal["preavis", "convention", "pmsmp"]
# In the order of the picture's bars.
SORTS: dict[Sort, str] = {
    "preavis": "préavis à donner",
    "convention": "fins de convention",
    "pmsmp": "fins de PMSMP",
}


@dataclass(frozen=True)
class Coming:
    """What comes on a day."""

    day: dt.date
    sort: Sort
    what: str
    reference: str
    company: str
    siren: str


@dataclass(frozen=True)
class Horizon:
    """Everything to come in a year; `counts` by (month, sort), a month being its first day."""

    months: tuple[dt.date, ...]
    rows: tuple[Coming, ...]

    @property
    def labels(self) -> list[str]:
        """« nov. 26 »: the months as a picture names them."""
        return [f"{MONTHS[month.month - 1]} {month.year % 100}" for month in self.months]

    @property
    def counts(self) -> dict[Sort, list[int]]:
        """For each sort, how many in each month."""
        found = Counter((one.day.replace(day=1), one.sort) for one in self.rows)
        return {sort: [found[month, sort] for month in self.months] for sort in SORTS}


def horizon(ports: Ports, today: dt.date) -> Horizon:
    """What comes from today to the end of the eleventh month after this one."""
    begin = today.replace(day=1)
    last = add_months(begin, 12) - dt.timedelta(days=1)
    missing = Missing()
    titles = {kind.slug: kind.title for kind in agreements.KINDS.values()}
    with ports.database.read() as session:
        rows = [
            *_of_conventions(session, today, last, clause_of(ports), missing),
            *(
                Coming(day, "pmsmp", f"Fin : {titles[kind]}", reference, company, (siret or "")[:9])
                for day, kind, reference, company, siret in queries.stays_ending(
                    session, today, last
                )
            ),
        ]  # fmt: skip
    missing.keep(ports.database)
    months = tuple(add_months(begin, number) for number in range(12))
    return Horizon(months, tuple(sorted(rows, key=lambda one: (one.day, one.reference))))


def _of_conventions(
    session: Session, today: dt.date, last: dt.date, clause: Clause, missing: Missing
) -> Iterator[Coming]:
    for one in conventions_in(session, today, last, Whose(), missing):
        period = current_period(one.terms, today, one.denounced)
        notice = announced_notice(period, clause)
        place = (one.reference, one.company, one.siren)
        if notice and today <= notice <= last:
            yield Coming(notice, "preavis", "Dernier jour pour donner le préavis", *place)
        if period.last and today <= period.last <= last:
            renewed = "Fin de période, reconduite sans préavis" if notice else "Fin"
            yield Coming(period.last, "convention", renewed, *place)
