"""Prepare what follows an agreement: a renewal, an amendment, or a new convention.

Nothing is recorded: the answer is a draft to read, mend if need be, and issue. It comes prefilled
from the agreement as amended, with what changes, and with what the rules say of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.around import Law, amended_data, end_by_notice, look_around
from docgen.actions.paper import words_of
from docgen.agreements.periods import Period, current_period
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.reading import Source
from docgen.agreements.rules.dates import last_day_of_period
from docgen.agreements.rules.duration import month_end
from docgen.deadlines.due import next_working_day
from docgen.errors import Finding, Refused
from docgen.records import queries, tables
from docgen.records.database import Database

Nature = Literal["renouvellement", "avenant", "convention"]
ONE_DAY = timedelta(days=1)
# An end that the rules refuse is brought to the one they allow, which may breach another.
_TRIES = 6
_NOT_COPIED = ("derogations", "signatures", "type", "repris")
_PROLONGED = "Poursuivre le partenariat au-delà de son terme."


@dataclass(frozen=True)
class Changed:
    """A field that the draft does not take as it was; `before` None for what is new."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Draft:
    """A draft: its data as a file would say it, what changes, what the rules say of it."""

    kind: str
    parent: str
    data: Mapping[str, Any]
    changes: tuple[Changed, ...]
    findings: tuple[Finding, ...]
    valid: bool


@dataclass(frozen=True)
class Old:
    """The agreement that something follows, as it stands today."""

    row: tables.Agreement
    data: dict[str, Any]
    period: Period
    denounced: date | None


def renew(
    database: Database,
    reference: str,
    today: date,
    law: Law,
    *,
    nature: Nature | None = None,
    first: date | None = None,
    last: date | None = None,
    motif: str | None = None,
) -> Draft:
    """The draft of what follows an agreement, over days that the law allows.

    `nature` None: a PMSMP is renewed, a convention that runs prolonged, one that ended made anew.
    Raises NotFound, or Refused when there is nothing to renew, saying what may be done instead.
    """
    with database.read() as session:
        old = old_one(session, reference, today)
        chosen = nature or _natural(old, today)
        if (chosen == "renouvellement") != (old.row.kind in PMSMP_KINDS):
            raise Refused(_MISFIT[chosen].format(reference))
        write = {"renouvellement": _renewal, "avenant": _prolongation, "convention": _anew}[chosen]
        data, changes = write(old, today, law, first, last, motif)
        return _lawful(session, data, changes, old, today, law, moved=last is None)


_MISFIT = {
    "renouvellement": "{} n’est pas une PMSMP : elle se prolonge par un avenant, ou une nouvelle "
    "convention la remplace (--nature avenant ou convention).",
    "avenant": "{} est une PMSMP : elle se renouvelle une fois (--nature renouvellement).",
    "convention": "{} est une PMSMP : elle se renouvelle une fois (--nature renouvellement).",
}


def old_one(session: Session, reference: str, today: date) -> Old:
    """The agreement of that number as it stands. Raises NotFound, or Refused: not signed by all."""
    row = queries.agreement_by_reference(session, reference)
    kind = agreements.get(row.kind)
    if not kind.followed:
        raise Refused(f"{reference} ({kind.title}) ne se renouvelle pas.")
    if row.state not in queries.SIGNED:
        raise Refused(
            f"{reference} est {row.state.label} : on ne renouvelle que ce que tous ont signé."
        )
    children = queries.children_of(session, [row.id])
    data = amended_data(row, children)
    denounced = end_by_notice(row.id, children)
    period = current_period(words_of(row, data), today, denounced)
    return Old(row, data, period, denounced)


def _natural(old: Old, today: date) -> Nature:
    if old.row.kind in PMSMP_KINDS:
        return "renouvellement"
    if old.denounced is not None or not old.period.runs_on(today):
        return "convention"
    if old.period.notice is not None:
        raise Refused(
            f"{old.row.reference} se reconduit d’elle-même après le {old.period.last:%d/%m/%Y}, "
            f"sauf préavis donné au plus tard le {old.period.notice:%d/%m/%Y}. Pour changer ses "
            "termes : --nature avenant ; pour l’arrêter : docgen denounce."
        )
    if old.period.last is None:
        raise Refused(
            f"{old.row.reference} n’a plus de terme : elle dure tant que personne ne la résilie. "
            "Pour lui en donner un : --nature convention, après résiliation."
        )
    return "avenant"


