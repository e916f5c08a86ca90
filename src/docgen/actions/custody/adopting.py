"""Take into custody what was archived before there was a custody, or while a database was lost."""

from __future__ import annotations

from docgen.actions.custody.copies import Copy, Kind, record
from docgen.actions.custody.walk import Walk
from docgen.actions.identity_evidence import identity_of
from docgen.archive.dossier import read_manifest
from docgen.archive.store import Archive, Stored, sha256_of
from docgen.errors import Broken, NotFound
from docgen.records import queries

STEP = "inscrire"
ADOPTED = "dossiers inscrits"
_AT_ONCE = 500


def adopt(walk: Walk, copy: Copy) -> None:
    """Record the objects of each archived dossier that the records of custody don't know.

    As verified on the day it was archived, when it was read back: those are read again first.
    """
    ports = walk.ports
    with ports.database.read() as session:
        wanted = list(queries.archived_manifests(session))
        late = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            known = queries.kept_objects(session, copy.name, [key for _, key in some])
            late += [(one, key) for one, key in some if key not in known]
    walk.begin(f"{STEP} {copy.name}", len(late))
    for agreement_id, key in late:
        with ports.database.read() as session:
            archived_at = queries.agreement(session, agreement_id).archived_at or walk.now
        try:
            objects = [*objects_of(copy.store, key), *_apart(walk, copy, agreement_id)]
        except (NotFound, Broken) as error:
            walk.count("dossiers illisibles")
            with ports.database.write() as session:
                found = copy.found(key, Kind.MISSING, error.explain())
                walk.advance(session, 1, found=[found])
            continue
        with ports.database.write() as session:
            record(session, copy.name, objects, archived_at, agreement_id)
            walk.count(ADOPTED)
            walk.advance(session, 1)


def _apart(walk: Walk, copy: Copy, agreement_id: str) -> list[Stored]:
    """The object of the means of identification, while it is there."""
    with walk.ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        apart = identity_of(row, queries.events(session, agreement_id))
    if apart is None:
        return []
    try:
        content = copy.store.get(apart[0])
    except NotFound:
        return []  # destroyed in its time
    return [copy.store.put(apart[0], content, apart[1])]


def objects_of(store: Archive, manifest_key: str) -> list[Stored]:
    """Every object of a dossier with each of its manifests (a renewal adds one)."""
    found: dict[str, Stored] = {}
    for key in store.list(f"{read_manifest(store, manifest_key).folder}/m/"):
        content = store.get(key)
        for entry in read_manifest(store, key).objects:
            found[entry.stored.key] = entry.stored
        # The same bytes again: nothing is written, and the answer says which version counts.
        found[key] = store.put(key, content, sha256_of(content))
    return list(found.values())
