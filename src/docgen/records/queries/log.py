"""Queries on the log: it grows line by line, keeps its tree, and gives roots and proofs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session

from docgen.errors import Broken
from docgen.journal import merkle
from docgen.journal.log import Line, LineType, following, parse_line, subject_of
from docgen.lifecycle import Status
from docgen.records.log import LogLine, LogNode, Publication, TreeHead
from docgen.records.tables import Agreement, Event

_JOURNALS_AT_ONCE = 500
_LINES_AT_ONCE = 5000


def log(
    session: Session,
    type_: LineType,
    at: dt.datetime,
    actor: str,
    dossier: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Line | None:
    """Add a line to the log, one writer at a time to the end of the transaction.

    None when what it is about (`subject_of`) was logged before. Take every other lock first.
    """
    hold_log(session)
    subject = subject_of(type_, facts or {})
    if (
        subject is not None
        and session.scalar(
            select(LogLine.n).where(
                LogLine.dossier == dossier, LogLine.type == type_, LogLine.subject == subject
            )
        )
        is not None
    ):
        return None
    row = session.scalar(select(LogLine).order_by(LogLine.n.desc()).limit(1))
    last = parse_line(row.content.encode()) if row else None
    line = following(last, type_, at, actor, dossier, facts or {})
    add_line(session, line)
    return line


def hold_log(session: Session) -> None:
    """Let one transaction at a time add to the log. SQLite's write transaction already does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('docgen.log'))"))


def add_line(session: Session, line: Line) -> None:
    """Write a line that follows the last one, and the subtrees it completes."""
    session.add(
        LogLine(
            n=line.n,
            type=line.type,
            dossier=line.dossier,
            subject=line.subject,
            content=line.to_bytes().decode(),
            leaf=line.leaf.hex(),
        )
    )
    for (level, index), made in merkle.grown(line.n, line.leaf, lambda one: _node(session, one)):
        if level:
            session.add(LogNode(level=level, index=index, hash=made.hex()))
    session.flush()


def log_size(session: Session) -> int:
    """How many lines the log has."""
    last = session.scalar(select(func.max(LogLine.n)))
    return 0 if last is None else last + 1


def log_lines(session: Session, begin: int, end: int) -> tuple[Line, ...]:
    """The lines from `begin` up to `end`, left out. Raises Broken: one was changed."""
    rows = session.scalars(
        select(LogLine).where(LogLine.n >= begin, LogLine.n < end).order_by(LogLine.n)
    )
    return tuple(_line(row) for row in rows)


def line_of(session: Session, dossier: str, subject: str) -> Line | None:
    """The line that logged that very manifest or journal of a dossier, if any."""
    row = session.scalar(
        select(LogLine).where(LogLine.dossier == dossier, LogLine.subject == subject)
    )
    return _line(row) if row else None


def last_line(session: Session, type_: LineType) -> Line | None:
    """The last line of that type. Raises Broken: it was changed."""
    row = session.scalar(
        select(LogLine).where(LogLine.type == type_).order_by(LogLine.n.desc()).limit(1)
    )
    return _line(row) if row else None


def hashes(session: Session, spans: Iterable[merkle.Span]) -> tuple[bytes, ...]:
    """The hash of the tree over each of those spans, read in one or two statements."""
    wanted = tuple(spans)
    kept = _nodes(session, merkle.needed(wanted))
    return merkle.proof(wanted, kept.__getitem__)


def log_root(session: Session, size: int) -> bytes:
    """The root of the tree as it was at that size."""
    return hashes(session, [(0, size)])[0]


def root_again(session: Session, size: int) -> bytes:
    """The root at that size from the lines themselves, whatever the kept subtrees say.

    Raises Broken when a line and its own leaf disagree.
    """
    query = (
        select(LogLine.n, LogLine.content, LogLine.leaf)
        .where(LogLine.n < size)
        .order_by(LogLine.n)
        .execution_options(yield_per=_LINES_AT_ONCE)
    )
    with session.execute(query) as lines:
        return merkle.root_of(_leaf(*line) for line in lines)


def tree_heads(session: Session) -> Sequence[TreeHead]:
    """Every head, the smallest first."""
    return session.scalars(select(TreeHead).order_by(TreeHead.size)).all()


def last_head(session: Session) -> TreeHead | None:
    """The newest head."""
    return session.scalar(select(TreeHead).order_by(TreeHead.size.desc()).limit(1))


def first_head_over(session: Session, n: int) -> TreeHead | None:
    """The first head that covers line `n`: a dossier's proof never changes afterwards."""
    return session.scalar(
        select(TreeHead).where(TreeHead.size > n).order_by(TreeHead.size).limit(1)
    )


