"""The office's journal, each night: its new lines go to the archive, and its end to the log.

Who looked at what, and who decided what must go, can then neither be rewritten unseen nor be lost
with the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from docgen import office_journal
from docgen.actions.ports import Ports
from docgen.archive.log_place import keep_accesses
from docgen.archive.store import Archive
from docgen.errors import Broken, DocgenError
from docgen.french import PARIS
from docgen.journal.log import Line, LineType
from docgen.lifecycle import Actor
from docgen.office_journal import Entry
from docgen.records import queries
from docgen.records.database import Database


def anchor(ports: Ports, now: datetime) -> bool:
    """Log how far the office's journal goes; False when it went no further. Raises Unavailable."""
    with ports.database.read() as session:
        end, digest = queries.office_head(session)
        before = _length(queries.last_line(session, LineType.ACCESS))
        entries = queries.office_entries(session, after=before) if end > before else ()
    entries = tuple(one for one in entries if one.seq <= end)
    if not entries:
        return False
    day = now.astimezone(PARIS).date()
    key = keep_accesses(ports.archive, day, office_journal.to_lines(entries))
    ports.pause("log.access")
    with ports.database.write() as session:
        queries.hold_log(session)
        if _length(queries.last_line(session, LineType.ACCESS)) != before:
            return False
        facts = {"length": end, "head": digest, "key": key}
        queries.log(session, LineType.ACCESS, now, Actor.SCHEDULE, facts=facts)
    return True


def office_problems(database: Database, lines: Sequence[Line]) -> Iterator[str]:
    """What the office's journal says here otherwise than the log, in French."""
    pins = {_length(line): line.facts["head"] for line in _anchors(lines)}
    with database.read() as session:
        here = queries.office_hashes(session, pins)
    for number, digest in pins.items():
        if here.get(number) != digest:
            yield (
                f"Le journal du bureau a été réécrit ou coupé : sa ligne {number} n’est plus celle "
                "que le journal d’archive connaît."
            )


def office_back(database: Database, archive: Archive, lines: Sequence[Line]) -> tuple[str, ...]:
    """Put the office's journal back in an empty database; what is wrong with it, in French."""
    found: list[Entry] = []
    try:
        for line in _anchors(lines):
            found += office_journal.from_lines(archive.get(str(line.facts["key"])))
            if (found[-1].seq, found[-1].hash) != (_length(line), line.facts["head"]):
                raise Broken("Le journal du bureau ne s’arrête pas où le journal d’archive le dit.")
    except ValueError:
        return ("Le journal du bureau n’est pas lisible dans l’archive : il n’est pas remis.",)
    except DocgenError as error:
        return (error.explain(),)
    if problems := office_journal.faults(found):
        return problems
    if found:
        with database.write() as session:
            queries.office_again(session, found)
    return ()


def _anchors(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.type is LineType.ACCESS]


def _length(line: Line | None) -> int:
    return int(line.facts["length"]) if line else 0
