"""What is to come: the deadlines of the signed agreements as they stand on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from docgen import agreements
from docgen.actions.announce import GAP, clause_of
from docgen.actions.ports import Ports
from docgen.actions.watching import life_of, taken_over_on, watched
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.deadlines import Clause, Standing, standing, stay_reminders
from docgen.deadlines.convention import Life
from docgen.records import queries, tables


@dataclass(frozen=True)
class DeadlineRow:
    """One agreement as it stands on a day; the flat shape of `docgen deadlines --json`.

    `decision` is the last working day to decide; `reminder` the kind of the next one; `overlaps`
    the other conventions of the same company that bind on the same days.
    """

    reference: str
    kind: str
    company: str
    start: date
    end: date | None
    state: str
    period: int
    notice_deadline: date | None
    next_reminder: date | None
    days_to_notice: int | None
    days_to_end: int | None
    decision: date | None
    reminder: str
    overlaps: str


def upcoming(ports: Ports, on: date, within: int | None = None) -> list[DeadlineRow]:
    """Archived agreements, by next date to watch; `within`: only those due in that many days.

    What is watched is the notice deadline, then the end of the period.
    """
    kinds = [kind.slug for kind in agreements.KINDS.values() if kind.followed]
    with ports.database.read() as session:
        rows = queries.followed(session, kinds)
        children = defaultdict(list)
        for child in queries.children_of(session, [row.id for row in rows]):
            children[child.parent_id].append(child)
    conventions = [row for row in rows if row.kind == "partenariat"]
    clause = clause_of(ports)
    found = [_row(row, children[row.id], conventions, on, clause) for row in rows]
    overlaps = _overlaps(conventions, {one.reference: one for one in found})
    found = [_with_overlaps(one, overlaps[one.reference]) for one in found]
    if within is not None:
        limit = on + timedelta(days=within)
        found = [
            row
            for row in found
            if any(day and on <= day <= limit for day in (row.notice_deadline, row.end))
        ]
    return sorted(
        found, key=lambda row: (row.notice_deadline or row.end or date.max, row.reference)
    )


def _row(
    row: tables.Agreement,
    children: Sequence[tables.Agreement],
    conventions: Sequence[tables.Agreement],
    on: date,
    clause: Clause,
) -> DeadlineRow:
    one = watched(row, children)
    life = one.life or life_of(row, one.data, children)
    facts = standing(life, on, clause)
    if row.kind == "partenariat" and facts.end and facts.notice is None:
        start = taken_over_on(one, conventions, facts.end, GAP)
        facts = standing(Life(life.agreement, life.denounced, life.first_end, start), on, clause)
    upcoming_one = facts.next_reminder
    if one.stay is not None:
        upcoming_one = next((due for due in stay_reminders(one.stay) if due.due >= on), None)
    return DeadlineRow(
        reference=row.reference,
        kind=row.kind,
        company=row.company,
        start=facts.period.first,
        end=facts.end,
        state=facts.state,
        period=facts.period.rank,
        notice_deadline=facts.notice,
        next_reminder=upcoming_one.due if upcoming_one else None,
        days_to_notice=(facts.notice - on).days if facts.notice else None,
        days_to_end=(facts.end - on).days if facts.end else None,
        decision=_decision(row, facts),
        reminder=upcoming_one.kind if upcoming_one else "",
        overlaps="",
    )


def _decision(row: tables.Agreement, facts: Standing) -> date | None:
    """A PMSMP is decided on when its end nears, by its own reminder."""
    return None if row.kind in PMSMP_KINDS else facts.decision


def _overlaps(
    conventions: Iterable[tables.Agreement], rows: dict[str, DeadlineRow]
) -> dict[str, str]:
    """For each convention, the others of its company whose current period shares a day with it."""
    found: dict[str, list[str]] = defaultdict(list)
    by_company = defaultdict(list)
    for row in conventions:
        by_company[(row.company_siret or "")[:9]].append(rows[row.reference])
    for together in by_company.values():
        for one, other in combinations(together, 2):
            ends = (one.end or date.max, other.end or date.max)
            over = "termine" in {one.state, other.state}
            if not over and max(one.start, other.start) <= min(ends):
                found[one.reference].append(other.reference)
                found[other.reference].append(one.reference)
    return defaultdict(str, {reference: ", ".join(names) for reference, names in found.items()})


def _with_overlaps(row: DeadlineRow, overlaps: str) -> DeadlineRow:
    return replace(row, overlaps=overlaps) if overlaps else row
