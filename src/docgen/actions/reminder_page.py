"""The page of a digest: its reminders, each put off or settled by whoever holds the mail's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen.actions.digest_words import Line, line_of
from docgen.actions.ports import Ports
from docgen.actions.put_off import settle, snooze
from docgen.errors import NotFound
from docgen.french import PARIS
from docgen.french import date as in_words
from docgen.records import queries, tables
from docgen.signing.links import token_hash


@dataclass(frozen=True)
class OpenLine:
    """A reminder of the page; `handled` says what was done with it, empty while nothing was.

    `over`: too late for it to be of any use.
    """

    number: int
    line: Line
    handled: str
    over: bool


@dataclass(frozen=True)
class ReminderPage:
    """What a digest's page shows; `day` is the digest's."""

    day: date
    today: date
    lines: tuple[OpenLine, ...]

    @property
    def left(self) -> int:
        """How many reminders wait for something to be done."""
        return sum(not one.handled and not one.over for one in self.lines)


def page(ports: Ports, token: str, now: datetime) -> ReminderPage:
    """What the link opens. Changes nothing. Raises NotFound: unknown, or too old."""
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        digest = _digest(session, token, now)
        found = queries.lines_of(session, digest.id)
        touched = {
            (one.subject, one.kind, one.target): one
            for one in queries.matters_of(session, [one.subject for one in found])
        }
        lines = tuple(
            OpenLine(
                number,
                line_of(one, today),
                _handled(touched.get((one.subject, one.kind, one.target)), today),
                one.until < today,
            )
            for number, one in enumerate(found, 1)
        )
    return ReminderPage(digest.day, today, lines)


def put_off(ports: Ports, token: str, number: int, until: date, why: str, now: datetime) -> None:
    """Put a line of the page off. Raises NotFound, and InvalidData as `snooze` does."""
    line = _line(ports, token, number, now)
    snooze(ports, line.subject, line.kind, until, why, now, line.target)


def settle_line(ports: Ports, token: str, number: int, why: str, now: datetime) -> None:
    """Settle a line of the page. Raises NotFound, and InvalidData as `settle` does."""
    line = _line(ports, token, number, now)
    settle(ports, line.subject, line.kind, why, now, line.target)


def _line(ports: Ports, token: str, number: int, now: datetime) -> Line:
    for one in page(ports, token, now).lines:
        if one.number == number:
            return one.line
    raise NotFound("Le rappel", str(number))


def _digest(session: Session, token: str, now: datetime) -> tables.Digest:
    link = queries.digest_link(session, token_hash(token))
    if link is None or link.expires_at <= now:
        raise NotFound("Le lien", "de vos rappels")
    return queries.digest(session, link.digest_id)


def _handled(matter: tables.Matter | None, today: date) -> str:
    if matter is None:
        return ""
    if matter.settled_at is not None:
        return "Réglé"
    if matter.snoozed_until is not None and matter.snoozed_until > today:
        return f"Reporté au {in_words(matter.snoozed_until)}"
    return ""
