"""Compare what a copy holds, version by version, with what it must hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice

from docgen.actions.custody.copies import SAID, Copy, Found, Kind, record
from docgen.actions.custody.mend import mend
from docgen.actions.custody.walk import Walk
from docgen.archive.store import Stored, Version, is_key, key_sha256, sha256_of
from docgen.errors import NotFound
from docgen.records import queries, tables

STEP = "rapprocher"
LISTED = "objets rapprochés"
ADOPTED = "objets communs inscrits"
MENDED = "objets remis en état"
_AT_ONCE = 500
# What is younger may be a dossier on its way.
_ON_ITS_WAY = timedelta(hours=1)
# What is nobody's dossier: the log, its heads, public keys, reports. Their own hash is their title.
_COMMON = ("j/", "p/")
_OF_A_LISTING = (Kind.ORPHAN, Kind.FOREIGN, Kind.SETTINGS)


def reconcile(walk: Walk, copy: Copy) -> None:
    """One listing of a copy from end to end, then what it must hold and was not in it."""
    ports = walk.ports
    with ports.database.read() as session:
        total = queries.count_kept(session, copy.name)
    walk.begin(f"{STEP} {copy.name}", total)
    listing = groupby(copy.store.survey(walk.place), key=lambda one: one.key)
    for some in _batches((key, list(versions)) for key, versions in listing):
        _compare(walk, copy, some)
    _missing(walk, copy)
    # Each setting is a finding of its own: one that is mended must not hide the others.
    found = [
        copy.found(f"réglage {sha256_of(one.encode())[:8]}", Kind.SETTINGS, one)
        for one in copy.store.dangers()
    ]
    with ports.database.write() as session:
        walk.advance(session, 0, walk.place, found)
        queries.settle_findings(session, copy.name, _OF_A_LISTING, walk.started_at, walk.now)


def _batches(
    listed: Iterator[tuple[str, list[Version]]],
) -> Iterator[tuple[tuple[str, list[Version]], ...]]:
    while some := tuple(islice(listed, _AT_ONCE)):
        yield some


def _compare(walk: Walk, copy: Copy, some: Sequence[tuple[str, list[Version]]]) -> None:
    ports, keys = walk.ports, [key for key, _ in some]
    with ports.database.read() as session:
        kept = queries.kept_objects(session, copy.name, keys)
    found: list[Found] = []
    common: list[tuple[Stored, datetime]] = []
    right: list[str] = []
    for key, versions in some:
        row = kept.get(key)
        if row is None:
            if stored := _common(copy, key, versions):
                common.append((stored, versions[0].written_at))
                right.append(key)
            elif versions[0].written_at < walk.now - _ON_ITS_WAY:
                found.append(_unknown(copy, key))
            continue
        fault = _fault(copy, row, versions)
        if fault is None:
            right.append(key)
        else:
            found.append(mend(ports, copy, row, *fault, walk.now))
            walk.count(MENDED, found[-1].mended)
    ports.pause("custody.listed")
    with ports.database.write() as session:
        for stored, written_at in common:
            # Locked from the moment it was put, and not from this round.
            record(session, copy.name, [stored], written_at)
        queries.mark_verified(session, copy.name, [one.key for one, _ in common], walk.now)
        queries.mark_listed(session, copy.name, right, walk.now)
        queries.settle_keys(
            session, copy.name, right, (Kind.HIDDEN, Kind.OVERWRITTEN, Kind.MISSING), walk.now
        )
        walk.count(LISTED, len(some))
        walk.count(ADOPTED, len(common))
        walk.advance(session, len(some), keys[-1], found)


def _common(copy: Copy, key: str, versions: Sequence[Version]) -> Stored | None:
    """An object that is no dossier's, if its bytes are what its name announces."""
    first = next((one for one in versions if not one.marker), None)
    if not key.startswith(_COMMON) or not is_key(key) or first is None:
        return None
    stored = Stored(key, first.version_id, first.size, key_sha256(key))
    return stored if _is_right(copy, stored) else None


def _unknown(copy: Copy, key: str) -> Found:
    if not is_key(key):
        return copy.found(key, Kind.FOREIGN, f"« {key} » n’y a pas été mis par docgen.")
    sentence = f"« {key} » n’appartient à aucun dossier archivé."
    return copy.found(key, Kind.ORPHAN, sentence, alarming=False)


def _fault(
    copy: Copy, row: tables.KeptObject, versions: Sequence[Version]
) -> tuple[Kind, str] | None:
    """What is wrong with an object by its versions alone, oldest first."""
    live = {one.version_id: one for one in versions if not one.marker}
    recorded, last = live.get(row.version_id), versions[-1]
    if recorded is None:
        return Kind.MISSING, f"la version archivée de « {row.key} » n’y est plus."
    if recorded.size != row.size:
        return Kind.ALTERED, f"« {row.key} » n’a plus sa taille."
    if last.marker:
        return Kind.HIDDEN, f"« {row.key} » est masqué par une marque de suppression."
    if last.version_id != row.version_id and not _is_right(
        copy, Stored(row.key, last.version_id, last.size, row.sha256)
    ):
        return Kind.OVERWRITTEN, f"« {row.key} » a été recouvert par autre chose."
    return None


def _is_right(copy: Copy, stored: Stored) -> bool:
    try:
        return sha256_of(copy.store.look(stored).content) == stored.sha256
    except NotFound:
        return False


def _missing(walk: Walk, copy: Copy) -> None:
    """What no listing named. Asked for once more: it may have come while the listing went on."""
    ports = walk.ports
    tried: set[str] = set()
    while True:
        with ports.database.read() as session:
            rows = [
                row
                for row in queries.unlisted(
                    session, copy.name, walk.started_at, _AT_ONCE + len(tried)
                )
                if row.key not in tried
            ]
        if not rows:
            return
        found, there = [], []
        for row in rows:
            tried.add(row.key)
            if _is_there(copy, row):
                there.append(row.key)
                continue
            sentence = f"« {row.key} » n’est plus dans la {SAID[copy.name]}."
            found.append(mend(ports, copy, row, Kind.MISSING, sentence, walk.now))
            walk.count(MENDED, found[-1].mended)
        with ports.database.write() as session:
            queries.mark_listed(session, copy.name, there, walk.now)
            walk.advance(session, 0, walk.place, found)


def _is_there(copy: Copy, row: tables.KeptObject) -> bool:
    try:
        copy.store.look(Stored(row.key, row.version_id, row.size, row.sha256))
    except NotFound:
        return False
    return True
