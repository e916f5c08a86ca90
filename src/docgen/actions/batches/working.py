"""Doing what was asked: one worker a batch, held for a while at a time, taken up when it died."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from docgen.actions.batches.drafting import draft_all
from docgen.actions.batches.templates import publish_tried, try_template
from docgen.actions.drafts import sending
from docgen.actions.drafts.keeping import AlreadySent
from docgen.actions.ports import Ports
from docgen.actions.takeover.importing import take_over
from docgen.errors import DocgenError, InvalidData
from docgen.records import queries, tables

log = logging.getLogger("docgen.batches")
Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
# How long a worker is believed alive without a word: more than the longest of its steps.
HELD = timedelta(minutes=2)
READING = timedelta(minutes=15)
# A trial waits so long for its yes: its workbook names people. What ended is forgotten later.
KEPT, REMEMBERED = timedelta(days=7), timedelta(days=90)
MOST_SAID = 500
OUR_FAULT = "Une erreur est arrivée chez nous. Rien n’est perdu : réessayez."


@dataclass(frozen=True)
class Task:
    """A file to work on: try it, or keep it for good."""

    id: str
    sort: str
    name: str
    content: bytes
    account: str
    trial: bool


def batches_left(ports: Ports, now: datetime) -> Sequence[str]:
    """What waits for a worker, or whose worker died; what is too old is let go."""
    with ports.database.write() as session:
        queries.forget_workbooks(session, now - KEPT, now)
        queries.forget_batches(session, now - REMEMBERED)
        return queries.batches_to_do(session, now)


def work(ports: Ports, batch_id: str, clock: Clock) -> bool:
    """Work on a batch to its end, unless another worker holds it. True when it was ours."""
    with ports.database.write() as session:
        row = queries.locked_batch(session, batch_id)
        now = clock()
        if row.state not in queries.TO_DO or (row.held_until and row.held_until > now):
            return False
        row.state = "marche"
        row.held_until = now + (HELD if row.sort == "envoi" else READING)
        sort, account = row.sort, row.account_id
    if sort == "envoi":
        _send_each(ports, batch_id, account, clock)
    else:
        _read(ports, batch_id, clock)
    return True


def _send_each(ports: Ports, batch_id: str, account: str, clock: Clock) -> None:
    while True:
        with ports.database.write() as session:
            row = queries.locked_batch(session, batch_id)
            item = queries.next_item(session, batch_id)
            if row.state != "marche":
                return
            if item is None:
                row.state, row.ended_at, row.held_until = "fini", clock(), None
                return
            row.held_until = clock() + HELD
            rank, draft_id = item.rank, item.draft_id
        ports.pause("lot.envoi")
        state, reference, reason = _sent(ports, draft_id, account, clock())
        ports.pause("lot.note")
        with ports.database.write() as session:
            row = queries.locked_batch(session, batch_id)
            known = session.get_one(tables.BatchItem, (batch_id, rank))
            known.state, known.reference, known.reason = state, reference, reason
            session.flush()
            row.done = queries.count_ended(session, batch_id)


def _sent(ports: Ports, draft_id: str, account: str, now: datetime) -> tuple[str, str | None, str]:
    """(state, number, reason) of a draft that was to be sent; sent already is sent."""
    try:
        return "fait", sending.send(ports, draft_id, account, now).reference, ""
    except AlreadySent as sent:
        return "fait", sent.reference, ""
    except InvalidData as error:
        # A field that is only missing says no more than its neighbour.
        reasons = list(dict.fromkeys(one.message for one in error.findings))[:2]
        said = " ".join(one[:1].upper() + one[1:] for one in reasons)
        more = len(error.findings) - len(reasons)
        return "echec", None, said + (f" ({more} autres points à voir.)" if more > 1 else "")
    except DocgenError as error:
        return "echec", None, error.explain()
    except Exception:
        # Ours to mend: the others still leave, and the person is told.
        log.exception("un accord d’un lot n’est pas parti")
        return "echec", None, OUR_FAULT


def _read(ports: Ports, batch_id: str, clock: Clock) -> None:
    with ports.database.read() as session:
        row = queries.batch(session, batch_id)
        task = Task(
            batch_id, row.sort, row.label, row.content or b"", row.account_id, trial=row.trial
        )
    report: dict[str, Any]
    try:
        report = _DOERS[task.sort](
            ports, task, clock(), _Told(ports, batch_id, clock, quiet=not task.trial)
        )
    except InvalidData as error:
        # Past the first hundreds, what is wrong is the same thing again.
        faults = [[one.field, one.message, _said(one.allowed)] for one in error.findings]
        report = {"faults": faults[:MOST_SAID], "more": max(len(faults) - MOST_SAID, 0)}
    except DocgenError as error:
        report = {"faults": [["", error.explain(), ""]], "more": 0}
    except Exception:
        # Ours to mend: tried again at each pass, it would keep the sweep from everything else.
        log.exception("un fichier n’a pas pu être lu")
        report = {"faults": [["", OUR_FAULT, ""]], "more": 0}
    _end(ports, batch_id, report, clock())


def _take_over(ports: Ports, task: Task, now: datetime, told: Progress) -> dict[str, Any]:
    done = take_over(
        ports.database, task.content, now, ports.new_id, task.name, told=told,
        dry_run=task.trial,
    )  # fmt: skip
    return {
        "added": done.added,
        "known": len(done.taken) - done.added,
        "notices": [one.sentence() for one in done.notices[:MOST_SAID]],
        "rows": [
            [one.sheet, one.row, one.number, one.reference, one.new]
            for one in done.taken[:MOST_SAID]
        ],
    }


def _draft(ports: Ports, task: Task, now: datetime, told: Progress) -> dict[str, Any]:
    made = draft_all(
        ports, task.content, task.name, task.account, now, told, trial=task.trial
    )  # fmt: skip
    return {
        "added": made.added,
        "known": made.known,
        "notices": [one.sentence() for one in made.notices[:MOST_SAID]],
        "group": made.group,
    }


def _template(ports: Ports, task: Task, now: datetime, told: Progress) -> dict[str, Any]:
    if task.trial:
        return try_template(ports, task.id, task.content, now, told)
    return publish_tried(ports, task.id, task.content, task.account, now)


_DOERS: Mapping[str, Callable[[Ports, Task, datetime, Progress], dict[str, Any]]] = {
    "reprise": _take_over,
    "brouillons": _draft,
    "modele": _template,
}


def _said(allowed: object) -> str:
    return "" if allowed is None else str(allowed)


def _end(ports: Ports, batch_id: str, report: dict[str, Any], now: datetime) -> None:
    with ports.database.write() as session:
        row = queries.locked_batch(session, batch_id)
        if row.state != "marche":
            return
        refused = bool(report.get("faults"))
        row.report = json.dumps(report, ensure_ascii=False)
        row.held_until = None
        row.state = "refuse" if refused else "essaye" if row.trial else "fini"
        if row.state != "essaye":
            row.content, row.ended_at = None, now


class _Told:
    """Keeps how far a trial is, twice a second at most.

    The run that keeps everything is one transaction: SQLite lets nobody else write meanwhile.
    """

    def __init__(self, ports: Ports, batch_id: str, clock: Clock, *, quiet: bool) -> None:
        self._ports, self._batch, self._clock, self._quiet = ports, batch_id, clock, quiet
        self._next = clock()

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if self._quiet or (now < self._next and done < total):
            return
        self._next = now + timedelta(seconds=0.5)
        with self._ports.database.write() as session:
            row = queries.locked_batch(session, self._batch)
            row.done, row.total = done, total
            row.held_until = now + READING
