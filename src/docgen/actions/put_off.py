"""Put a reminder off to a day, or settle its matter for good, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.announce import clause_of
from docgen.actions.covering import coverages
from docgen.actions.digest_words import KINDS, matter_of
from docgen.actions.ports import Ports
from docgen.actions.watching import watched
from docgen.deadlines import Due
from docgen.errors import Finding, InvalidData, NotFound
from docgen.french import PARIS
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

MOST_REASON = 500


@dataclass(frozen=True)
class Handled:
    """What was done with a matter: `until` None when it is settled for good."""

    subject: str
    kind: str
    target: date
    until: date | None


def snooze(
    ports: Ports,
    subject: str,
    kind: str,
    until: date,
    reason: str,
    now: datetime,
    target: date | None = None,
    account: str | None = None,
) -> Handled:
    """Say no more of a matter before that day, and say it again then.

    `target`: which one, when there are several; the nearest by default. Raises NotFound (nothing of
    that kind is to come), InvalidData (a day past, or too late to be of any use). `account`: who
    asks for it in the office, None elsewhere.
    """
    today = now.astimezone(PARIS).date()
    with ports.database.write() as session:
        queries.hold_reminders(session)
        found = _matter(ports, session, subject, kind, today, target)
        _checked_day(until, today, found)
        _keep(session, subject, found, until, None, _reason(reason), now)
        if account is not None:
            queries.note(session, OfficeAct.SNOOZED, now, account, subject, {"kind": kind})
    return Handled(subject, kind, found.target, until)


def settle(
    ports: Ports,
    subject: str,
    kind: str,
    reason: str,
    now: datetime,
    target: date | None = None,
    account: str | None = None,
) -> Handled:
    """Never speak of a matter again. Raises NotFound and InvalidData as `snooze` does."""
    today = now.astimezone(PARIS).date()
    with ports.database.write() as session:
        queries.hold_reminders(session)
        found = _matter(ports, session, subject, kind, today, target)
        _keep(session, subject, found, None, now, _reason(reason), now)
        if account is not None:
            queries.note(session, OfficeAct.SETTLED, now, account, subject, {"kind": kind})
    return Handled(subject, kind, found.target, None)


def _matter(
    ports: Ports, session: Session, subject: str, kind: str, today: date, target: date | None
) -> Due:
    """The last reminder of the matter meant: still of use, whether given or to come."""
    if kind not in KINDS:
        message = f"« {kind} » n’est pas un rappel ; rappels : {', '.join(KINDS)}."
        raise InvalidData([Finding("rappel", "error", "quoi", message)])
    dues = [
        one
        for one in _dues(ports, session, subject, today)
        if one.kind == kind and one.until >= today and target in {None, one.target}
    ]
    if not dues:
        about = f" au sujet du {target:%d/%m/%Y}" if target else ""
        raise NotFound(f"Le rappel « {matter_of(kind)} »{about} de", subject)
    nearest = min(one.target for one in dues)
    return max(one for one in dues if one.target == nearest)


def _dues(ports: Ports, session: Session, subject: str, today: date) -> list[Due]:
    if ":" in subject:
        return [
            due for one in coverages(session, today) if one.subject == subject for due in one.dues()
        ]
    row = queries.agreement_by_reference(session, subject)
    if not agreements.get(row.kind).followed:
        raise NotFound("Le suivi d’échéances de", subject)
    one = watched(row, queries.children_of(session, [row.id]))
    return one.dues(today, clause_of(ports))


def _checked_day(until: date, today: date, found: Due) -> None:
    first = today + timedelta(days=1)
    if until < first:
        message = f"un rappel se reporte à partir de demain ({first:%d/%m/%Y})."
        raise InvalidData([Finding("report", "error", "au", message, allowed=first.isoformat())])
    if until > found.until:
        message = (
            f"au-delà du {found.until:%d/%m/%Y} ce rappel ne sert plus à rien : le reporter "
            "jusqu’à ce jour au plus, ou le régler."
        )
        allowed = found.until.isoformat()
        raise InvalidData([Finding("report", "error", "au", message, allowed=allowed)])


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > MOST_REASON:
        message = f"dire pourquoi, en une phrase ({MOST_REASON} caractères au plus)."
        raise InvalidData([Finding("motif", "error", "motif", message)])
    return reason


def _keep(
    session: Session,
    subject: str,
    found: Due,
    until: date | None,
    settled_at: datetime | None,
    reason: str,
    now: datetime,
) -> None:
    known = queries.matter(session, subject, found.kind, found.target)
    if known is None:
        session.add(
            tables.Matter(
                subject=subject,
                kind=found.kind,
                target=found.target,
                snoozed_until=until,
                settled_at=settled_at,
                reason=reason,
                changed_at=now,
            )
        )
    elif known.settled_at is None or until is None:
        known.snoozed_until, known.settled_at = until, settled_at
        known.reason, known.changed_at = reason, now
    else:
        message = "ce rappel est déjà réglé ; il ne reviendra pas."
        raise InvalidData([Finding("report", "error", "quoi", message)])
    if ":" not in subject:
        row = queries.agreement_by_reference(session, subject)
        queries.forget_watches(session, [row.id])
