"""A dossier as an auditor reads it: what holds, a line each, and what it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.accounts.present import Sight
from docgen.actions.audit.finding import note_access, seen
from docgen.actions.evidence_facts import level_of
from docgen.actions.logged import Proof, proof_of
from docgen.actions.ports import Ports
from docgen.actions.proof_words import EVENTS
from docgen.actions.retention.keep import policy_in_force
from docgen.actions.verify import verifier
from docgen.archive.check import check_dossier, file_name
from docgen.archive.manifest import Manifest, parse_manifest
from docgen.archive.store import key_sha256
from docgen.documents.pages import page_count, page_image
from docgen.errors import Broken, DocgenError, NotFound
from docgen.french import date_courte, horodatage, pluriel
from docgen.journal import Event, EventType, verify
from docgen.journal import export as journal_of
from docgen.lifecycle import Status
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables


@dataclass(frozen=True)
class Line:
    """What holds of a dossier, on one line; `holds` is None for what is not known yet."""

    label: str
    holds: bool | None
    sentence: str


@dataclass(frozen=True)
class File:
    """One file of the dossier; `size` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Party:
    """Who signed, in what capacity."""

    name: str
    capacity: str
    signed_at: datetime | None


@dataclass(frozen=True)
class Moment:
    """One line of the agreement's history."""

    at: datetime
    what: str


@dataclass(frozen=True)
class DossierView:
    """Everything the page says; the shape of `docgen audit show --json`."""

    reference: str
    title: str
    status: str
    company: str
    company_siret: str | None
    start: date
    end: date
    archived: bool
    pages: int
    lines: list[Line]
    parties: list[Party]
    files: list[File]
    history: list[Moment]


def view(
    ports: Ports, sight: Sight, account: str | None, reference: str, now: datetime
) -> DossierView:
    """The dossier's page; the archive is read again, byte by byte. Raises NotFound."""
    row = seen(ports, sight, reference)
    note_access(ports, sight, account, OfficeAct.VIEWED, row.reference, now)
    with ports.database.read() as session:
        events = queries.events(session, row.id)
        kept = queries.retention(session, row.id)
        pdf = queries.content(session, row.current_sha256) if row.current_sha256 else b""
        checked_at = queries.dossier_verified(session, row.id)
        proof = _proof(session, row)
    manifest, bytes_line = _bytes(ports, row)
    return DossierView(
        reference=row.reference,
        title=agreements.get(row.kind).title,
        status=Status(row.status).label,
        company=row.company,
        company_siret=row.company_siret,
        start=row.first_day,
        end=row.last_day,
        archived=row.manifest_key is not None,
        pages=page_count(pdf) if pdf else 0,
        lines=[
            bytes_line,
            _signatures(row, manifest),
            _time(events),
            _journal(row, events),
            _log(row, proof),
            _fixity(checked_at),
            *_retention(ports, kept),
        ],
        parties=[Party(one.name, one.capacity, one.signed_at) for one in row.signers],
        files=[
            File(file_name(entry), entry.stored.size, entry.stored.sha256)
            for entry in (manifest.objects if manifest else ())
        ],
        history=[Moment(event.at, EVENTS[event.type]) for event in events],
    )


def _bytes(ports: Ports, row: tables.Agreement) -> tuple[Manifest | None, Line]:
    if row.manifest_key is None:
        return None, Line("Octets", None, "pas encore archivé : rien à relire")
    try:
        raw = ports.archive.get(row.manifest_key)
        manifest = parse_manifest(raw)
        problems = check_dossier(ports.archive.get, raw)
    except DocgenError as error:
        return None, Line("Octets", False, error.explain())
    if problems:
        return manifest, Line("Octets", False, " ".join(problems))
    count = pluriel(len(manifest.objects), "fichier relu", "fichiers relus")
    return manifest, Line("Octets", True, f"{count} à l’instant : conformes à leur empreinte")


def _signatures(row: tables.Agreement, manifest: Manifest | None) -> Line:
    if manifest is None:
        done = sum(one.signed_at is not None for one in row.signers)
        return Line("Signatures", None, f"{done} sur {len(row.signers)}")
    levels = sorted({one.level for one in manifest.signatures})
    count = pluriel(len(manifest.signatures), "signature")
    said = f"{count}, niveau {', '.join(levels)} ; signature électronique simple, preuve renforcée"
    return Line("Signatures", True, said)


