"""Where heads go: the archive, the second copy, and by mail to people who keep them elsewhere.

Who keeps yesterday's head can show that today's log does not continue it, whatever keys the thief
had. Each place is a row that waits until it is done.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from docgen.actions.ports import Ports
from docgen.actions.sweep import Swept
from docgen.archive.log_place import KeptHead, keep_head, keep_segments
from docgen.archive.store import Archive
from docgen.errors import DocgenError, NotFound
from docgen.journal.log import parse_head
from docgen.mail.compose import mask
from docgen.mail.witness import tree_head as head_letter
from docgen.records import queries, tables
from docgen.signing.statement import organisation_of, public_key

ARCHIVE = "archive"
SECOND = "copy"
MAIL = "mail:"
PUBLISHED = "têtes d’arbre publiées"


def places_of(ports: Ports) -> list[str]:
    """Where a head signed now must go."""
    second = [SECOND] if ports.second else []
    return [ARCHIVE, *second, *(f"{MAIL}{address}" for address in ports.witnesses)]


def publish_heads(ports: Ports, now: datetime, done: Swept) -> None:
    """Publish every head that waits, in order; what fails keeps its reason and is tried again."""
    with ports.database.read() as session:
        waiting = [(one.size, one.place) for one in queries.publications(session, waiting=True)]
    stopped = set()
    for size, place in waiting:
        if place in stopped:
            continue
        ports.pause(f"log.publish.{place.partition(':')[0]}")
        try:
            _publish(ports, size, place, now)
        except DocgenError as error:
            # Heads go in order: the next ones would say nothing without this one.
            stopped.add(place)
            _settle(ports, size, place, None, error.explain())
            done.failures.append((f"tête à {size} lignes", _said(place), error.explain()))
        else:
            _settle(ports, size, place, now, None)
            done.count(PUBLISHED)


def kept_head(row: tables.TreeHead) -> KeptHead:
    """A head of the records as files."""
    return KeptHead(row.content, row.signature, row.token, row.certificate, row.chain)


def _publish(ports: Ports, size: int, place: str, now: datetime) -> None:
    with ports.database.read() as session:
        heads = queries.tree_heads(session)
    head = next(one for one in heads if one.size == size)
    if place.startswith(MAIL):
        address = place.removeprefix(MAIL)
        organisation = organisation_of(ports.sealer.keys.authority.certificate)
        letter = head_letter(address, organisation, (head.content, head.signature, head.token))
        # The same identifier at each try: a second sending is recognised.
        ports.post(letter, f"tete-{size}-{sha256(address.encode()).hexdigest()[:16]}", now)
        return
    store = ports.archive if place == ARCHIVE else ports.second
    if store is None:
        raise NotFound("La seconde copie de l’archive", place)
    before = max((one.size for one in heads if one.size < size), default=0)
    publish_to(ports, store, head, before)


def publish_to(ports: Ports, store: Archive, head: tables.TreeHead, before: int) -> None:
    """Put a head and its own lines (from `before` on) in a store. Raises Broken, Unavailable."""
    with ports.database.read() as session:
        lines = queries.log_lines(session, before, head.size)
    keep_segments(store, lines, ports.pause)
    key = parse_head(head.content).key
    keep_head(store, head.size, kept_head(head), (key, public_key(head.certificate)), ports.pause)


def _settle(
    ports: Ports, size: int, place: str, done_at: datetime | None, error: str | None
) -> None:
    with ports.database.write() as session:
        row = queries.publication(session, size, place)
        assert row is not None
        row.done_at = done_at
        row.attempts += 1
        row.last_error = error


def _said(place: str) -> str:
    if place.startswith(MAIL):
        return f"courriel à {mask(place.removeprefix(MAIL))}"
    return "archive" if place == ARCHIVE else "seconde copie"
