"""Making findable what was registered before there was a search."""

from __future__ import annotations

from docgen.actions.ports import Ports
from docgen.records import queries

_BATCH = 500


def index_some(ports: Ports) -> int:
    """A handful, for a sweep; how many."""
    with ports.database.write() as session:
        ids = queries.ids_to_index(session, _BATCH)
        for one in ids:
            queries.index(session, queries.agreement(session, one))
    return len(ids)


def reindex(ports: Ports, *, everything: bool = False) -> int:
    """All that is not indexed yet; with `everything`, the rest anew as well. How many."""
    total = 0
    if everything:
        with ports.database.read() as session:
            known = queries.indexed_ids(session)
        for start in range(0, len(known), _BATCH):
            with ports.database.write() as session:
                for one in known[start : start + _BATCH]:
                    queries.index(session, queries.agreement(session, one))
        total = len(known)
    while done := index_some(ports):
        total += done
    return total
