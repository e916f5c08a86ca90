"""The daily look at deadlines: agreements that expire, signers to remind, reminders to give.

Everything is keyed by (subject, kind, due date), so a day missed is caught up once and a day run
twice changes nothing. After several missed days only the latest reminder leaves, never a burst.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from docgen.actions.announce import Realised, announce, heed_the_clock, started_at_company
from docgen.actions.digest import assemble
from docgen.actions.ports import Ports
from docgen.actions.post import tell_the_end, want
from docgen.actions.provider_follow import reconcile, remind_at_provider
from docgen.actions.sweep import Swept
from docgen.errors import DocgenError
from docgen.french import PARIS
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.public_holidays import public_holidays
from docgen.records import queries, tables


def follow(
    ports: Ports,
    now: datetime,
    realised: Realised = started_at_company,
    *,
    clock_checked: bool = False,
) -> Swept:
    """Expire, remind, announce; then send. One agreement that fails does not stop the others.

    `realised` counts what is done of a convention's promise. Raises Refused when the clock went
    back since the last time, unless a person looked at it (`clock_checked`).
    """
    done = Swept(notices=ports.sealer.keys.notices(now))
    with ports.database.exclusive("deadlines") as mine:
        if not mine:
            done.busy = True
            return done
        today = now.astimezone(PARIS).date()
        heed_the_clock(ports, today, checked=clock_checked)
        _signatures(ports, now, today, done)
        announce(ports, now, done, realised)
        assemble(ports, now)
        done.post(ports, now)
        ports.database.take_stock()
    return done


def _signatures(ports: Ports, now: datetime, today: date, done: Swept) -> None:
    """Expire what nobody signed in time, and remind those who still may."""
    # Before anything expires: who signed at the provider's in time has signed in time.
    _look_at_provider(ports, now, done)
    with ports.database.read() as session:
        expiring = queries.ids_to_expire(session, now)
        waiting = queries.agreements(session, statuses=[Status.ENVOYE])
    for agreement_id in expiring:
        try:
            if _expire(ports, agreement_id, now):
                done.count("expirés")
        except DocgenError as error:
            done.failures.append((agreement_id, "expiration", error.explain()))
    for row in waiting:
        if row.id in expiring:
            continue
        try:
            done.count("rappels de signature", _remind_signers(ports, row, now, today))
        except DocgenError as error:
            done.failures.append((row.reference, "rappels de signature", error.explain()))


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
