"""Signatures given by hand: the pages to print, the scan that comes back, its record, its undoing.

The scan is kept as what it is, an image: the signature is on the paper, which the organisation
keeps. What is sealed into the signer's field is the organisation's own statement about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from docgen.actions import on_site
from docgen.actions.deposit import held_pile
from docgen.actions.ports import Ports
from docgen.actions.post import ASKS_TO_SIGN
from docgen.actions.provider_stop import stop_at_once
from docgen.actions.record_signature import Act, record_signature
from docgen.actions.sign import finish
from docgen.actions.signers import alone_at_provider, line_of
from docgen.documents.scans.binding import bound
from docgen.documents.scans.codes import short
from docgen.documents.scans.collating import Collated, collate, empty_boxes
from docgen.documents.scans.confined import read_confined
from docgen.documents.scans.printed import layout_of, to_print
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.french import PARIS, et
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.records import queries, tables
from docgen.ways import Way

MAX_REASON = 300
CONSENT_VERSION = "2026-11-papier"
CONSENT = "Signature apposée à la main sur le document imprimé."
Check = Literal["piece", "connu", "presente", "courrier"]
CHECKS: dict[Check, str] = {
    "piece": on_site.CHECKS["piece"],
    "connu": on_site.CHECKS["connu"],
    "presente": on_site.CHECKS["presente"],
    "courrier": "papier reçu signé, sans que la personne ait été vue",
}
# None: what was sent from a telephone and waits (`deposit`).
Files = Sequence[tuple[str, bytes]] | None


@dataclass(frozen=True)
class Attestation:
    """What the officer says of the paper: the date written on it, who attests, how they know.

    `witness` is a member of staff; `detail` a few more words, never the number of a document.
    `boxes_seen`: they looked themselves at a signature box that the scan shows empty.
    """

    written_on: date
    witness: str
    check: Check
    detail: str = ""
    boxes_seen: bool = False


@dataclass(frozen=True)
class Looked:
    """A scan held against its agreement: pages found and missing (from 1), what is wrong.

    `unsigned` are the ranks of the signers whose box shows no ink; `sha256` of the scan that would
    be kept, empty while something is wrong.
    """

    reference: str
    pages: int
    found: tuple[int, ...]
    missing: tuple[int, ...]
    unsigned: tuple[int, ...]
    problems: tuple[Finding, ...]
    notes: tuple[str, ...]
    sha256: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """What was recorded; `again` when it was there already."""

    scan: Looked
    ranks: tuple[int, ...]
    again: bool


def pages_to_print(ports: Ports, reference: str) -> bytes:
    """The PDF to print. Raises NotFound, WrongStatus or Refused (a corner is not free)."""
    _, frozen = _to_sign(ports, reference)
    return to_print(frozen, reference)


def look(ports: Ports, reference: str, files: Files) -> Looked:
    """Read (name, bytes) files and hold them against the agreement, without keeping anything.

    What they hold raises nothing: `problems` say it. Raises NotFound or WrongStatus.
    """
    row, frozen = _to_sign(ports, reference)
    layout = layout_of(frozen)
    pile = held_pile(ports, row.id) if files is None else read_confined(files, layout)
    digest = short(hashlib.sha256(frozen).hexdigest())
    collated = collate(pile, reference, digest, len(layout.sizes))
    problems = tuple(
        Finding("numerisation", "error", place, sentence) for place, sentence in collated.problems
    )
    content = b"" if problems else bound(collated.sheets, frozen, reference)
    return Looked(
        reference,
        len(layout.sizes),
        tuple(sheet.code.page for sheet in collated.sheets),
        collated.missing,
        _unsigned(row, collated),
        problems,
        collated.notes,
        hashlib.sha256(content).hexdigest() if content else "",
        content,
    )


def record(
    ports: Ports,
    reference: str,
    files: Files,
    ranks: Sequence[int],
    attested: Attestation,
    now: datetime,
) -> Kept:
    """Keep the scan and record those signers as having signed on paper, then seal what can be.

    The same scan for the same signers changes nothing. Raises InvalidData (files, `signataires`,
    `le`, `atteste`), NotFound, WrongStatus or Refused (signed already, not their turn, empty box).
    """
    witness = line_of("atteste", attested.witness, "écrire le prénom et le nom de qui atteste.")
    wanted = tuple(sorted(set(ranks)))
    if not wanted:
        raise _wrong("signataires", "dire quels signataires ont signé, par leur numéro.")
    scan = look(ports, reference, files)
    if scan.problems:
        raise InvalidData(scan.problems, reference)
    if (empty := set(wanted) & set(scan.unsigned)) and not attested.boxes_seen:
        raise Refused(
            f"Sur la numérisation, le cadre de signature n° {et(sorted(empty))} paraît vide. Si la "
            "signature est ailleurs, ou très pâle, dites que vous l’avez vue (--cadre-vu)."
        )
    ports.pause("paper.read")
    with ports.database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        _check_date(row, attested.written_on, now)
        signers = [_of_rank(row, rank) for rank in wanted]
        if all(_rests_on(session, row, signer, scan.sha256) for signer in signers):
            return Kept(scan, wanted, again=True)
        _keep(session, row, scan, files, now)
        for signer in signers:
            alone_at_provider(session, row, signer)
            act = _act(attested, witness, scan)
            queries.end_visits(session, signer.id, now)
            queries.drop_unsent(session, signer.id, ASKS_TO_SIGN, now)
            if not record_signature(session, row, signer, act, now, Actor.OFFICER):
                raise Refused(f"{signer.name} a déjà signé {reference} : rien n’est changé.")
    ports.pause("paper.committed")
    stop_at_once(ports, row.id, now)
    finish(ports, row.id, now)
    return Kept(scan, wanted, again=False)


def withdraw(ports: Ports, reference: str, rank: int, reason: str, now: datetime) -> None:
    """Undo a paper signature recorded by mistake, as long as nothing seals it.

    The journal keeps both, and `reason`, which should name nobody.

    Raises InvalidData (`motif`), NotFound, WrongStatus (all have signed) or Refused (not on paper,
    sealed already).
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise _wrong("motif", f"dites pourquoi, en {MAX_REASON} caractères au plus.")
    with ports.database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        signer = _of_rank(row, rank)
        if signer.signed_at is None or signer.route is not Way.PAPIER:
            raise Refused(f"{signer.name} n’a pas de signature sur papier à retirer.")
        if signer.sealed_at is not None:
            raise Refused(
                f"La signature de {signer.name} est déjà scellée dans le PDF : elle ne se retire "
                f"plus. Annulez {reference} (docgen cancel), puis émettez-le de nouveau."
            )
        after(Step.SIGN, row.state, Actor.SIGNER)
        signer.signed_at = signer.consent = signer.consent_version = None
        signer.witness = signer.identity_check = None
        facts = {"signer": signer.id, "reason": reason}
        queries.append(session, row.id, EventType.WITHDRAWN, now, Actor.OFFICER, facts)


