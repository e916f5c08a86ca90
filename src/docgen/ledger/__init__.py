"""Commitments ledger: what a convention promises, exactly prorated, and what counts against it.

Pure: `sorts` names what may be promised and done, `promises` reads a convention, `balance` sets one
against the other. Who reads and keeps the facts is `actions.ledger`.
"""

from docgen.ledger.balance import Done, Line, balance
from docgen.ledger.promises import Life, Promise, due, life_of, promises_of
from docgen.ledger.quantities import quantity_of
from docgen.ledger.sorts import (
    ACTS,
    EVENTS,
    ON_A_STAY,
    SORTS,
    WITH_A_COMPANY,
    Act,
    Basis,
    Side,
    Sort,
    Unit,
)

__all__ = [
    "ACTS",
    "EVENTS",
    "ON_A_STAY",
    "SORTS",
    "WITH_A_COMPANY",
    "Act",
    "Basis",
    "Done",
    "Life",
    "Line",
    "Promise",
    "Side",
    "Sort",
    "Unit",
    "balance",
    "due",
    "life_of",
    "promises_of",
    "quantity_of",
]
