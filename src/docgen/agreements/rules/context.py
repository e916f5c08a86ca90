"""What a rule may know beyond the agreement itself: gathered by queries, passed in, never fetched.

Everything here is plain and frozen, so that a rule always gives the same answer on the same facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Reading:
    """How the organisation reads what the law leaves open; the defaults are the cautious ones.

    `days`: what the 60 days of D5135-3 al. 3 count: every calendar day of an agreement, or its days
    of presence. `host`: « même structure d’accueil » is one SIRET (an establishment; another one of
    the same SIREN warns) or the whole SIREN. `same_day_number`: « un mois de date à date » may end
    on the same day number rather than its eve. `late_signature`: an agreement issued on its first
    day or later warns, or is refused. `notice_on_working_day`: a last day to give notice that is
    no working day is announced as the working day before it.
    """

    days: Literal["calendar", "presence"] = "calendar"
    host: Literal["siret", "siren"] = "siret"
    same_day_number: bool = False
    late_signature: Literal["warn", "refuse"] = "warn"
    notice_on_working_day: bool = False


@dataclass(frozen=True)
class PastPmsmp:
    """Another PMSMP of the same person: live (to be signed, signed, archived), never cancelled.

    `presence` lists the days of presence, when their count matters; `renews` is the number of the
    convention it renews; `objectives_reached` what its bilan says, None without one; `signed`:
    every party has signed. `first` and `last` hold the days of an avenant that still waits for
    signatures too, which must find them free; `agreed`, the days as signed, where they differ.
    """

    reference: str
    first: dt.date
    last: dt.date
    siret: str
    objet: str
    objectifs: tuple[str, ...]
    renews: str | None = None
    signed: bool = True
    presence: tuple[dt.date, ...] = ()
    objectives_reached: bool | None = None
    agreed: tuple[dt.date, dt.date] | None = None

    @property
    def days_agreed(self) -> tuple[dt.date, dt.date]:
        """First and last day as every party has signed them."""
        return self.agreed or (self.first, self.last)


@dataclass(frozen=True)
class OtherConvention:
    """A live partnership convention of the same company; `last` with every renewal it can have."""

    reference: str
    first: dt.date
    last: dt.date | None


@dataclass(frozen=True)
class StateConvention:
    """The organisation's convention with the State (D5132-43-1) as far as it speaks of PMSMP."""

    number: str
    first: dt.date
    last: dt.date
    objets: frozenset[str]
    forecast: int | None = None


@dataclass(frozen=True)
class Contract:
    """The employee's contract with its extensions; `last` None when it has no end."""

    nature: str
    first: dt.date
    last: dt.date | None


@dataclass(frozen=True)
class Capacity:
    """Until when someone may sign for a body; `last` None for a legal representative."""

    email: str
    reference: str
    last: dt.date | None


@dataclass(frozen=True)
class Parent:
    """The agreement that this one renews, amends, closes or ends.

    `data` is what was signed, amendments included; `children` the live agreements that cite it, by
    kind, `said` the data of each by number, and `pending` those not signed by all yet; `position`:
    « brouillon », « envoye », « signe », « archive », « refuse », « expire », « annule » or
    « repris »;
    `denounced`: the last day that a signed notice leaves it.
    """

    reference: str
    kind: str
    position: str
    data: Mapping[str, Any]
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    denounced: dt.date | None = None

    @property
    def signed(self) -> bool:
        """True when every party has signed, be it before docgen (« repris »)."""
        return self.position in {"signe", "archive", "repris"}

    @property
    def taken_over(self) -> bool:
        """True when only what its past says of it is known."""
        return self.position == "repris"


@dataclass(frozen=True)
class Context:
    """The facts around one agreement on the day it is issued.

    `known` False: nothing was looked up (no database), so silence proves nothing. `nature` is the
    organisation's (ACI, EI, AI, ETTI, REGIE). An agreement is never among its own past. Around an
    amendment stand the facts of the agreement as amended.
    """

    issued_on: dt.date
    reading: Reading = Reading()
    known: bool = False
    past: tuple[PastPmsmp, ...] = ()
    conventions: tuple[OtherConvention, ...] = ()
    contract: Contract | None = None
    state: StateConvention | None = None
    nature: str | None = None
    capacities: tuple[Capacity, ...] = ()
    holidays: Mapping[dt.date, str] = field(default_factory=dict)
    parent: Parent | None = None
    site: Literal["open", "closed", "unknown"] = "unknown"
    eligible_for_gifts: bool | None = None
    started_this_year: int = 0
