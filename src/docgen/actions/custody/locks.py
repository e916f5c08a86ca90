"""Look at the lock of each object, every day: there, as long as it was ever seen, or lengthened."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from docgen.actions.custody.copies import Copy, Found, Kind, stored_of
from docgen.actions.custody.walk import Walk
from docgen.archive.store import Lock
from docgen.errors import DocgenError, NotFound
from docgen.records import queries, tables

STEP = "verrous"
LOOKED = "verrous regardés"
LENGTHENED = "verrous prolongés"
_THREADS = 8
_AT_ONCE = 256
_EVERY = timedelta(hours=20)
# A lock is counted from the clock of who puts, the record from the clock of who records.
_SLACK = timedelta(hours=1)


@dataclass(frozen=True)
class Looked:
    """An object and the lock that it bears."""

    row: tables.KeptObject
    lock: Lock


def look_at_locks(walk: Walk, copy: Copy) -> None:
    """Every lock that was not looked at today; nothing in a store without locks."""
    ports = walk.ports
    if copy.store.first_lock is None:
        return
    with ports.database.read() as session:
        total = queries.count_kept(session, copy.name)
    walk.begin(f"{STEP} {copy.name}", total)
    gone: set[str] = set()
    with ThreadPoolExecutor(_THREADS) as pool:
        while True:
            with ports.database.read() as session:
                rows = [
                    row
                    for row in queries.least_seen_locked(
                        session, copy.name, walk.now - _EVERY, _AT_ONCE + len(gone)
                    )
                    if row.key not in gone
                ]
            if not rows:
                return
            looked = [one for one in pool.map(partial(_look, copy), rows) if one]
            gone |= {row.key for row in rows} - {one.row.key for one in looked}
            found = after_a_look(walk, copy, looked)
            with ports.database.write() as session:
                walk.count(LOOKED, len(looked))
                walk.advance(session, len(rows), found=found)


def _look(copy: Copy, row: tables.KeptObject) -> Looked | None:
    try:
        return Looked(row, copy.store.lock_of(stored_of(row)))
    except NotFound:
        return None  # the listing and the reading say it


def after_a_look(walk: Walk, copy: Copy, looked: Sequence[Looked]) -> list[Found]:
    """Mend the locks that are short, lengthen those that end, and record what each is now."""
    if copy.store.first_lock is None:
        return []
    found: list[Found] = []
    locks: dict[str, datetime | None] = {}
    for one in looked:
        until, fault = _mended(walk, copy, one, copy.store.first_lock)
        locks[one.row.key] = until
        if fault is not None:
            found.append(fault)
    right = locks.keys() - {one.key for one in found}
    with walk.ports.database.write() as session:
        queries.mark_locks(session, copy.name, locks, walk.now)
        queries.settle_keys(session, copy.name, right, (Kind.UNLOCKED,), walk.now)
    return found


def _mended(
    walk: Walk, copy: Copy, one: Looked, first: timedelta
) -> tuple[datetime | None, Found | None]:
    """Until when the object is locked now, and what was wrong with its lock."""
    row, until, now = one.row, one.lock.until, walk.now
    least = max(filter(None, (row.locked_until, row.kept_at + first - _SLACK)))
    short = least > now and (until is None or until < least)
    # The log is nobody's dossier: no rule of retention lengthens its locks.
    ends = row.agreement_id is None and (until is None or until < now + first / 3)
    if not short and not ends:
        return until, None
    wanted = max(least, now + first)
    try:
        copy.store.extend_lock(stored_of(row), wanted)
    except DocgenError as error:
        sentence = f"le verrou de « {row.key} » est absent ou trop court. {error.explain()}"
        return until, copy.found(row.key, Kind.UNLOCKED, sentence)
    if not short:
        walk.count(LENGTHENED)
        return wanted, None
    sentence = f"le verrou de « {row.key} » était absent ou raccourci. Remis."
    return wanted, copy.found(row.key, Kind.UNLOCKED, sentence, mended=True)
