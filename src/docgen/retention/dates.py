"""The dates that a policy gives. All days are local; a dossier is kept through `until`."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from docgen.retention.policy import KeepingClass, Policy


@dataclass(frozen=True)
class Facts:
    """What the dates come from. `payments`: each fund's class, and its last payment if known."""

    kind: str
    last_day: date
    signed_on: date
    payments: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """One class at work: `base` is its start, `until` its last day; None while it has no start."""

    name: str
    fund: str
    base: date | None
    until: date | None


@dataclass(frozen=True)
class Keeping:
    """The longest class, with the margin; `until` is None while one of them has no start."""

    until: date | None
    reasons: tuple[Reason, ...]


def keeping(policy: Policy, facts: Facts) -> Keeping:
    """Until when a dossier is kept. Raises InvalidData for a kind that the policy forgets."""
    reasons = [_reason(policy, name, "", facts, None) for name in policy.of_kind(facts.kind)]
    reasons += [
        _reason(policy, name, fund, facts, paid)
        for fund, (name, paid) in sorted(facts.payments.items())
    ]
    ends = [reason.until for reason in reasons]
    known = [end for end in ends if end is not None]
    until = max(known) if len(known) == len(ends) else None
    return Keeping(add_months(until, policy.marge_mois) if until else None, tuple(reasons))


def identity_until(policy: Policy, facts: Facts) -> date:
    """Until when the means of identification are kept: their own class, without margin."""
    reason = _reason(policy, policy.identite, "", facts, None)
    assert reason.until is not None  # the policy refuses a class without a start there
    return reason.until


def lock_until(policy: Policy, retain_until: date | None, archived_on: date, today: date) -> date:
    """Until when objects are to be locked, seen from `today`: never beyond what must be kept.

    Short at first, so that a mistake of the first days can be mended; then rolling, so that what a
    shorter policy or a right to erasure asks for is never years away. None must be kept: rolling.
    """
    first = archived_on + timedelta(days=policy.verrou.initial_jours)
    target = first if today < first else today + timedelta(days=policy.verrou.glissant_jours)
    return target if retain_until is None else min(target, retain_until)


def _reason(policy: Policy, name: str, fund: str, facts: Facts, paid: date | None) -> Reason:
    kept = policy.classes[name]
    base = _base(kept, facts, paid)
    return Reason(name, fund, base, add_months(base, 12 * kept.annees) if base else None)


def _base(kept: KeepingClass, facts: Facts, paid: date | None) -> date | None:
    match kept.depart:
        case "fin":
            # A dossier signed after its last day (a bilan) starts when it exists.
            return max(facts.last_day, facts.signed_on)
        case "signature":
            return facts.signed_on
        case "exercice":
            return date(max(facts.last_day, facts.signed_on).year, 12, 31)
        case "dernier_paiement":
            return date(paid.year, 12, 31) if paid else None


def add_months(day: date, months: int) -> date:
    """De date à date: the same day number, or the month's last day when there is none."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
