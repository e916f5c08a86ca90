"""What figures are counted from: plain frozen facts, gathered elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docgen.agreements.periods import Terms
from docgen.agreements.rules.windows import Stretch
from docgen.ledger import Basis

REALISED = frozenset({"complet", "partiel"})


@dataclass(frozen=True)
class Scope:
    """Which days, seen from which; `hire_months`: how long after a PMSMP a hire is its fruit."""

    window: Stretch
    on: dt.date
    hire_months: int = 6

    @property
    def at(self) -> dt.date:
        """The day on which states are read: the last of the window, or today if it comes first."""
        return min(self.window.last, self.on)


@dataclass(frozen=True, slots=True)
class Stay:
    """A PMSMP signed by all and not cancelled, or taken over; with what its signed bilan says.

    `renews`: the id of the PMSMP it renews, or its own when that one was made elsewhere. `outcome`:
    « complet », « partiel », « absence », None without a bilan. `sent_on`, `signed_on`: None for
    what was signed out of docgen's sight.
    """

    id: str
    person: str
    siret: str
    company: str
    first: dt.date
    last: dt.date
    objet: str
    rome: str = ""
    trade: str = ""
    sector: str = ""
    renews: str | None = None
    planned: int | None = None
    outcome: str | None = None
    done: int | None = None
    follow: str | None = None
    contract: str | None = None
    sent_on: dt.date | None = None
    signed_on: dt.date | None = None
    reference: str = ""

    @property
    def siren(self) -> str:
        return self.siret[:9]

    @property
    def days(self) -> int:
        """Calendar days, first and last included."""
        return (self.last - self.first).days + 1

    @property
    def realised(self) -> bool:
        return self.outcome in REALISED


@dataclass(frozen=True, slots=True)
class Hire:
    """A contract that began: whose, at which company, of which sort."""

    person: str
    siren: str
    start: dt.date
    contract: str


@dataclass(frozen=True, slots=True)
class Convention:
    """A signed partnership: what its periods follow from, the PMSMP it promises a year.

    `denounced`: the last day that a notice left it.
    """

    reference: str
    company: str
    siren: str
    terms: Terms
    volume: int | None
    basis: Basis
    denounced: dt.date | None = None


@dataclass(frozen=True)
class Event:
    """A corporate event: how many took part, and the PMSMP and hires that came of it."""

    day: dt.date
    participants: int
    stays: int
    hires: int


@dataclass(frozen=True)
class Gift:
    """Skills sponsorship: minutes given on a day, or a receipt of so many cents issued that day."""

    day: dt.date
    minutes: int = 0
    cents: int | None = None


@dataclass(frozen=True)
class Facts:
    """Everything figures are counted from; `stays` hold the renewals of those of the window."""

    stays: tuple[Stay, ...] = ()
    hires: tuple[Hire, ...] = ()
    conventions: tuple[Convention, ...] = ()
    events: tuple[Event, ...] = ()
    gifts: tuple[Gift, ...] = ()
