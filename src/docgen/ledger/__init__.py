"""Commitments ledger: what a convention promises, exactly prorated, and what counts against it.

Pure: `sorts` names what may be promised and done, `promises` reads a convention, `balance` sets one
against the other. Who reads and keeps the facts is `actions.ledger`.
"""

from docgen.ledger.balance import Done, Line, balance
from docgen.ledger.promises import Life, Promise, due, life_of, promises_of
from docgen.ledger.sorts import ACTS, EVENTS, SORTS, Act, Basis, Side, Sort

__all__ = [
    "ACTS",
    "EVENTS",
    "SORTS",
    "Act",
    "Basis",
    "Done",
    "Life",
    "Line",
    "Promise",
    "Side",
    "Sort",
    "balance",
    "due",
    "life_of",
    "promises_of",
]
