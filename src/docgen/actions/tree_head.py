"""The tree head, each day: pin what is new, sign how far the log went, send it where it must go.

Each step is committed before the next, and a publication that fails waits for the next pass. A log
that does not continue what was signed or archived before is never signed: somebody rewrote it, or
an old backup was restored.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.audit.anchoring import anchor
from docgen.actions.logged import log_archived
from docgen.actions.ports import Ports
from docgen.actions.publish_head import places_of, publish_heads
from docgen.actions.sweep import Swept
from docgen.archive.dossier import read_manifest
from docgen.archive.log_place import last_head_size
from docgen.errors import Broken, DocgenError
from docgen.journal import merkle
from docgen.journal.log import Head, LineType, parse_head
from docgen.lifecycle import Actor
from docgen.records import queries, tables
from docgen.signing.statement import key_id, state

STEP = "tête d’arbre"
LINES = "lignes au journal d’archive"
HEADS = "têtes d’arbre signées"
LOG = "journal d’archive"
_AT_ONCE = 500


def tree_head(ports: Ports, now: datetime) -> Swept:
    """One pass: pin, sign if anything is new, publish what waits. `busy`: another pass is at it."""
    done = Swept()
    with ports.database.exclusive("log") as mine:
        if not mine:
            done.busy = True
            return done
        try:
            if pinned := pin(ports, now) + anchor(ports, now):
                done.count(LINES, pinned)
            if sign_head(ports, now, thorough=True):
                done.count(HEADS)
        except DocgenError as error:
            done.failures.append((LOG, STEP, error.explain()))
        publish_heads(ports, now, done)
    return done


def ensure_head(ports: Ports, now: datetime) -> None:
    """A head over everything there is, now: for a dossier that must leave before the night.

    It is published by the next pass. Raises Broken or Unavailable.
    """
    with ports.database.exclusive("log") as mine:
        if mine:
            sign_head(ports, now, thorough=False)


def pin(ports: Ports, now: datetime) -> int:
    """Log the dossiers archived before there was a log, and the end of each journal that moved."""
    with ports.database.read() as session:
        known = queries.logged_subjects(session)
        late = [
            (one, key)
            for one, key in queries.archived_manifests(session)
            if (one, key.rsplit(".", 2)[1]) not in known
        ]
    for agreement_id, key in late:
        length = read_manifest(ports.archive, key).journal_length
        with ports.database.write() as session:
            log_archived(session, agreement_id, length)
    with ports.database.read() as session:
        moved = list(queries.journals_to_pin(session))
    ports.pause("log.pin")
    for start in range(0, len(moved), _AT_ONCE):
        with ports.database.write() as session:
            for agreement_id, length, end in moved[start : start + _AT_ONCE]:
                facts = {"length": length, "head": end}
                queries.log(session, LineType.JOURNAL, now, Actor.SCHEDULE, agreement_id, facts)
    return len(late) + len(moved)


def sign_head(ports: Ports, now: datetime, *, thorough: bool) -> bool:
    """Sign a head over every line; False when the last one does. Raises Broken or Unavailable.

    `thorough`: every line of before is hashed again, a second for 100,000.
    """
    with ports.database.read() as session:
        last = queries.last_head(session)
        head = _next_head(ports, session, last, now, thorough=thorough)
    if head is None:
        return False
    before = last.size if last else 0
    archived = last_head_size(ports.archive)
    if archived > before:
        raise Broken(
            f"L’archive contient une tête d’arbre à {archived} lignes que cette base n’a pas : une "
            "sauvegarde ancienne a été remise, ou deux bases écrivent dans la même archive. "
            "Faites « docgen journal recover » avant de continuer."
        )
    ports.pause("log.sign")
    statement = state(ports.sealer, head.to_bytes(), now)
    ports.pause("log.signed")
    with ports.database.write() as session:
        queries.hold_log(session)
        newest = queries.last_head(session)
        if (newest.size if newest else 0) != before:
            return False
        session.add(
            tables.TreeHead(
                size=head.size,
                at=now,
                content=statement.content,
                signature=statement.signature,
                token=statement.token,
                certificate=statement.certificate,
                chain=statement.chain,
                authority=statement.authority,
            )
        )
        session.flush()
        for place in places_of(ports):
            session.add(tables.Publication(size=head.size, place=place))
    return True


def _next_head(
    ports: Ports,
    session: Session,
    last: tables.TreeHead | None,
    now: datetime,
    *,
    thorough: bool,
) -> Head | None:
    """The head over every line; None when the last one is. Raises Broken: the log was rewritten."""
    size = queries.log_size(session)
    before = last.size if last else 0
    if size < before:
        raise Broken(f"Le journal d’archive a perdu des lignes : {size}, au lieu de {before}.")
    if size == before:
        return None
    path: tuple[bytes, ...] = ()
    if last is not None:
        roots = {queries.log_root(session, before).hex(), parse_head(last.content).root}
        if thorough:
            roots.add(queries.root_again(session, before).hex())
        if len(roots) > 1:
            raise Broken(
                f"Le journal d’archive a été réécrit : sa racine à {before} lignes n’est plus "
                "celle qui a été signée. Rien n’est signé ; comparez avec l’archive et les têtes "
                "envoyées."
            )
        path = queries.hashes(session, merkle.consistency(before, size))
    return Head(
        log_id=queries.log_lines(session, 0, 1)[0].leaf.hex(),
        size=size,
        root=queries.log_root(session, size).hex(),
        at=now,
        previous=hashlib.sha256(last.content).hexdigest() if last else "",
        consistency=tuple(one.hex() for one in path),
        key=key_id(ports.sealer.keys.seal.certificate),
    )
