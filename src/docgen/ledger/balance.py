"""Promised against done: one line a sort of commitment, nothing rounded, nothing counted twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from docgen.agreements.rules.windows import Stretch
from docgen.ledger.promises import Life, Promise, due
from docgen.ledger.sorts import SORTS, Sort


@dataclass(frozen=True)
class Done:
    """Something done: for which sort, on which day, how much, and where it is recorded."""

    sort: str
    day: dt.date
    quantity: int
    source: str


@dataclass(frozen=True)
class Line:
    """A commitment over a stretch of days; `promised` None when nobody gave a number."""

    sort: Sort
    promised: Fraction | None
    done: int
    sources: tuple[str, ...]

    @property
    def gap(self) -> Fraction | None:
        """Done less promised: below nought, something is missing."""
        return None if self.promised is None else self.done - self.promised

    @property
    def rate(self) -> Fraction | None:
        """Done out of promised, in hundredths; None where nothing was due."""
        return 100 * self.done / self.promised if self.promised else None


def balance(
    promised: Iterable[tuple[Promise, Life]],
    done: Sequence[Done],
    window: Stretch,
    stays: int,
) -> tuple[Line, ...]:
    """A line for each sort promised by any of the conventions, or done without being promised.

    A fact counts in `window` by its day, once: `done` names each by its source. `stays`: PMSMP
    begun there.
    """
    totals: dict[str, Fraction | None] = {}
    for promise, life in promised:
        amount = due(promise, life, window, stays)
        known = promise.sort in totals
        totals[promise.sort] = _sum(totals[promise.sort], amount) if known else amount
    facts: dict[str, dict[str, int]] = {}
    for fact in done:
        if window.first <= fact.day <= window.last:
            facts.setdefault(fact.sort, {})[fact.source] = fact.quantity
    return tuple(
        Line(
            sort,
            totals.get(slug),
            sum(facts.get(slug, {}).values()),
            tuple(facts.get(slug, {})),
        )
        for slug, sort in SORTS.items()
        if slug in totals or slug in facts
    )


def _sum(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    """A promise without a number adds nothing to one that has one."""
    if left is None or right is None:
        return right if left is None else left
    return left + right