def _renewal(
    old: Old, today: date, law: Law, first: date | None, last: date | None, motif: str | None
) -> tuple[dict[str, Any], list[Changed]]:
    """Same object, same objectives, as long again as the month allows, from tomorrow at soonest."""
    before = _days(old.data)
    # Everybody signs before the first day (P14).
    start = first or next_working_day(max(before[1], today) + ONE_DAY)
    end = last or min(start + (before[1] - before[0]), month_end(start, law.reading))
    data: dict[str, Any] = {
        "type": "renouvellement",
        "debut": start.isoformat(),
        "fin": end.isoformat(),
        "renouvellement": {"reference": old.row.reference, "motif": motif or ""},
    }
    reason = motif or "à compléter : quels objectifs ne sont pas atteints, et pourquoi"
    return data, [*_moved(old, start, end), Changed("renouvellement.motif", None, reason)]


def _prolongation(
    old: Old, today: date, law: Law, first: date | None, last: date | None, motif: str | None
) -> tuple[dict[str, Any], list[Changed]]:
    """An amendment that moves the end by one more period, signed before the end (C. civ. 1213)."""
    del law
    ends = old.period.last or old.row.last_day
    end = last or last_day_of_period(ends + ONE_DAY, _months(old))
    effect = first or min(max(today, old.row.first_day), ends)
    moved: list[dict[str, Any]] = [{"champ": "fin", "apres": end.isoformat()}]
    changes = [Changed("fin", old.data["fin"], end.isoformat())]
    if old.period.rank > 0 or old.data.get("reconduction"):
        # Its renewals are behind it: the new end is an end.
        moved.append({"champ": "reconduction", "apres": None})
        changes.append(Changed("reconduction", _in_words(old.data["reconduction"]), None))
    data = {
        "type": "avenant",
        "convention": old.row.reference,
        "debut": effect.isoformat(),
        "modifications": moved,
        "motif": motif or _PROLONGED,
    }
    return data, changes


def _anew(
    old: Old, today: date, law: Law, first: date | None, last: date | None, motif: str | None
) -> tuple[dict[str, Any], list[Changed]]:
    """The same convention over days to come."""
    del law, motif
    ends = old.denounced or old.period.last or old.row.last_day
    start = first or max(ends, today) + ONE_DAY
    end = last or last_day_of_period(start, _months(old))
    kept = {name: value for name, value in old.data.items() if name not in _NOT_COPIED}
    kept = {name: value for name, value in kept.items() if value is not None}
    data = {
        "type": old.row.kind,
        **kept,
        "debut": start.isoformat(),
        "fin": end.isoformat(),
    }
    return data, _moved(old, start, end)


def _months(old: Old) -> int:
    """How long the first period was, in whole months; one at least."""
    first, last = _days({"debut": old.data["debut"], "fin": old.row.last_day.isoformat()})
    after = last + ONE_DAY
    return max((after.year - first.year) * 12 + after.month - first.month, 1)


def _days(data: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(data["debut"]), date.fromisoformat(data["fin"])


def _moved(old: Old, first: date, last: date) -> list[Changed]:
    return [
        Changed("debut", old.data["debut"], first.isoformat()),
        Changed("fin", old.data["fin"], last.isoformat()),
    ]


def _in_words(renewal: Mapping[str, Any] | None) -> str | None:
    if renewal is None:
        return None
    months, most = renewal.get("periode_mois"), renewal.get("maximum")
    return f"{months or '?'} mois, {most or '?'} fois au plus"


def _lawful(
    session: Session,
    data: dict[str, Any],
    changes: list[Changed],
    old: Old,
    today: date,
    law: Law,
    *,
    moved: bool,
) -> Draft:
    """The draft judged; where its end was ours to choose, it is brought to what is allowed."""
    checked, source = _checked(session, data, today, law)
    for _ in range(_TRIES if moved else 0):
        allowed = _sooner(checked.findings, data)
        if allowed is None:
            break
        data = {**data, "fin": allowed}
        changes = [
            Changed("fin", one.before, allowed) if one.field == "fin" else one for one in changes
        ]
        checked, source = _checked(session, data, today, law)
    whole = source.data if data["type"] == "renouvellement" else data
    return Draft(
        str(data["type"]),
        old.row.reference,
        {name: value for name, value in whole.items() if value not in (None, (), [])},
        tuple(changes),
        checked.findings,
        checked.valid,
    )


def _checked(
    session: Session, data: dict[str, Any], today: date, law: Law
) -> tuple[agreements.Checked, Source]:
    source, context = look_around(session, Source(data), today, law)
    return agreements.check(source, today, context), source


def _sooner(findings: tuple[Finding, ...], data: Mapping[str, Any]) -> str | None:
    """The earliest end that a rule would allow, if one refuses this one."""
    ends = [
        one.allowed
        for one in findings
        if one.level == "error" and one.field == "fin" and isinstance(one.allowed, str)
    ]
    sooner = [end for end in ends if data["debut"] <= end < str(data.get("fin", ""))]
    return min(sooner, default=None)
