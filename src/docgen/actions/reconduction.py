"""A tacit renewal written down: a note to the file, sealed and archived with its convention.

Nobody signs it: a renewal is what happens when nobody says no. The note says which period began,
and that no notice came by its last day. The company is told when the convention says so. Four
steps, each committed, each found again by the next pass: note, journal, archive, mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from docgen import journal
from docgen.actions.around import end_by_notice
from docgen.actions.evidence import seal_proof
from docgen.actions.paper import CLOSING_FIELD, load_amended
from docgen.actions.ports import Ports
from docgen.actions.post import want
from docgen.actions.seal import told, waited_enough, waiting_for_time
from docgen.actions.template import template_of
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Period, periods
from docgen.archive.dossier import Dossier, Item, deposit, fetch
from docgen.archive.store import key_sha256
from docgen.documents.render import render
from docgen.errors import Refused
from docgen.french import FILTERS
from docgen.journal import Event, EventType
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables

TEMPLATE = "note-de-reconduction"
ROLE = "note-de-reconduction"
# Each takes LibreOffice and two seals: the rest is for the next pass, two minutes later.
MOST = 20


@dataclass(frozen=True)
class Renewed:
    """A renewal that took place: the period that ended, and the one that began."""

    convention: Partenariat
    before: Period
    period: Period


def due_notes(ports: Ports) -> Sequence[str]:
    """Ids of the conventions renewed of late whose note is not made, oldest first."""
    with ports.database.read() as session:
        return queries.reconductions_to_note(session, MOST)


def note_renewals(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Write down each renewal of a convention that was announced. Raises Unavailable or Broken."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        announced = queries.announced_renewals(session, row.reference)
    for ended in announced:
        if row.state is Status.ARCHIVE:
            note_renewal(ports, row.reference, ended + timedelta(days=1), now)
        with ports.database.write() as session:
            queries.renewal_noted(session, row.reference, ended, now)


def note_renewal(ports: Ports, reference: str, first: date, now: datetime) -> str | None:
    """The note of the period that begins on that day, made once; its SHA-256.

    None when no tacit renewal began that day (a notice or an avenant came in between).
    """
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        children = queries.children_of(session, [row.id])
        events = queries.events(session, row.id)
    if row.state is not Status.ARCHIVE:
        raise Refused(f"{reference} n’est pas archivée : sa reconduction ne peut pas être notée.")
    found = _renewed_on(row, children, first)
    if found is None:
        return None
    digest = _noted(events, first)
    if digest is None:
        digest = _make(ports, row, found, events, now)
    _archive(ports, row.id, now)
    if found.convention.reconduction and found.convention.reconduction.avis_entreprise:
        with ports.database.write() as session:
            want(
                session,
                ports,
                queries.locked(session, row.id),
                "reconduction",
                now,
                recipient=found.convention.referents.entreprise.courriel,
                suffix=first.isoformat(),
            )
    return digest


def _renewed_on(
    row: tables.Agreement, children: Sequence[tables.Agreement], first: date
) -> Renewed | None:
    convention = load_amended(row, children)
    if not isinstance(convention, Partenariat):
        raise Refused(f"{row.reference} n’est pas une convention de partenariat.")
    before: Period | None = None
    for period in periods(convention, end_by_notice(row.id, children)):
        if period.first == first and before is not None and before.notice is not None:
            return Renewed(convention, before, period)
        if period.first > first:
            return None
        before = period
    return None


def _noted(events: Sequence[Event], first: date) -> str | None:
    return next(
        (
            str(event.data["sha256"])
            for event in events
            if event.type is EventType.RECONDUCTED and event.data["first"] == first.isoformat()
        ),
        None,
    )


def _make(
    ports: Ports, row: tables.Agreement, found: Renewed, events: Sequence[Event], now: datetime
) -> str:
    """Make the note, seal it, keep it and say so."""
    marks = {
        "reference": row.reference,
        "titre": found.convention.titre(),
        "organisation": found.convention.organisation,
        "entreprise": found.convention.entreprise,
        "debut": row.first_day,
        "avant": found.before,
        "periode": found.period,
        "preavis": found.convention.preavis,
        "maximum": found.convention.reconduction and found.convention.reconduction.maximum,
        "suivante": found.period.notice is not None,
        "avis_entreprise": bool(
            found.convention.reconduction and found.convention.reconduction.avis_entreprise
        ),
        "referents": found.convention.referents,
        "emis_le": now,
    }
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, TEMPLATE), marks, FILTERS))
    field = f"{ROLE}-{found.period.rank}"
    without = waited_enough(ports.terms, events, field, now)
    with waiting_for_time(ports, row.id, field, now):
        sealed = seal_proof(ports, row, pdf, "Note de reconduction", now, or_without_time=without)
    ports.pause("reconduction.made")
    with ports.database.write() as session:
        queries.locked(session, row.id)
        if known := _noted(queries.events(session, row.id), found.period.first):
            return known
        digest = queries.keep(session, sealed.pdf, now, row.id)
        last = found.period.last
        facts = {
            "rank": found.period.rank,
            "first": found.period.first.isoformat(),
            "last": last.isoformat() if last else None,
            "field": CLOSING_FIELD,
            **told(sealed),
        }
        queries.append(session, row.id, EventType.RECONDUCTED, now, Actor.SCHEDULE, facts)
    return digest


def _archive(ports: Ports, agreement_id: str, now: datetime) -> None:
    """The dossier again, with the notes it does not hold yet and the journal that says them."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        events = queries.events(session, agreement_id)
    before = fetch(ports.archive, row.manifest_key or "")
    held = {item.sha256 for item in before.items}
    notes = [event for event in events if event.type is EventType.RECONDUCTED]
    missing = [event for event in notes if event.data["sha256"] not in held]
    if not missing:
        return
    previous = key_sha256(row.manifest_key or "")
    deposited = deposit(
        ports.archive, _with_notes(ports, before, events, missing, previous), ports.pause
    )
    ports.pause("reconduction.archived")
    with ports.database.write() as session:
        held_row = queries.locked(session, agreement_id)
        if held_row.manifest_key != row.manifest_key:
            return
        held_row.manifest_key = deposited.manifest_key
        queries.append(
            session,
            agreement_id,
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


def _with_notes(
    ports: Ports,
    before: Dossier,
    events: Sequence[Event],
    missing: Sequence[Event],
    previous: str,
) -> Dossier:
    with ports.database.read() as session:
        items = [
            Item(
                f"{ROLE}-{event.data['rank']}",
                "pdf",
                "application/pdf",
                queries.content(session, event.data["sha256"]),
            )
            for event in missing
        ]
    kept = events[: missing[-1].seq]
    exported = journal.export(before.dossier_id, kept)
    return replace(
        before,
        seq=before.seq + 1,
        prev_manifest_sha256=previous,
        journal_head=kept[-1].hash,
        journal_length=len(kept),
        items=(
            *(
                replace(item, content=exported) if item.role == "journal" else item
                for item in before.items
            ),
            *items,
        ),
    )
