"""Read objects again, byte for byte, so that none waits more than thirty days."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from docgen.actions.custody.copies import Copy, Found, Kind, stored_of
from docgen.actions.custody.locks import Looked, after_a_look
from docgen.actions.custody.mend import mend
from docgen.actions.custody.walk import Walk
from docgen.archive.store import Lock, sha256_of
from docgen.errors import NotFound
from docgen.records import queries, tables

STEP = "relire"
READ = "objets relus"
MENDED = "objets remis en état"
CYCLE = timedelta(days=30)
# A day off, or a slow night, must not break the cycle.
_SPARE_DAYS = 3
_THREADS = 8
_AT_ONCE = 256
_STRIKES = 3


@dataclass(frozen=True)
class Read:
    """One object read: what is wrong with it, if anything, and its lock."""

    row: tables.KeptObject
    fault: tuple[Kind, str] | None
    lock: Lock | None


Batch = list[tuple[tables.KeptObject, Future[Read]]]


def read_again(walk: Walk, copy: Copy, *, everything: bool = False) -> None:
    """Read the objects that waited longest, a share of the whole each day. Raises Unavailable."""
    ports = walk.ports
    spare = walk.now - CYCLE + timedelta(days=_SPARE_DAYS)
    with ports.database.read() as session:
        total = queries.count_kept(session, copy.name)
        waiting = queries.count_kept(
            session, copy.name, walk.started_at - timedelta(microseconds=1)
        )
        late = queries.count_kept(session, copy.name, spare)
    share = total if everything else max(ceil(total / (CYCLE.days - _SPARE_DAYS)), late)
    walk.begin(f"{STEP} {copy.name}", min(share, walk.done + waiting))
    with ThreadPoolExecutor(_THREADS) as pool:
        reading = _some(walk, copy, pool, [])
        while reading:
            # The next ones are read while what these said is written down.
            ahead = _some(walk, copy, pool, reading)
            _settle(walk, copy, [one.result() for _, one in reading])
            reading = ahead


def _some(walk: Walk, copy: Copy, pool: ThreadPoolExecutor, reading: Batch) -> Batch:
    """Have those read that waited longest, after those that are being read already."""
    left = walk.total - walk.done - len(reading)
    last = reading[-1][0] if reading else None
    with walk.ports.database.read() as session:
        rows = queries.least_verified(
            session, copy.name, max(min(_AT_ONCE, left), 0), walk.started_at, last
        )
    return [(row, pool.submit(_read, copy, row)) for row in rows]


def _read(copy: Copy, row: tables.KeptObject) -> Read:
    """Read it, three times before it is called damaged: a wire may be what is wrong."""
    fault = None
    for _ in range(_STRIKES):
        try:
            seen = copy.store.look(stored_of(row))
        except NotFound:
            fault = Kind.MISSING, f"la version archivée de « {row.key} » n’y est plus."
            continue
        if len(seen.content) == row.size and sha256_of(seen.content) == row.sha256:
            return Read(row, None, seen.lock)
        fault = Kind.ALTERED, f"« {row.key} » a été altéré : son empreinte n’est plus la bonne."
    return Read(row, fault, None)


def _settle(walk: Walk, copy: Copy, read: list[Read]) -> None:
    ports = walk.ports
    right = [one.row.key for one in read if one.fault is None]
    found: list[Found] = []
    for one in read:
        if one.fault is None:
            continue
        found.append(mend(ports, copy, one.row, *one.fault, walk.now))
        walk.count(MENDED, found[-1].mended)
    looked = [Looked(one.row, one.lock) for one in read if one.lock is not None]
    found += after_a_look(walk, copy, looked)
    ports.pause("custody.read")
    with ports.database.write() as session:
        queries.mark_verified(session, copy.name, right, walk.now)
        queries.settle_keys(session, copy.name, right, (Kind.ALTERED, Kind.MISSING), walk.now)
        walk.count(READ, len(read))
        walk.advance(session, len(read), found=found)
