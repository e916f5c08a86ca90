"""Renew archival timestamps before the certificate of the last one ends, dossier by dossier.

Each PDF that is due gets one more timestamp at its end (nothing before it changes); the dossier is
then archived as a new manifest, which names the one before by its hash. Cut off anywhere, the next
pass goes on: new files are journaled before they are archived. One failure never stops the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from docgen import journal
from docgen.actions.custody.copies import take_into_custody
from docgen.actions.dossier import SIGNED_ROLE
from docgen.actions.logged import log_archived
from docgen.actions.on_paper import ROLE as SCAN_ROLE
from docgen.actions.paper import CLOSING_FIELD
from docgen.actions.ports import Ports
from docgen.actions.seal import told
from docgen.actions.sweep import Swept
from docgen.archive.dossier import Dossier, deposit, fetch
from docgen.archive.store import key_sha256
from docgen.errors import Broken, DocgenError
from docgen.journal import Event, EventType
from docgen.lifecycle import Actor
from docgen.records import queries, tables
from docgen.signing.seal import Sealed

STEP = "horodatages renouvelés"
UP_TO_DATE = "dossiers à jour"


def renew_timestamps(ports: Ports, now: datetime, on: datetime | None = None) -> Swept:
    """Renew what is due at `on` (now, when not said). `busy`: another pass is at it."""
    done = Swept()
    with ports.database.exclusive("renew") as mine:
        if not mine:
            done.busy = True
            return done
        with ports.database.read() as session:
            kept = queries.archived_ids(session)
        for agreement_id in kept:
            with ports.database.read() as session:
                row = queries.agreement(session, agreement_id)
            try:
                renewed = _renew(ports, row, now, on or now)
            except DocgenError as error:
                done.failures.append((row.reference, STEP, error.explain()))
            else:
                done.count(STEP if renewed else UP_TO_DATE, renewed or 1)
    return done


def _renew(ports: Ports, row: tables.Agreement, now: datetime, on: datetime) -> int:
    """Renew one dossier; how many of its PDFs were. Raises Broken, NotFound or Unavailable."""
    before = fetch(ports.archive, row.manifest_key or "")
    previous = key_sha256(row.manifest_key or "")
    pending = _pending(_events(ports, row))
    if not pending:
        made = {
            item.role: sealed
            for item in before.items
            # A scan is an image: it has no timestamp, and the sealed journal holds its hash.
            if item.media_type == "application/pdf" and not item.role.startswith(SCAN_ROLE)
            for sealed in (_renewed(ports, before, item.role, item.content, now, on),)
            if sealed is not None
        }
        if not made:
            return 0
        ports.pause("renew.made")
        _journal(ports, row, made, now)
    ports.pause("renew.journaled")
    events = _events(ports, row)
    renewed = _next(ports, row, before, events)
    deposited = deposit(ports.archive, renewed, ports.pause)
    ports.pause("renew.archived")
    with ports.database.write() as session:
        held = queries.locked(session, row.id)
        if held.manifest_key != row.manifest_key:
            return 0
        held.manifest_key = deposited.manifest_key
        queries.append(
            session,
            row.id,
            EventType.ARCHIVED,
            now,
            Actor.SCHEDULE,
            {
                "manifest_key": deposited.manifest_key,
                "manifest_sha256": deposited.manifest_sha256,
                "prev_manifest_sha256": previous,
                "store": ports.archive.name,
            },
        )
        take_into_custody(session, deposited, now, row.id)
        log_archived(session, row.id, renewed.journal_length)
    return len(_pending(events))


def _renewed(
    ports: Ports, dossier: Dossier, role: str, pdf: bytes, now: datetime, on: datetime
) -> Sealed | None:
    """The PDF with one more timestamp, None when it is not due. Raises Broken: it is not sound."""
    fields = [CLOSING_FIELD]
    if role == SIGNED_ROLE:
        fields = [signature.field for signature in dossier.signatures]
    found = ports.sealer.verify(pdf, fields, now)
    if found.problems:
        raise Broken(f"{dossier.reference}, {role} : {found.problems[0]}")
    # Without any timestamp (degraded), the first one is due at once.
    if found.time_until is not None and found.time_until - ports.terms.renew_before > on:
        return None
    sealed = ports.sealer.renew(pdf, now)
    after = ports.sealer.verify(sealed.pdf, fields, now)
    if after.problems or not sealed.pdf.startswith(pdf):
        reason = after.problems[0] if after.problems else "les octets d’avant ont changé."
        raise Broken(f"{dossier.reference}, {role} : renouvellement refusé. {reason}")
    return sealed


def _journal(
    ports: Ports, row: tables.Agreement, made: Mapping[str, Sealed], now: datetime
) -> None:
    """Keep the new bytes and say so, before the archive is touched."""
    with ports.database.write() as session:
        queries.locked(session, row.id)
        for sealed in made.values():
            queries.keep(session, sealed.pdf, now, row.id)
        queries.append(
            session,
            row.id,
            EventType.RENEWED,
            now,
            Actor.SCHEDULE,
            {"files": {role: told(sealed) for role, sealed in made.items()}},
        )


def _next(
    ports: Ports,
    row: tables.Agreement,
    before: Dossier,
    events: Sequence[Event],
) -> Dossier:
    """The dossier with its new files and the journal as far as it says so."""
    previous = key_sha256(row.manifest_key or "")
    files = _pending(events)
    upto = max(n for n, e in enumerate(events, 1) if e.type is EventType.RENEWED)
    kept = events[:upto]
    with ports.database.read() as session:
        contents = {role: queries.content(session, digest) for role, digest in files.items()}
    contents["journal"] = journal.export(row.id, kept)
    return replace(
        before,
        seq=before.seq + 1,
        prev_manifest_sha256=previous,
        journal_head=kept[-1].hash,
        journal_length=len(kept),
        items=tuple(
            replace(item, content=contents.get(item.role, item.content)) for item in before.items
        ),
    )


def _pending(events: Sequence[Event]) -> dict[str, str]:
    """The files (role: SHA-256) of a renewal that is journaled and not archived yet."""
    last = next(e for e in reversed(events) if e.type in {EventType.RENEWED, EventType.ARCHIVED})
    if last.type is EventType.ARCHIVED:
        return {}
    return {role: one["sha256"] for role, one in last.data["files"].items()}


def _events(ports: Ports, row: tables.Agreement) -> tuple[Event, ...]:
    with ports.database.read() as session:
        return queries.events(session, row.id)