def _time(events: tuple[Event, ...]) -> Line:
    closed = next((one for one in reversed(events) if one.type is EventType.CLOSED), None)
    if closed is None:
        return Line("Heure", None, "le document n’est pas clos")
    with_time = level_of(closed) != "B-B"
    how = "attestée par un horodatage" if with_time else "sans horodatage (mode dégradé)"
    return Line("Heure", with_time, f"clos {horodatage(closed.at)}, heure {how}")


def _journal(row: tables.Agreement, events: tuple[Event, ...]) -> Line:
    faults = verify(journal_of(row.id, events))
    if faults:
        return Line("Journal", False, " ".join(faults))
    said = pluriel(len(events), "événement chaîné", "événements chaînés")
    head = events[-1].hash[:16]
    return Line("Journal", True, f"{said}, dernière empreinte {head}…")


def _proof(session: Session, row: tables.Agreement) -> Proof | DocgenError | None:
    if row.manifest_key is None:
        return None
    try:
        return proof_of(session, row.id, key_sha256(row.manifest_key))
    except DocgenError as error:
        return error


def _log(row: tables.Agreement, proof: Proof | DocgenError | None) -> Line:
    """Where the dossier is in the log over every dossier, and the head that covers it."""
    label = "Journal d’archive"
    match proof:
        case NotFound():
            return Line(label, None, "pas encore inscrit : il le sera cette nuit")
        case DocgenError():
            return Line(label, False, proof.explain())
        case None if row.manifest_key is None:
            return Line(label, None, "pas encore archivé")
        case None:
            return Line(label, None, "inscrit ; la tête qui le couvrira sera signée cette nuit")
        case _:
            place = f"ligne {proof.inclusion.line.n + 1} sur {proof.head.size}"
            return Line(label, True, f"{place}, tête signée {horodatage(proof.head.at)}")


def _fixity(at: datetime | None) -> Line:
    if at is None:
        return Line("Dernier contrôle", None, "aucun depuis l’archivage")
    return Line("Dernier contrôle", True, f"tous les fichiers relus {horodatage(at)} ou depuis")


def _retention(ports: Ports, kept: tables.Retention | None) -> Iterator[Line]:
    if kept is None:
        yield Line("Conservation", None, "pas encore calculée")
        return
    policy = policy_in_force(ports).policy
    grounds = []
    for one in json.loads(kept.reasons):
        rule = policy.classes.get(one["class"])
        ground = rule.ground if rule else one["class"]
        fund = f" ({one['fund']})" if one["fund"] else ""
        until = date_courte(date.fromisoformat(one["until"])) if one["until"] else None
        grounds.append(f"{ground}{fund}" + ("" if until else ", dernier paiement à venir"))
    end = (
        f"jusqu’au {date_courte(kept.retain_until)}"
        if kept.retain_until
        else "sans terme connu encore"
    )
    yield Line("Conservation", True, f"{end} : {' ; '.join(grounds)}")
    if kept.hold_reason:
        yield Line("Gel juridique", True, f"{kept.hold_reason}")
    if kept.locked_until:
        yield Line("Verrou", True, f"jusqu’au {date_courte(kept.locked_until)}, prolongé ensuite")
    if kept.problem:
        yield Line("Verrou", None, kept.problem)


def verified(
    ports: Ports, sight: Sight, account: str | None, reference: str, now: datetime
) -> tuple[list[str], list[str]]:
    """(what holds, what does not) of the signatures, each PDF read in a process of its own."""
    row = seen(ports, sight, reference)
    note_access(ports, sight, account, OfficeAct.VERIFIED, row.reference, now)
    verdict = verifier(ports, now).kept(row.reference)
    level = [verdict.level] if verdict.level else []
    return [*level, *verdict.checked], list(verdict.problems)


def page(
    ports: Ports, sight: Sight, account: str | None, reference: str, number: int, now: datetime
) -> bytes:
    """A page of the signed PDF as a PNG, counted from 1. Raises NotFound."""
    row = seen(ports, sight, reference)
    with ports.database.read() as session:
        if row.current_sha256 is None:
            raise NotFound("La page", str(number))
        pdf = queries.content(session, row.current_sha256)
    if not 1 <= number <= page_count(pdf):
        raise NotFound("La page", str(number))
    note_access(ports, sight, account, OfficeAct.PAGE_SEEN, row.reference, now, page=number)
    return page_image(pdf, number - 1)


def broken(view_: DossierView) -> None:
    """Raise Broken with the lines that do not hold, for a door that answers by a code."""
    wrong = [line.sentence for line in view_.lines if line.holds is False]
    if wrong:
        raise Broken(f"{view_.reference} : {' '.join(wrong)}")
