"""Which figures: a year or two days, and whose."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from docgen.actions.reporting.gather import Whose, gather
from docgen.agreements.parts import YEARS
from docgen.agreements.rules.dates import add_months
from docgen.agreements.rules.windows import Stretch
from docgen.errors import Finding, InvalidData
from docgen.indicators import Figure, Scope, figures, masked
from docgen.records.database import Database


@dataclass(frozen=True)
class Asked:
    """The figures an officer asks for; `outside`: small counts of people are hidden."""

    scope: Scope
    whose: Whose = field(default_factory=Whose)
    outside: bool = False

    @property
    def year(self) -> int | None:
        """The civil year, when it is one."""
        window = self.scope.window
        whole = window == year_of(window.first.year)
        return window.first.year if whole else None

    def before(self) -> Asked:
        """The same length of time just before: the year before a year."""
        window = self.scope.window
        if self.year is not None:
            earlier = year_of(self.year - 1)
        else:
            last = window.first - dt.timedelta(days=1)
            earlier = Stretch(last - dt.timedelta(days=window.days - 1), last)
        scope = Scope(earlier, self.scope.on, self.scope.hire_months)
        return Asked(scope, self.whose, self.outside)


def year_of(year: int) -> Stretch:
    """A civil year. Raises InvalidData."""
    if year not in YEARS:
        message = f"attend une année de {YEARS[0]} à {YEARS[-1]}."
        raise InvalidData([Finding("periode", "error", "annee", message)])
    return Stretch(dt.date(year, 1, 1), dt.date(year, 12, 31))


def window_of(first: dt.date, last: dt.date) -> Stretch:
    """A period of five years at most. Raises InvalidData."""
    if last < first:
        message = f"la période finit avant de commencer ({first:%d/%m/%Y})."
        raise InvalidData([Finding("periode", "error", "au", message, allowed=first.isoformat())])
    longest = add_months(first, 60) - dt.timedelta(days=1)
    if last > longest:
        message = "cinq ans au plus."
        raise InvalidData([Finding("periode", "error", "au", message, allowed=longest.isoformat())])
    return Stretch(first, last)


def whose_of(company: str, referent: str) -> Whose:
    """Whose figures: a SIREN or a SIRET, an adviser's e-mail; empty for everybody's.

    Raises InvalidData.
    """
    digits = "".join(one for one in company if one.isascii() and one.isdigit())
    if company.strip() and len(digits) not in {9, 14}:
        message = "attend un SIREN (9 chiffres) ou un SIRET (14)."
        raise InvalidData([Finding("perimetre", "error", "entreprise", message)])
    return Whose(digits[:9], referent.strip().lower())


def figures_of(database: Database, asked: Asked) -> tuple[Figure, ...]:
    """The figures, masked when they are for outside."""
    with _nothing_to_collect():
        found = figures(gather(database, asked.scope, asked.whose), asked.scope)
    return masked(found) if asked.outside else found


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Thousands of facts are made and kept to the end: looking among them for garbage is a fifth
    of the time (`python -m benchmarks ledger`).
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
