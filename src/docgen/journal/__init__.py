"""The journal of an agreement: append-only events, each bound to the one before by its hash.

hash(n) = SHA-256(canonical JSON of the event, which holds the hash of event n - 1). The first event
holds the hash of the agreement's identifier, so the journals of two agreements can't be swapped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Data = Mapping[str, Any]


class EventType(StrEnum):
    """What can happen to an agreement: source.subject of the event."""

    REGISTERED = "agreement.registered"
    TAKEN_OVER = "agreement.taken_over"
    SCAN_RECEIVED = "document.scan_received"
    FROZEN = "document.frozen"
    SENT = "agreement.sent"
    INVITED = "signer.invited"
    REMINDED = "signer.reminded"
    OPENED = "signer.opened"
    MOVED = "signer.moved"
    CODE_SENT = "signer.code_sent"
    CODE_FAILED = "signer.code_failed"
    HANDED_OVER = "provider.handed_over"
    RETURNED = "provider.returned"
    CALLED_BACK = "provider.called_back"
    SIGNED = "signer.signed"
    DECLINED = "signer.declined"
    WITHDRAWN = "signer.withdrawn"
    DEPOSITED = "document.deposited"
    SCANNED = "document.scanned"
    DELEGATED = "signer.delegated"
    READDRESSED = "signer.readdressed"
    SEALED = "document.sealed"
    SEAL_WAITING = "document.seal_waiting"
    COMPLETED = "agreement.completed"
    CLOSED = "document.closed"
    EVIDENCE = "document.evidence"
    ARCHIVED = "agreement.archived"
    RENEWED = "document.renewed"
    REPAIRED = "object.repaired"
    COPY_SENT = "party.copy_sent"
    MAIL_FAILED = "mail.failed"
    EXPIRED = "agreement.expired"
    CANCELLED = "agreement.cancelled"
    DEADLINE = "deadline.announced"
    IDENTITY_ERASED = "signers.identity_erased"
    ERASED = "agreement.erased"
    RECONDUCTED = "agreement.reconducted"


@dataclass(frozen=True)
class Event:
    """One line of the journal; `seq` counts from 1, `at` is UTC to the millisecond."""

    seq: int
    type: EventType
    at: datetime
    actor: str
    data: Data
    previous: str
    hash: str


def canonical(value: object) -> bytes:
    """The one way to write `value` in JSON: sorted keys, no spaces, UTF-8, and no floats.

    Matches RFC 8785 for what docgen writes (texts, integers, booleans, null, lists, mappings).
    """
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        msg = "a float has no canonical form here"
        raise TypeError(msg)
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_floats(inner)


def instant(at: datetime) -> str:
    """An aware instant as `2026-01-05T13:02:11.042Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_milliseconds(at: datetime) -> datetime:
    """`at` in UTC, cut to the millisecond that the journal keeps."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def genesis(agreement_id: str) -> str:
    """What the first event holds in place of a previous hash."""
    return hashlib.sha256(f"docgen:{agreement_id}".encode()).hexdigest()


def line(event: Event) -> dict[str, Any]:
    """The event as plain data, in the shape of the exported journal."""
    return {**_body(event), "hash": event.hash}


def _body(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "type": event.type.value,
        "at": instant(event.at),
        "actor": event.actor,
        "data": dict(event.data),
        "previous": event.previous,
    }


def follow(
    agreement_id: str, last: Event | None, type_: EventType, at: datetime, actor: str, data: Data
) -> Event:
    """The event that comes after `last` (None: the first of the agreement)."""
    event = Event(
        seq=last.seq + 1 if last else 1,
        type=type_,
        at=to_milliseconds(at),
        actor=actor,
        data=data,
        previous=last.hash if last else genesis(agreement_id),
        hash="",
    )
    digest = hashlib.sha256(canonical(_body(event))).hexdigest()
    return Event(**{**event.__dict__, "hash": digest})


def export(agreement_id: str, events: Sequence[Event]) -> bytes:
    """The journal as canonical JSON, to attach and archive."""
    return canonical({"agreement": agreement_id, "events": [line(event) for event in events]})


def verify(content: bytes) -> tuple[str, ...]:
    """What is wrong with an exported journal, in French; empty when the chain holds."""
    try:
        journal = json.loads(content)
        agreement_id, events = journal["agreement"], journal["events"]
        if not events:
            return ("Le journal est vide.",)
        previous = genesis(agreement_id)
        for number, event in enumerate(events, 1):
            body = {key: value for key, value in event.items() if key != "hash"}
            if event["seq"] != number:
                return (f"Journal : l’événement {number} porte le numéro {event['seq']}.",)
            if event["previous"] != previous:
                return (f"Journal : la chaîne est rompue avant l’événement {number}.",)
            if hashlib.sha256(canonical(body)).hexdigest() != event["hash"]:
                return (f"Journal : l’événement {number} a été modifié.",)
            previous = event["hash"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ("Le journal n’a pas la forme attendue.",)
    if canonical(journal) != content:
        return ("Le journal n’est pas écrit sous sa forme canonique.",)
    return ()
