"""Take back from the archive what a restored or lost database does not know of the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.publish_head import ARCHIVE
from docgen.actions.verify_log import judged
from docgen.archive.log_place import KeptHead
from docgen.archive.store import Archive
from docgen.errors import Broken
from docgen.journal.log import Line, parse_head
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.signing.roots import Roots


def recover_log(database: Database, archive: Archive, roots: Roots, now: datetime) -> int:
    """Add the archived lines and heads that this database has not; how many lines.

    Raises Broken, and changes nothing, when the archived log does not hold, or does not continue
    what this database has: then two histories exist, and a person must judge.
    """
    kept, checked, _, problems = judged(archive, roots)
    if problems:
        raise Broken(f"Le journal que contient l’archive ne tient pas. {problems[0]}")
    with database.exclusive("log") as mine, database.write() as session:
        if not mine:
            raise Broken("Une tête d’arbre est en train d’être signée : recommencez ensuite.")
        queries.hold_log(session)
        added = _lines(session, checked.lines)
        known = {head.size for head in queries.tree_heads(session)}
        for head in kept.heads:
            size = parse_head(head.content).size
            if size not in known:
                session.add(_row(head))
                session.flush()
                session.add(tables.Publication(size=size, place=ARCHIVE, done_at=now))
    return added


def _lines(session: Session, archived: tuple[Line, ...]) -> int:
    here = queries.log_lines(session, 0, queries.log_size(session))
    both = min(len(here), len(archived))
    if here[:both] != archived[:both]:
        raise Broken(
            "Deux histoires : le journal de cette base ne commence pas comme celui de l’archive. "
            "Rien n’est changé."
        )
    if len(here) > len(archived):
        return 0
    for line in archived[len(here) :]:
        queries.add_line(session, line)
    return len(archived) - len(here)


def _row(head: KeptHead) -> tables.TreeHead:
    return tables.TreeHead(
        size=parse_head(head.content).size,
        at=parse_head(head.content).at,
        content=head.content,
        signature=head.signature,
        token=head.token,
        certificate=head.certificate,
        chain=head.chain,
        authority="",
    )
