"""What is still possible: how long a PMSMP may be, for a person at a host from a given first day.

Answers before there is an agreement to judge, with the same arithmetic as the rules: for each of
them the latest end it leaves, what is used and what is left, and which one binds. Of the PMSMP
itself every calendar day is counted, since no timetable is known yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.agreements.rules.context import Context, PastPmsmp
from docgen.agreements.rules.conventions import MOST_CONVENTIONS, conventions, start_without
from docgen.agreements.rules.cumulation import (
    MOST_DAYS,
    at_host,
    contract_days_left,
    counted,
    used_in_contract,
)
from docgen.agreements.rules.duration import month_end
from docgen.agreements.rules.windows import (
    ONE_DAY,
    Stretch,
    earliest_start,
    fullest,
    latest_end,
    touching,
)


@dataclass(frozen=True)
class Limit:
    """What one rule leaves: `latest_end` None when it forbids to begin on that day.

    `used` and `left` are counted in `unit` (« jours », « conventions »), None where nothing is
    counted; `next_start` is the first day on which it would let a PMSMP begin, when it is known.
    """

    rule: str
    source: str
    latest_end: dt.date | None
    used: int | None
    left: int | None
    unit: str
    message: str
    next_start: dt.date | None = None


@dataclass(frozen=True)
class Possible:
    """The whole answer: the latest lawful end, None when none is, and the rule that decides."""

    latest_end: dt.date | None
    binding: str
    limits: tuple[Limit, ...]


def possible(first: dt.date, siret: str, context: Context) -> Possible:
    """How long a new convention may last from `first`, all rules heard."""
    bound = month_end(first, context.reading)
    limits = (
        _month(first, bound),
        _conventions(first, bound, at_host(context, siret)),
        _days(first, bound, counted(at_host(context, siret), context.reading)),
        *_contract(first, bound, context),
        *_others(first, bound, context.past),
    )
    binding = min(limits, key=lambda limit: limit.latest_end or dt.date.min)
    return Possible(binding.latest_end, binding.rule, limits)


def _month(first: dt.date, bound: dt.date) -> Limit:
    days = (bound - first).days + 1
    return Limit(
        "P1",
        "D5135-3 al. 1",
        bound,
        0,
        days,
        "jours",
        f"un mois de date à date : jusqu’au {bound:%d/%m/%Y}, soit {days} jours.",
    )


def _conventions(first: dt.date, bound: dt.date, past: Sequence[PastPmsmp]) -> Limit:
    others = conventions(past)
    end, most = bound, 0
    for window in touching(Stretch(first, bound)):
        inside = sum(one.touches(window) for one in others)
        # A window that begins after the first day counts only if the stay reaches into it.
        if inside >= MOST_CONVENTIONS:
            end = min(end, window.first - ONE_DAY)
        if window.first <= first:
            most = max(most, inside)
    left = max(MOST_CONVENTIONS - most, 0)
    allowed = end if end >= first else None
    return Limit(
        "P3",
        "D5135-3 al. 3",
        allowed,
        most,
        left,
        "conventions",
        f"{most} convention{'s' if most > 1 else ''} dans cette entreprise sur douze mois, au plus "
        f"{MOST_CONVENTIONS}, d’objet ou d’objectifs différents.",
        None if allowed else start_without(others, Stretch(first, bound)),
    )


def _days(first: dt.date, bound: dt.date, before: Sequence[Stretch]) -> Limit:
    last = latest_end(first, bound, before, MOST_DAYS)
    used = fullest(Stretch(first, first), before).count
    allowed = last if last >= first else None
    return Limit(
        "P4",
        "D5135-3 al. 3",
        allowed,
        used,
        max(MOST_DAYS - used, 0),
        "jours",
        f"{used} jours déjà dans cette entreprise sur douze mois, renouvellements compris ; au "
        f"plus {MOST_DAYS}.",
        None if allowed else earliest_start(first, 1, before, MOST_DAYS),
    )


def _contract(first: dt.date, bound: dt.date, context: Context) -> Iterator[Limit]:
    contract = context.contract
    if contract is None:
        return
    used = used_in_contract(context.past, contract)
    share = contract_days_left(contract, used)
    if share is not None:
        most, left = share
        last = min(bound, first + dt.timedelta(days=left - 1))
        yield Limit(
            "P5",
            "usage rapporté par le GRAFIE, article non établi",
            last if left > 0 else None,
            used,
            max(left, 0),
            "jours",
            f"{used} jours de PMSMP pendant le contrat ; au plus le quart, soit {most}. Une "
            "dérogation motivée est admise.",
        )
    starts_late = first < contract.first
    end = min(bound, contract.last) if contract.last else bound
    until = f"au {contract.last:%d/%m/%Y}" if contract.last else "sans terme"
    yield Limit(
        "P6",
        "L5132-15-1",
        None if starts_late or end < first else end,
        None,
        None,
        "",
        f"contrat {contract.nature} du {contract.first:%d/%m/%Y} {until}.",
        contract.first if starts_late else None,
    )


def _others(first: dt.date, bound: dt.date, past: Sequence[PastPmsmp]) -> Iterator[Limit]:
    met = [one for one in past if one.last >= first and one.first <= bound]
    if not met:
        return
    nearest = min(met, key=lambda one: one.first)
    under_way = nearest.first <= first
    yield Limit(
        "P13",
        "inférence",
        None if under_way else nearest.first - ONE_DAY,
        None,
        None,
        "",
        f"déjà en PMSMP du {nearest.first:%d/%m/%Y} au {nearest.last:%d/%m/%Y} "
        f"({nearest.reference}).",
        nearest.last + ONE_DAY if under_way else None,
    )
