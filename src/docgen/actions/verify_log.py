"""Check the log: as the archive holds it, against what was signed, this database, and witnesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from docgen.actions.audit.anchoring import office_problems
from docgen.actions.ports import Ports
from docgen.archive.log_place import KeptHead, KeptLog, read_log
from docgen.archive.store import Archive
from docgen.errors import Broken
from docgen.journal.checking import Checked, check_log
from docgen.journal.log import Line, LineType, destroyed_in, parse_head
from docgen.records import queries
from docgen.signing.roots import Roots, roots_of
from docgen.signing.statement import Statement, check_statement


@dataclass(frozen=True)
class LogVerdict:
    """What was found: lines and heads in the archive, those here, and every problem in French.

    `signed_at` is the time of the last head's timestamp; `unpublished`: lines that no archived head
    covers yet.
    """

    lines: int
    heads: int
    signed_at: datetime | None
    unpublished: int
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems


def verify_log(
    ports: Ports, witnessed: Sequence[bytes] = (), archive: Archive | None = None
) -> LogVerdict:
    """Check the log of this installation, or of a copy of its `archive`.

    `witnessed`: heads kept elsewhere, as they were mailed. Raises Unavailable.
    """
    kept, checked, signed_at, problems = judged(
        archive or ports.archive, roots_of(ports.sealer), witnessed
    )
    if archive is None:
        problems += _against_records(ports, kept, checked.lines)
        if ports.second is not None:
            other = read_log(ports.second)
            if not _continues(other.segments, kept.segments):
                problems.append("La seconde copie ne contient pas le même journal.")
    with ports.database.read() as session:
        size = queries.log_size(session)
    behind = max(size - len(checked.lines), 0) if archive is None else 0
    return LogVerdict(
        len(checked.lines),
        len(checked.heads),
        signed_at,
        behind,
        tuple(dict.fromkeys(problems)),
    )


def judged(
    archive: Archive, roots: Roots, witnessed: Sequence[bytes] = ()
) -> tuple[KeptLog, Checked, datetime | None, list[str]]:
    """(what the archive holds, its lines and heads, time of the last head, problems)."""
    kept = read_log(archive)
    checked = check_log(kept.segments, [head.content for head in kept.heads], witnessed)
    problems = [*kept.problems, *checked.problems]
    signed_at = None
    for head in kept.heads:
        signed_at, faults = head_faults(head, roots)
        problems += faults
    return kept, checked, signed_at, problems


def head_faults(head: KeptHead, roots: Roots) -> tuple[datetime | None, list[str]]:
    """When a head was timestamped, and what is wrong with its signature and its time."""
    try:
        parsed = parse_head(head.content)
    except ValueError:
        return None, []  # check_log says so
    statement = Statement(
        head.content, head.signature, head.token, head.certificate, head.chain, ""
    )
    stated = check_statement(statement, roots, parsed.key)
    return stated.at, [f"Tête d’arbre à {parsed.size} lignes : {one}" for one in stated.problems]


def _against_records(ports: Ports, kept: KeptLog, lines: Sequence[Line]) -> Iterator[str]:
    """What this database says otherwise than the archive."""
    with ports.database.read() as session:
        try:
            here = queries.log_lines(session, 0, queries.log_size(session))
        except Broken as error:
            yield error.explain()
            return
        heads = queries.tree_heads(session)
        gone = {
            one.size
            for one in queries.publications(session)
            if one.place == "archive" and one.done_at
        }
    if len(here) < len(lines):
        yield (
            f"Cette base n’a que {len(here)} lignes, et l’archive {len(lines)} : faites « docgen "
            "journal recover »."
        )
    both = min(len(here), len(lines))
    if list(here[:both]) != list(lines[:both]):
        first = next(n for n in range(both) if here[n] != lines[n])
        yield f"Deux histoires : la ligne {first} diffère dans la base et dans l’archive."
    archived = {head.content for head in kept.heads}
    for head in heads:
        if head.size in gone and head.content not in archived:
            yield f"La tête d’arbre à {head.size} lignes a été publiée, et l’archive ne l’a plus."
    yield from _journals(ports, here)
    yield from office_problems(ports.database, here)


def _journals(ports: Ports, lines: Sequence[Line]) -> Iterator[str]:
    """Each journal must still pass through the last end that the log pinned of it."""
    pins = {line.dossier: line.facts for line in lines if line.type is LineType.JOURNAL}
    gone = destroyed_in(lines)
    with ports.database.read() as session:
        ends = queries.event_hashes(
            session, {dossier: int(facts["length"]) for dossier, facts in pins.items()}
        )
    for dossier, facts in pins.items():
        if dossier in gone and dossier not in ends:
            continue  # destroyed, then left out of an index made again
        if ends.get(dossier) != facts["head"]:
            yield (
                f"Le journal de l’accord {dossier} a été réécrit ou coupé : sa ligne "
                f"{facts['length']} n’est plus celle que le journal d’archive connaît."
            )


def _continues(one: Sequence[bytes], other: Sequence[bytes]) -> bool:
    short, long = sorted((b"".join(one), b"".join(other)), key=len)
    return long.startswith(short)
