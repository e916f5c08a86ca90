"""The office's journal: what accounts do, one hash chain for the whole office. Pure.

An entry names an account and an agreement by their identifiers, never a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from docgen.journal import canonical, instant, to_milliseconds

GENESIS = hashlib.sha256(b"docgen:office").hexdigest()


class OfficeAct(StrEnum):
    """What an account, or somebody at the door, can do: subject.act."""

    INVITED = "account.invited"
    OPENED = "account.opened"
    ROLE = "account.role_changed"
    DISABLED = "account.disabled"
    ENABLED = "account.enabled"
    RESET_ASKED = "account.reset_asked"
    PASSWORD = "account.password_set"  # noqa: S105 (an act, not a password)
    FACTOR_SET = "account.second_factor_set"
    FACTOR_GONE = "account.second_factor_removed"
    IDENTITY_TIED = "account.identity_tied"
    IDENTITY_GONE = "account.identity_untied"
    ENTERED = "entry.entered"
    REFUSED = "entry.refused"
    THROTTLED = "entry.throttled"
    LEFT = "entry.left"
    SESSION_ENDED = "session.ended"
    MISSION_OPENED = "mission.opened"
    MISSION_ENDED = "mission.ended"
    SEARCHED = "access.searched"
    VIEWED = "access.viewed"
    PAGE_SEEN = "access.page_seen"
    VERIFIED = "access.verified"
    DOWNLOADED = "access.downloaded"
    SENT = "access.sent"
    FUND = "retention.fund"
    ASSIGNED = "retention.assigned"
    PAID = "retention.last_payment"
    HELD = "retention.hold_on"
    RELEASED = "retention.hold_off"
    LISTED = "disposal.listed"
    APPROVED = "disposal.approved"
    DROPPED = "disposal.dropped"
    DESTROYED = "disposal.done"
    PURGED = "rgpd.purged"
    EXPORTED = "rgpd.exported"
    DRAFT_STARTED = "draft.started"
    DRAFT_DROPPED = "draft.dropped"
    ISSUED = "agreement.sent"
    REMINDED = "agreement.reminded"
    RETRIED = "agreement.retried"
    CANCELLED = "agreement.cancelled"
    READDRESSED = "signer.readdressed"
    DELEGATED = "signer.delegated"
    ON_SITE = "signer.on_site"
    ON_PAPER = "signer.on_paper"
    DEPOSIT = "signer.paper_link"
    NOTED = "ledger.noted"
    UNDONE = "ledger.undone"
    PROMISED = "ledger.promised"
    EVENT = "event.noted"
    EVENT_RESULT = "event.result"
    SNOOZED = "reminder.snoozed"
    SETTLED = "reminder.settled"
    FEED_OPENED = "calendar.opened"
    FEEDS_CLOSED = "calendar.closed"
    PUBLISHED = "template.published"
    BATCH = "batch.asked"
    BATCH_STOPPED = "batch.stopped"
    FIRST_START = "office.first_start"
    EXAMPLES = "office.examples"

    @property
    def is_access(self) -> bool:
        """True for what the organisation is told of an auditor's visit."""
        return self.startswith("access.")


@dataclass(frozen=True)
class Entry:
    """One line of the office's journal; `account` is None for the command line and strangers."""

    seq: int
    act: OfficeAct
    at: datetime
    account: str | None
    subject: str
    data: Mapping[str, Any]
    previous: str
    hash: str


def follow(
    last: tuple[int, str],
    act: OfficeAct,
    at: datetime,
    account: str | None,
    subject: str,
    data: Mapping[str, Any],
) -> Entry:
    """The line that comes after `last`, a (number, hash); (0, "") begins the journal."""
    number, previous = last
    entry = Entry(
        number + 1, act, to_milliseconds(at), account, subject, data, previous or GENESIS, ""
    )
    digest = hashlib.sha256(canonical(_body(entry))).hexdigest()
    return Entry(**{**entry.__dict__, "hash": digest})


def _body(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "act": entry.act.value,
        "at": instant(entry.at),
        "account": entry.account,
        "subject": entry.subject,
        "data": dict(entry.data),
        "previous": entry.previous,
    }


def faults(entries: Sequence[Entry]) -> tuple[str, ...]:
    """What is wrong with the journal from its first line on, in French; empty when it holds."""
    previous = GENESIS
    for number, entry in enumerate(entries, 1):
        if entry.seq != number:
            return (f"Journal du bureau : la ligne {number} porte le numéro {entry.seq}.",)
        if entry.previous != previous:
            return (f"Journal du bureau : la chaîne est rompue avant la ligne {number}.",)
        if hashlib.sha256(canonical(_body(entry))).hexdigest() != entry.hash:
            return (f"Journal du bureau : la ligne {number} a été modifiée.",)
        previous = entry.hash
    return ()


def to_lines(entries: Sequence[Entry]) -> bytes:
    """Entries as one line of canonical JSON each."""
    return b"".join(canonical({**_body(one), "hash": one.hash}) + b"\n" for one in entries)


def from_lines(content: bytes) -> tuple[Entry, ...]:
    """The entries that `to_lines` wrote. Raises ValueError for anything else."""
    try:
        found = tuple(
            Entry(
                seq=one["seq"],
                act=OfficeAct(one["act"]),
                at=datetime.fromisoformat(one["at"]),
                account=one["account"],
                subject=one["subject"],
                data=one["data"],
                previous=one["previous"],
                hash=one["hash"],
            )
            for one in map(json.loads, content.splitlines())
        )
    except (KeyError, TypeError) as error:
        raise ValueError("no line of the office's journal") from error
    if to_lines(found) != content:
        raise ValueError("not written as docgen writes it")
    return found


def data_of(text: str) -> Mapping[str, Any]:
    """The facts of a line, from the database."""
    return dict(json.loads(text))
