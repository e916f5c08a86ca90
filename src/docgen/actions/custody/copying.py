"""Fill the second copy: each object read from the first, put, read back, then recorded."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial

from docgen.actions.custody.copies import copies_of, record, stored_of
from docgen.actions.ports import Ports
from docgen.archive.store import Archive, Stored
from docgen.errors import Broken, NotFound, Refused
from docgen.records import queries, tables
from docgen.records.custody import SECOND

COPIED = "objets copiés"
_AT_ONCE = 200
_THREADS = 4


def copy_some(ports: Ports, now: datetime, most: int = _AT_ONCE) -> int:
    """Copy what the second copy has not, oldest first; how many. Raises Unavailable.

    What the first copy has lost or damaged is left to the round, which mends it.
    """
    return sum(copying(ports, now, most))


def copying(ports: Ports, now: datetime, most: int) -> Iterator[int]:
    """The same, saying after each batch how many it copied."""
    copies = copies_of(ports)
    if len(copies) == 1:
        return
    first, second = (one.store for one in copies)
    failed = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        while most > 0:
            number = min(most, _AT_ONCE)
            with ports.database.read() as session:
                rows = list(queries.to_copy(session, number + failed))[failed:]
            if not rows:
                return
            ports.pause("custody.copy")
            made = list(pool.map(partial(_copy, first, second, now), rows))
            ports.pause("custody.copied")
            done = [(row, one) for row, one in zip(rows, made, strict=True) if one is not None]
            failed += len(rows) - len(done)
            with ports.database.write() as session:
                for row, stored in done:
                    record(session, SECOND, [stored], now, row.agreement_id)
            most -= len(rows)
            yield len(done)


def _copy(first: Archive, second: Archive, now: datetime, row: tables.KeptObject) -> Stored | None:
    try:
        content = first.get(stored_of(row))
        stored = second.put(row.key, content, row.sha256)
        second.read_back(stored)
    except (NotFound, Broken):
        return None
    # What was lengthened or held before it was copied.
    with suppress(Refused, NotFound):
        lock = first.lock_of(stored_of(row))
        if lock.until is not None and lock.until > now:
            second.extend_lock(stored, lock.until)
        if lock.held:
            second.hold(stored, on=True)
    return stored
