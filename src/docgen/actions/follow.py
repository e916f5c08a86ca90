"""The daily look at deadlines: agreements that expire, signers to remind, notices to give.

Everything is keyed by (subject, kind, due date), so a day missed is caught up once and a day run
twice changes nothing. After several missed days only the latest reminder leaves, never a burst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from docgen import agreements
from docgen.actions.around import end_by_notice
from docgen.actions.paper import load_amended
from docgen.actions.ports import Ports
from docgen.actions.post import tell_the_end, want
from docgen.actions.provider_follow import reconcile, remind_at_provider
from docgen.actions.sweep import Swept
from docgen.deadlines import deadlines, reminders
from docgen.errors import DocgenError
from docgen.french import PARIS
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.public_holidays import public_holidays
from docgen.records import queries, tables


@dataclass(frozen=True)
class DeadlineRow:
    """One convention as it stands on a day; the flat shape of `docgen deadlines --json`."""

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


def upcoming(ports: Ports, on: date, within: int | None = None) -> list[DeadlineRow]:
    """Archived and taken over, by next date to watch; `within`: only those due in that many days.

    What is watched is the notice deadline, then the end of the period.
    """
    with ports.database.read() as session:
        rows = queries.agreements(session, statuses=[Status.ARCHIVE, Status.REPRIS])
        children = queries.children_of(session, [row.id for row in rows])
    followed = [row for row in rows if agreements.get(row.kind).followed]
    found = [_deadline_row(row, children, on) for row in followed]
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


def _deadline_row(
    row: tables.Agreement, children: Sequence[tables.Agreement], on: date
) -> DeadlineRow:
    facts = deadlines(load_amended(row, children), on, end_by_notice(row.id, children))
    return DeadlineRow(
        reference=row.reference,
        kind=row.kind,
        company=row.company,
        start=facts.period.first,
        end=facts.end,
        state=facts.state,
        period=facts.period.rank,
        notice_deadline=facts.notice,
        next_reminder=facts.next_reminder.due if facts.next_reminder else None,
        days_to_notice=(facts.notice - on).days if facts.notice else None,
        days_to_end=(facts.end - on).days if facts.end else None,
    )


def follow(ports: Ports, now: datetime) -> Swept:
    """Expire, remind, announce; then send. One agreement that fails does not stop the others."""
    done = Swept(notices=ports.sealer.keys.notices(now))
    today = now.astimezone(PARIS).date()
    # Before anything expires: who signed at the provider's in time has signed in time.
    _look_at_provider(ports, now, done)
    with ports.database.read() as session:
        expiring = queries.ids_to_expire(session, now)
        waiting = queries.agreements(session, statuses=[Status.ENVOYE])
        kept = queries.agreements(session, statuses=[Status.ARCHIVE], kind="partenariat")
        children = queries.children_of(session, [row.id for row in kept])
    for agreement_id in expiring:
        if _expire(ports, agreement_id, now):
            done.count("expirés")
    for row in waiting:
        if row.id not in expiring:
            done.count("rappels de signature", _remind_signers(ports, row, now, today))
    for row in kept:
        try:
            done.count("échéances annoncées", _announce(ports, row, children, now, today))
        except DocgenError as error:
            done.failures.append((row.reference, "échéances", error.explain()))
    done.post(ports, now)
    return done


def _look_at_provider(ports: Ports, now: datetime, done: Swept) -> None:
    """The night's look at each open request, whatever notices came, and its reminders."""
    with ports.database.read() as session:
        opened = queries.open_provider_requests(session, Status.ENVOYE)
        references = {one: queries.agreement(session, one).reference for one in opened}
    for one in opened:
        try:
            reconcile(ports, one, now)
            reminded = remind_at_provider(ports, one, now)
            done.count("rappels du prestataire", reminded)
        except DocgenError as error:
            done.failures.append((references[one], "prestataire", error.explain()))


def _expire(ports: Ports, agreement_id: str, now: datetime) -> bool:
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        if row.state not in {Status.BROUILLON, Status.ENVOYE}:
            return False
        if all(signer.signed_at for signer in row.signers):
            return False  # signed in time: the sweep completes it
        row.status = after(Step.EXPIRE, row.state, Actor.SCHEDULE)
        queries.append(session, row.id, EventType.EXPIRED, now, Actor.SCHEDULE)
        tell_the_end(session, ports, row, "expired", now)
    return True


def _remind_signers(ports: Ports, row: tables.Agreement, now: datetime, today: date) -> int:
    """Ask for the latest reminder due of each signer who has a link and has not signed."""
    wanted = 0
    last_call = row.person_key is not None and _two_working_days_before(row.first_day) <= today
    with ports.database.write() as session:
        row = queries.locked(session, row.id)
        for signer in row.signers:
            if signer.signed_at is not None or signer.invited_at is None:
                continue
            if not signer.route.by_link:
                continue
            if last_call and today < row.first_day:
                # A PMSMP is signed before its first day (P14): the last call, in place of others.
                wanted += want(session, ports, row, "reminder", now, signer=signer, suffix="J-2")
                continue
            elapsed = (today - signer.invited_at.astimezone(PARIS).date()).days
            due = [day for day in ports.terms.reminder_days if day <= elapsed]
            if due:
                wanted += want(
                    session, ports, row, "reminder", now, signer=signer, suffix=f"J+{max(due)}"
                )
    return wanted


def _two_working_days_before(day: date) -> date:
    """The second working day before, Saturdays, Sundays and public holidays left out."""
    closed = public_holidays({day.year, day.year - 1})
    left = 2
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < 5 and day not in closed
    return day


def _announce(
    ports: Ports,
    row: tables.Agreement,
    children: Sequence[tables.Agreement],
    now: datetime,
    today: date,
) -> int:
    """Ask for the latest warning due about a deadline that is still ahead."""
    agreement = load_amended(row, children)
    ended = end_by_notice(row.id, children)
    due = [r for r in reminders(agreement, today, ended) if today <= r.target]
    if not due:
        return 0
    latest = max(due, key=lambda reminder: reminder.due)
    with ports.database.write() as session:
        return want(
            session,
            ports,
            row,
            "deadline",
            now,
            recipient=agreement.contact().courriel,
            suffix=f"{latest.kind}:{latest.due.isoformat()}",
        )
