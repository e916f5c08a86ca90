"""One round as it goes: its steps, how far each came. Killed, it goes on later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.custody.copies import Found, note
from docgen.actions.ports import Ports
from docgen.records import queries, tables

# Told (step, done, total); a total of 0 is not known beforehand.
Progress = Callable[[str, int, int], None]


@dataclass
class Walk:
    """A round under way. `place` is the last key that the current step has done."""

    ports: Ports
    run_id: str
    started_at: datetime
    now: datetime
    told: Progress
    step: str = ""
    place: str = ""
    done: int = 0
    total: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        if number:
            self.counts[what] = self.counts.get(what, 0) + number

    def begin(self, step: str, total: int) -> None:
        """Begin a step, or take it up where an earlier process left it."""
        if step != self.step:
            self.step, self.place, self.done = step, "", 0
        self.total = max(total, self.done)
        self.told(step, self.done, self.total)

    def advance(
        self, session: Session, number: int, place: str = "", found: Iterable[Found] = ()
    ) -> None:
        """Say how far it came, in the transaction that did it."""
        self.done += number
        self.place = place
        note(session, found, self.now)
        self.save(session)
        self.told(self.step, self.done, self.total)

    def save(self, session: Session, ended_at: datetime | None = None) -> None:
        row = queries.custody_run(session, self.run_id)
        row.step, row.place, row.done, row.total = self.step, self.place, self.done, self.total
        row.counts = json.dumps(self.counts, ensure_ascii=False)
        row.ended_at = ended_at


def start(ports: Ports, kind: str, since: datetime, now: datetime, told: Progress) -> Walk:
    """A new round of that kind; or the last one, when it began since then and did not end."""
    with ports.database.write() as session:
        row = queries.unfinished_run(session, kind, since)
        if row is None:
            row = tables.CustodyRun(
                id=ports.new_id(), kind=kind, started_at=now, step="", place="",
                done=0, total=0, counts="{}",
            )  # fmt: skip
            session.add(row)
            session.flush()
        counts = json.loads(row.counts)
        return Walk(
            ports, row.id, row.started_at, now, told, row.step, row.place, row.done, row.total,
            counts,
        )  # fmt: skip
