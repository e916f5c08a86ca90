"""Make a lost database again from the archive and the public keys: `docgen rebuild-index`.

The log says which manifests were committed; each manifest, its journal and its data are read again,
hash by hash, and the rows are made from them. What was never archived can't come back: drafts, what
is being signed, mails, sheets, published templates, and the lines of a journal after its dossier;
what was destroyed in its time must not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from docgen import journal
from docgen.actions.audit.anchoring import office_back
from docgen.actions.recover_log import recover_log
from docgen.actions.rows_again import agreement_again, events_of, person_in
from docgen.archive.dossier import read_manifest
from docgen.archive.store import Archive, key_sha256
from docgen.errors import Broken, NotFound, Refused
from docgen.journal import Event
from docgen.journal.log import Line, LineType, destroyed_in
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.signing.roots import Roots

DOSSIERS = "a/v1/"
_AT_ONCE = 50
# What goes on in a live database after its archive.
_GROWS = frozenset({"journal", "log"})


@dataclass(frozen=True)
class Rebuilt:
    """How many dossiers came back and how many lines of the log, and what did not, in French.

    `uncovered`: dossiers that no line of the archived log names yet; they came back all the same.
    """

    dossiers: int
    lines: int
    uncovered: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """What one dossier gives back: its row, its whole journal, its files if they were asked for."""

    row: tables.Agreement
    events: tuple[Event, ...]
    files: tuple[bytes, ...]


def rebuild(
    database: Database, archive: Archive, roots: Roots, now: datetime, *, files: bool = True
) -> Rebuilt:
    """Fill an empty, migrated database; with the signed files and proofs, unless `files` is False:
    then it finds and proves, and knows nobody's PDF by its hash.

    Raises Refused (not empty), Broken (the log does not hold) or Unavailable; a dossier that does
    not hold is a problem, and the others come back.
    """
    with database.read() as session:
        if queries.agreements_count(session) or queries.log_size(session):
            raise Refused(
                "Cette base contient déjà des accords : l’index se refait dans une base vide."
            )
    lines = recover_log(database, archive, roots, now)
    with database.read() as session:
        every = queries.log_lines(session, 0, lines)
    logged, gone = _logged(every), destroyed_in(every)
    keys = _manifests(archive)
    problems = [
        f"Le journal d’archive nomme {line.facts['manifest_key']}, que l’archive n’a plus."
        for line in logged.values()
        if line.dossier not in gone and line.facts["manifest_key"] not in keys.get(line.dossier, ())
    ]
    done = uncovered = 0
    latest = [(dossier, found[-1]) for dossier, found in keys.items()]
    cited: dict[str, str] = {}
    for start in range(0, len(latest), _AT_ONCE):
        batch = []
        for dossier, key in latest[start : start + _AT_ONCE]:
            line = logged.get(dossier)
            try:
                batch.append(_read(archive, key, line, files=files))
            except (Broken, NotFound) as error:
                problems.append(f"Dossier {dossier} : {error.explain()}")
            else:
                uncovered += not _covers(line, key)
        with database.write() as session:
            for found in batch:
                _put(session, found, now, cited)
        done += len(batch)
    with database.write() as session:
        queries.join_again(session, cited)
    problems += office_back(database, archive, every)
    return Rebuilt(done, lines, uncovered, tuple(problems))


def _put(session: Session, found: _Found, now: datetime, cited: dict[str, str]) -> None:
    row = found.row
    queries.put_again(session, row, found.events)
    for content in found.files:
        queries.keep(session, content, row.archived_at or now, row.id)
    if person := person_in(row.data):
        queries.meet(session, *person)
    if parent := found.events[0].data.get("cites"):
        cited[row.id] = str(parent)


def _manifests(archive: Archive) -> dict[str, list[str]]:
    """The keys of the manifests of each dossier, the latest last."""
    found: dict[str, list[str]] = {}
    for key in archive.list(DOSSIERS):
        parts = key.split("/")
        if len(parts) == 6 and parts[4] == "m" and key.endswith(".json"):
            found.setdefault(parts[3], []).append(key)
    return {dossier: sorted(keys, key=_sequence) for dossier, keys in found.items()}


def _sequence(key: str) -> str:
    return key.rsplit("/", 1)[1]


def _logged(lines: Sequence[Line]) -> dict[str, Line]:
    """The last line that commits a manifest of each dossier."""
    kinds = {LineType.INGEST, LineType.RENEW}
    return {line.dossier: line for line in lines if line.type in kinds}


def _covers(line: Line | None, key: str) -> bool:
    return line is not None and line.facts["manifest_key"] == key


def _read(archive: Archive, key: str, line: Line | None, *, files: bool) -> _Found:
    """A dossier, read again. Raises Broken, NotFound or Unavailable."""
    manifest = read_manifest(archive, key)
    covered = line if line is not None and _covers(line, key) else None
    if covered and covered.facts["manifest_sha256"] != key_sha256(key):
        raise Broken("Son manifeste n’est pas celui que le journal d’archive a inscrit.")
    places = {entry.role: entry.stored for entry in manifest.objects}
    if not {"journal", "donnees"} <= places.keys():
        raise Broken("Son manifeste ne nomme ni journal ni données.")
    kept, data = archive.get(places.pop("journal")), archive.get(places.pop("donnees"))
    problems = journal.verify(kept)
    events = [] if problems else json.loads(kept)["events"]
    if problems or (len(events), events[-1]["hash"]) != (
        manifest.journal_length,
        manifest.journal_head,
    ):
        raise Broken("Son journal ne tient pas, ou n’est pas celui du manifeste.")
    if covered:
        events += covered.facts["events"]
    if journal.verify(journal.canonical({"agreement": manifest.dossier_id, "events": events})):
        raise Broken("La fin de son journal, que garde le journal d’archive, ne le prolonge pas.")
    whole = tuple(events_of(events))
    others = tuple(archive.get(place) for place in places.values()) if files else ()
    return _Found(agreement_again(manifest, whole, data, key), whole, others)


def differences(one: Database, other: Database) -> Iterator[str]:
    """What two indexes say otherwise of the archived agreements, in French; nothing when equal.

    `other` is the one made again: its journals end with their dossier, its log with the last head.
    """
    with one.read() as session:
        here = queries.index_of(session)
    with other.read() as session:
        there = queries.index_of(session)
    for reference in sorted(here.keys() ^ there.keys()):
        where = "la base" if reference in here else "l’index refait"
        yield f"{reference} : n’est que dans {where}."
    for reference in sorted(here.keys() & there.keys()):
        yield from _compared(reference, here[reference], there[reference])


def _compared(
    reference: str, here: Mapping[str, object], there: Mapping[str, object]
) -> Iterator[str]:
    for name, value in here.items():
        again = there[name]
        if name in _GROWS and isinstance(value, tuple) and isinstance(again, tuple):
            same = value[: len(again)] == again
        else:
            same = value == again
        if not same:
            yield f"{reference} : « {name} » n’est pas le même."
