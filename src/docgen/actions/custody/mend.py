"""Put right what is wrong with an object: good bytes, from where they still are, once more.

Nothing is taken away: the damaged version stays where it is, locked as it was.
"""

from __future__ import annotations

from datetime import datetime

from docgen.actions.custody.copies import Copy, Found, Kind, stored_of
from docgen.actions.ports import Ports
from docgen.archive.store import Archive, Stored
from docgen.errors import Broken, DocgenError, NotFound, Unavailable
from docgen.journal import EventType
from docgen.journal.log import LineType
from docgen.lifecycle import Actor
from docgen.records import queries, tables

# The version that counts is whole: what hides it, or was put over it, is covered again.
_COVERED = {Kind.HIDDEN, Kind.OVERWRITTEN}


def mend(
    ports: Ports, copy: Copy, row: tables.KeptObject, kind: Kind, sentence: str, now: datetime
) -> Found:
    """Mend one object and say so in the log; an alarm either way. Raises Unavailable never."""
    content = _good(copy, row, kind)
    if content is None:
        lost = f"{sentence} Aucune copie saine n’a été trouvée : « {row.key} »."
        return copy.found(row.key, kind, lost)
    ports.pause("custody.restore")
    try:
        stored = copy.store.restore(row.key, content, row.sha256)
        copy.store.read_back(stored)
    except DocgenError as error:
        return copy.found(row.key, kind, f"{sentence} La remise en état échoue : {error.explain()}")
    ports.pause("custody.restored")
    _record(ports, copy, row, kind, stored, now)
    return copy.found(row.key, kind, f"{sentence} Remis en état.", mended=True)


def _good(copy: Copy, row: tables.KeptObject, kind: Kind) -> bytes | None:
    """The right bytes, None when no copy has them."""
    recorded = stored_of(row)
    stores: list[tuple[Archive, Stored | str]] = [(copy.store, recorded)]
    if kind not in _COVERED and copy.other is not None:
        # Copied bytes were hashed on the way; what is damaged here is read here only at last.
        stores.insert(0, (copy.other, row.key))
    for store, place in stores:
        try:
            content = store.get(place)
        except (NotFound, Broken, Unavailable):
            continue
        if len(content) == row.size:
            return content
    return None


def _record(
    ports: Ports,
    copy: Copy,
    row: tables.KeptObject,
    kind: Kind,
    stored: Stored,
    now: datetime,
) -> None:
    facts = {"key": row.key, "sha256": row.sha256, "copy": copy.name, "fault": str(kind)}
    with ports.database.write() as session:
        if row.agreement_id is not None:
            queries.locked(session, row.agreement_id)
            queries.append(
                session, row.agreement_id, EventType.REPAIRED, now, Actor.SCHEDULE, facts
            )
        kept = queries.kept_objects(session, copy.name, [row.key])[row.key]
        if kind not in _COVERED:
            kept.version_id = stored.version_id
            kept.verified_at = now
        kept.listed_at = now
        queries.log(session, LineType.REPAIR, now, Actor.SCHEDULE, row.agreement_id or "", facts)
