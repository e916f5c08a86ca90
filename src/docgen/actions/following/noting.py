"""What somebody of the office notes: acts, hires, promises, events; as at the command line.

Each is one transaction with its line of the office's journal.
"""

from __future__ import annotations

from datetime import datetime

from docgen.actions.ledger.entries import Entry, undo_in
from docgen.actions.ledger.events import EventRow, Planned, add_event_in, complete_event_in
from docgen.actions.ledger.log import Noted, log_in
from docgen.actions.ledger.promising import promise_in
from docgen.actions.ports import Ports
from docgen.office_journal import OfficeAct
from docgen.records import queries

SOURCE = "bureau"


def note(ports: Ports, about: str, said: Noted, account: str, now: datetime) -> Entry:
    """Note an act or a hire on a number or a SIREN. Raises as `ledger.log.log` does."""
    with ports.database.write() as session:
        entry = log_in(session, about, said, ports.new_id(), now)
        facts = {"kind": entry.kind, "entry": entry.id}
        queries.note(session, OfficeAct.NOTED, now, account, about, facts)
    return entry


def undo(ports: Ports, entry_id: str, account: str, now: datetime) -> str:
    """Make what was noted count no more; what it was. Raises NotFound, or Refused (undone)."""
    with ports.database.write() as session:
        said = undo_in(session, entry_id, now)
        queries.note(session, OfficeAct.UNDONE, now, account, entry_id)
    return said


def promise(
    ports: Ports,
    reference: str,
    sort: str,
    quantity: int,
    basis: str,
    source: str,
    account: str,
    now: datetime,
) -> None:
    """Add a promise that the convention's text has. Raises as `ledger.promising.promise` does."""
    with ports.database.write() as session:
        row = promise_in(session, reference, sort, quantity, basis, source, ports.new_id(), now)
        facts = {"kind": sort, "entry": row.id[:8]}
        queries.note(session, OfficeAct.PROMISED, now, account, reference, facts)


def add_event(ports: Ports, said: Planned, account: str, now: datetime) -> EventRow:
    """Note an event. Raises as `ledger.events.add_event` does."""
    with ports.database.write() as session:
        row = add_event_in(session, said, ports.new_id(), now)
        queries.note(session, OfficeAct.EVENT, now, account, row.reference, {"kind": row.kind})
    return row


def complete_event(
    ports: Ports, reference: str, stays: int | None, hires: int | None, account: str, now: datetime
) -> EventRow:
    """Say what came of an event. Raises as `ledger.events.complete_event` does."""
    with ports.database.write() as session:
        row = complete_event_in(session, reference, stays, hires)
        queries.note(session, OfficeAct.EVENT_RESULT, now, account, reference)
    return row
