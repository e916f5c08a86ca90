"""Say what is due today: reminders are kept, once each, for the digest of whoever is in charge.

A day missed is caught up by the latest reminder of each matter, never by a burst. What is not due
costs nothing: `watches` says when to look at an agreement again, and any agreement that cites it
and moves makes it be looked at. Each lot is one transaction, which may be killed and run again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.covering import Covered, coverages, in_charge
from docgen.actions.ports import Ports
from docgen.actions.sweep import Swept
from docgen.actions.watching import (
    Watched,
    in_post,
    may_be_renewed,
    staff,
    taken_over_on,
    watched,
)
from docgen.deadlines import Clause, Due, Matter, Outlook, Put, Saying, half_of, outlook
from docgen.errors import DocgenError, Refused
from docgen.french import PARIS
from docgen.records import queries, tables

STEP = "échéances annoncées"
LOT = 200
_NOBODY = (
    "{} : personne à prévenir. Donner un contact à la fiche de l’organisation (docgen register)."
)
# A convention that begins so long after the end of another still takes its place.
GAP = timedelta(days=60)

# How many PMSMP count for a convention between two days: given by whoever keeps the accounts.
Realised = Callable[[Session, tables.Agreement, date, date], int]


def started_at_company(session: Session, row: tables.Agreement, first: date, last: date) -> int:
    """The signed PMSMP that began at the company, all its establishments together."""
    return queries.pmsmp_at(session, (row.company_siret or "")[:9], first, last)


def clause_of(ports: Ports) -> Clause:
    """How this installation reads the clause on notice."""
    return Clause(working_day=ports.law.reading.notice_on_working_day)


def heed_the_clock(ports: Ports, today: date, *, checked: bool = False) -> None:
    """Note the day of this pass. Raises Refused when the clock has gone back since the last one.

    `checked`: a person looked at the clock, and it is right now.
    """
    with ports.database.write() as session:
        last = queries.last_pass(session, "deadlines")
        if last is not None and today < last and not checked:
            raise Refused(
                f"L’horloge dit le {today:%d/%m/%Y}, et le suivi a déjà été fait le "
                f"{last:%d/%m/%Y} : rien n’est fait aujourd’hui. Remettre la machine à l’heure ; "
                "si c’est cette date-là qui était fausse, docgen deadlines --send "
                "--horloge-verifiee."
            )
        queries.note_pass(session, "deadlines", today)


def announce(
    ports: Ports, now: datetime, done: Swept, realised: Realised = started_at_company
) -> None:
    """Keep every reminder of today; one subject that fails does not stop the others."""
    today = now.astimezone(PARIS).date()
    day = _Day(today, clause_of(ports), realised)
    kinds = [kind.slug for kind in agreements.KINDS.values() if kind.followed]
    with ports.database.read() as session:
        day.staff = staff(session)
        waiting = iter(queries.to_look_at(session, kinds, today, repr(day.clause)))
    while lot := list(islice(waiting, LOT)):
        ports.pause("deadlines.lot")
        with ports.database.write() as session:
            queries.hold_reminders(session)
            _lot(ports, session, lot, day, done)
    with ports.database.read() as session:
        uncovered = bool(_uncovered(session, day))
    if uncovered:
        with ports.database.write() as session:
            queries.hold_reminders(session)
            _coverages(session, day, done)


@dataclass
class _Day:
    """What every subject of a pass is looked at with."""

    today: date
    clause: Clause
    realised: Realised
    staff: dict[str, dict[str, Any]] = field(default_factory=dict)


def _lot(
    ports: Ports, session: Session, lot: Sequence[queries.ToLookAt], day: _Day, done: Swept
) -> None:
    stamps = {one.agreement_id: one.stamp for one in lot}
    rows = queries.bare_agreements(session, list(stamps))
    children = defaultdict(list)
    for child in queries.children_of(session, list(stamps)):
        children[child.parent_id].append(child)
    known = _known(session, [row.reference for row in rows])
    kept: list[dict[str, object]] = []
    watches = []
    for row in rows:
        try:
            one = watched(row, children[row.id])
            seen = known.outlook(row.reference, one.dues(day.today, day.clause), day.today)
            one, seen = _unless_taken_over(session, one, seen, known, day)
            lines = list(_rows(ports, session, one, seen.now, day))
        except DocgenError as error:
            # Left without a watch: looked at again, and told again, at every pass.
            done.failures.append((row.reference, "échéances", error.explain()))
            continue
        kept += lines
        done.count(STEP, sum(bool(line["line"] and line["recipient"]) for line in lines))
        watches.append(
            tables.Watch(
                agreement_id=row.id,
                next_on=seen.next_on,
                stamp=stamps[row.id],
                reading=repr(day.clause),
            )
        )
    queries.remember(session, kept)
    queries.look_again(session, watches)


@dataclass(frozen=True)
class _Known:
    """What was said of each subject, and what people did with it."""

    said: dict[str, set[tuple[Any, date, date]]]
    put: dict[str, dict[Matter, Put]]

    def outlook(self, subject: str, dues: Sequence[Due], today: date) -> Outlook:
        return outlook(dues, self.said[subject], self.put[subject], today)


def _known(session: Session, subjects: Sequence[str]) -> _Known:
    said: dict[str, set[tuple[Any, date, date]]] = defaultdict(set)
    put: dict[str, dict[Matter, Put]] = defaultdict(dict)
    for reminder in queries.reminders_of(session, subjects):
        said[reminder.subject].add((reminder.kind, reminder.due, reminder.target))
    for one in queries.matters_of(session, subjects):
        matter: Any = (one.kind, one.target)
        put[one.subject][matter] = Put(one.snoozed_until, one.settled_at is not None)
    return _Known(said, put)


def _unless_taken_over(
    session: Session, one: Watched, seen: Outlook, known: _Known, day: _Day
) -> tuple[Watched, Outlook]:
    """The same outlook, unless a signed convention takes the place of one that ends."""
    ends = [line.due.target for line in seen.now if line.due.kind in {"fin", "expiration"}]
    if not ends or one.row.kind != "partenariat":
        return one, seen
    others = queries.conventions_with(session, [(one.row.company_siret or "")[:9]])
    start = taken_over_on(one, others, min(ends), GAP)
    if start is None:
        return one, seen
    one = one.followed_by(start)
    dues = one.dues(day.today, day.clause)
    return one, known.outlook(one.row.reference, dues, day.today)


def _rows(
    ports: Ports, session: Session, one: Watched, sayings: Sequence[Saying], day: _Day
) -> Iterator[dict[str, object]]:
    if not sayings:
        return
    named = one.recipient or in_charge(session, (one.row.company_siret or "")[:9])
    if named is None:
        raise Refused(_NOBODY.format(one.about))
    recipient = in_post(named, day.staff, day.today)
    for saying in sayings:
        dropped = _why_not(ports, session, one, saying.due, day)
        yield from _kept(one.row.reference, saying, recipient, one.about, dropped, day.today)


def _why_not(ports: Ports, session: Session, one: Watched, due: Due, day: _Day) -> str | None:
    """Why a reminder has nothing to say after all, None when it has."""
    if due.kind == "renouveler" and not may_be_renewed(session, one, day.today, ports.law):
        return "la loi ne permet plus de renouveler"
    if due.kind == "mi_annee":
        assert one.life is not None
        half = half_of(one.life, due.due)
        if half is None:
            return None  # put off: what was behind then is told again
        last = half.middle - timedelta(days=1)
        if not half.behind(day.realised(session, one.row, half.first, last)):
            return "la moitié de l’engagement est tenue"
    return None


def _kept(
    subject: str, saying: Saying, recipient: str, about: str, dropped: str | None, today: date
) -> Iterator[dict[str, object]]:
    for cover in saying.covers:
        yield {
            "subject": subject,
            "kind": cover.kind,
            "due": cover.due,
            "target": cover.target,
            "until": cover.until,
            "said_on": today,
            "line": cover == saying.due,
            "about": about,
            "recipient": None if dropped else recipient,
            "dropped": dropped,
            "digest_id": None,
        }


def _uncovered(session: Session, day: _Day) -> list[tuple[Covered, tuple[Saying, ...]]]:
    """What runs out beside agreements and is to be said today."""
    found = list(coverages(session, day.today))
    known = _known(session, [one.subject for one in found])
    seen = [(one, known.outlook(one.subject, one.dues(), day.today).now) for one in found]
    return [(one, sayings) for one, sayings in seen if sayings]


def _coverages(session: Session, day: _Day, done: Swept) -> None:
    kept: list[dict[str, object]] = []
    for one, sayings in _uncovered(session, day):
        recipient = in_charge(session, one.siren)
        if recipient is None:
            done.failures.append((one.subject, "échéances", _NOBODY.format(one.about)))
            continue
        for saying in sayings:
            to = in_post(recipient, day.staff, day.today)
            kept += _kept(one.subject, saying, to, one.about, None, day.today)
            done.count(STEP)
    queries.remember(session, kept)