def _to_sign(ports: Ports, reference: str) -> tuple[tables.Agreement, bytes]:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        after(Step.SIGN, row.state, Actor.SIGNER)
        return row, queries.content(session, row.frozen_sha256 or "")


def _unsigned(row: tables.Agreement, collated: Collated) -> tuple[int, ...]:
    fields = {signer.field: signer.rank for signer in row.signers}
    return tuple(fields[name] for name in empty_boxes(collated.sheets, list(fields)))


def _of_rank(row: tables.Agreement, rank: int) -> tables.Signer:
    for signer in row.signers:
        if signer.rank == rank:
            return signer
    raise NotFound(f"Le signataire de {row.reference}", f"n° {rank}")


def _check_date(row: tables.Agreement, written_on: date, now: datetime) -> None:
    first, last = row.created_at.astimezone(PARIS).date(), now.astimezone(PARIS).date()
    if not first <= written_on <= last:
        raise _wrong(
            "le",
            f"la date écrite à la main va du {first:%d/%m/%Y} (émission) au {last:%d/%m/%Y}.",
        )


def _rests_on(session: Session, row: tables.Agreement, signer: tables.Signer, sha256: str) -> bool:
    if signer.signed_at is None:
        return False
    own = [
        event
        for event in queries.events(session, row.id)
        if event.type is EventType.SIGNED and event.data["signer"] == signer.id
    ]
    return bool(own) and own[-1].data.get("scan_sha256") == sha256


def _keep(
    session: Session, row: tables.Agreement, scan: Looked, files: Files, now: datetime
) -> None:
    digest = queries.keep(session, scan.content, now, row.id)
    queries.append(
        session,
        row.id,
        EventType.SCANNED,
        now,
        Actor.OFFICER,
        {
            "sha256": digest,
            "size": len(scan.content),
            "pages": scan.pages,
            # The files themselves are not kept: they hold what their cameras said beside them.
            "files": [hashlib.sha256(content).hexdigest() for _, content in files or ()],
        },
    )
    if files is None:
        queries.drop_deposited(session, row.id)


def _act(attested: Attestation, witness: str, scan: Looked) -> Act:
    detail = " ".join(attested.detail.split())
    return Act(
        way=Way.PAPIER,
        consent=CONSENT,
        consent_version=CONSENT_VERSION,
        witness=witness,
        identity_check=", ".join(filter(None, [CHECKS[attested.check], detail])),
        facts={
            "written_on": attested.written_on.isoformat(),
            "scan_sha256": scan.sha256,
            "scan_pages": scan.pages,
            "identity": attested.check,
            "attested_by": "".join(f"{word[0]}." for word in witness.split()),
            "box_seen_by_eye": attested.boxes_seen,
        },
    )


def _wrong(name: str, message: str) -> InvalidData:
    return InvalidData([Finding("papier", "error", name, message)])