def publications(session: Session, *, waiting: bool = False) -> Sequence[Publication]:
    """Where each head must go, in order; only those that have not gone when `waiting`."""
    query = select(Publication).order_by(Publication.size, Publication.place)
    if waiting:
        query = query.where(Publication.done_at.is_(None))
    return session.scalars(query).all()


def publication(session: Session, size: int, place: str) -> Publication | None:
    """One of them."""
    return session.get(Publication, (size, place))


def journals_to_pin(session: Session) -> Iterator[tuple[str, int, str]]:
    """(agreement, length, head) of each journal whose last line the log does not know."""
    ends = (
        select(Event.agreement_id, func.max(Event.seq).label("seq"))
        .group_by(Event.agreement_id)
        .subquery()
    )
    pinned = select(LogLine.subject).where(
        LogLine.dossier == Event.agreement_id, LogLine.type == LineType.JOURNAL
    )
    query = (
        select(Event.agreement_id, Event.seq, Event.hash)
        .join(ends, (Event.agreement_id == ends.c.agreement_id) & (Event.seq == ends.c.seq))
        .where(Event.hash.not_in(pinned))
        .order_by(Event.agreement_id)
    )
    yield from session.execute(query).tuples()


def event_hashes(session: Session, at: Mapping[str, int]) -> dict[str, str]:
    """The hash of the event of that number in each of those journals, where it is there."""
    found: dict[str, str] = {}
    wanted = sorted(at)
    for start in range(0, len(wanted), _JOURNALS_AT_ONCE):
        some = wanted[start : start + _JOURNALS_AT_ONCE]
        rows = session.execute(
            select(Event.agreement_id, Event.seq, Event.hash).where(
                Event.agreement_id.in_(some), Event.seq.in_({at[one] for one in some})
            )
        )
        found |= {one: made for one, seq, made in rows if at[one] == seq}
    return found


def archived_manifests(session: Session) -> Sequence[tuple[str, str]]:
    """(agreement, key of its manifest) of every dossier in the archive, oldest first."""
    found = session.execute(
        select(Agreement.id, Agreement.manifest_key)
        .where(Agreement.manifest_key.is_not(None), Agreement.status != Status.DETRUIT)
        .order_by(Agreement.archived_at, Agreement.id)
    )
    return [(one, key) for one, key in found if key]


def logged_subjects(session: Session) -> frozenset[tuple[str, str]]:
    """(dossier, subject) of every line that has one."""
    found = session.execute(
        select(LogLine.dossier, LogLine.subject).where(LogLine.subject.is_not(None))
    )
    return frozenset((dossier, subject) for dossier, subject in found)


def _line(row: LogLine) -> Line:
    try:
        line = parse_line(row.content.encode())
    except ValueError as error:
        raise Broken(f"La ligne {row.n} du journal d’archive a été modifiée.") from error
    if (line.n, line.leaf.hex()) != (row.n, row.leaf):
        raise Broken(f"La ligne {row.n} du journal d’archive a été modifiée.")
    return line


def _leaf(number: int, content: str, leaf: str) -> bytes:
    made = merkle.leaf_hash(content.encode())
    if made.hex() != leaf:
        raise Broken(f"Le journal d’archive a été réécrit : sa ligne {number} a été modifiée.")
    return made


def _node(session: Session, place: merkle.Place) -> bytes:
    return _nodes(session, [place])[place]


def _nodes(session: Session, wanted: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """Those subtrees' hashes. Raises Broken when one is missing."""
    levels: dict[int, list[int]] = {}
    for level, index in wanted:
        levels.setdefault(level, []).append(index)
    below = levels.pop(0, [])
    found: dict[merkle.Place, bytes] = {}
    if levels:
        # Level by level: SQLite looks a list of pairs up by reading the whole table.
        here = [
            and_(LogNode.level == level, LogNode.index.in_(indexes))
            for level, indexes in levels.items()
        ]
        rows = session.execute(select(LogNode.level, LogNode.index, LogNode.hash).where(or_(*here)))
        found |= {(level, index): bytes.fromhex(made) for level, index, made in rows}
    if below:
        leaves = session.execute(select(LogLine.n, LogLine.leaf).where(LogLine.n.in_(below)))
        found |= {(0, n): bytes.fromhex(leaf) for n, leaf in leaves}
    if len(found) != len(below) + sum(map(len, levels.values())):
        raise Broken("L’arbre du journal d’archive est incomplet : la base a été modifiée.")
    return found
