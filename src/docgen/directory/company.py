"""What is known of a company, and what a rule may ask about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from docgen.errors import Unavailable


class State(StrEnum):
    """What the register says of an establishment."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Place:
    """An address, as `agreements.parties.Adresse` names it; None where the register is silent.

    Only of a head office does the register tell `complement` apart; elsewhere `voie` holds both.
    """

    voie: str | None
    complement: str | None
    code_postal: str | None
    ville: str | None

    def __str__(self) -> str:
        town = " ".join(filter(None, (self.code_postal, self.ville)))
        return ", ".join(filter(None, (self.complement, self.voie, town)))


@dataclass(frozen=True)
class Company:
    """An establishment and the company it belongs to.

    `naf` is its activity (« 10.71C », NAF rev. 2; the register gives no label), `idcc` its
    collective agreements, `head_office` whether it is the company's. `company_open` is False when
    the whole company has ceased, None when unknown; `closed_on` is the register's closing date,
    when known. `masked`: the holder objected to being published (C. com. A123-96), so that names or
    address are None.
    """

    siret: str
    state: State
    raison_sociale: str | None = None
    enseigne: str | None = None
    adresse: Place | None = None
    naf: str | None = None
    idcc: tuple[str, ...] = ()
    head_office: bool = False
    company_open: bool | None = None
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    masked: bool = False

    @property
    def open(self) -> bool | None:
        """True, False, or None when the register does not know this SIRET."""
        return None if self.state is State.NOT_FOUND else self.state is State.OPEN


# The company of a SIRET. Raises InvalidData (not a SIRET) or Unavailable, nothing else.
Lookup = Callable[[str], Company]


def standing(lookup: Lookup, number: str) -> Literal["open", "closed", "unknown"]:
    """Whether an establishment is open, as far as can be known now.

    "unknown": the directory does not answer, or does not know this SIRET (a new establishment takes
    days to appear, some administrations never do). Neither is a reason to refuse. Raises
    InvalidData when `number` is not a SIRET.
    """
    try:
        state = lookup(number).state
    except Unavailable:
        return "unknown"
    match state:
        case State.OPEN:
            return "open"
        case State.CLOSED:
            return "closed"
        case State.NOT_FOUND:
            return "unknown"
