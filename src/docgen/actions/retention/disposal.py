"""Disposal: a list fixed when it is made, two different people's yes, then destruction.

Killed anywhere, it is run again: what is destroyed is found destroyed, and one certificate is made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen.access import Act, may
from docgen.actions.custody.adopting import objects_of
from docgen.actions.custody.copies import record
from docgen.actions.ports import Ports
from docgen.actions.retention.certificate import certificate_pdf
from docgen.actions.retention.keep import (
    identity_object,
    keeping_of,
    policy_in_force,
)
from docgen.actions.retention.listing import NEEDED, Listed, disposal_of, valid_approvals
from docgen.archive.store import Stored, key_sha256, sha256_of
from docgen.errors import NotFound, Refused
from docgen.french import PARIS, pluriel
from docgen.journal import EventType, canonical
from docgen.journal.log import LineType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from docgen.records.custody import FIRST

BLANK = "—"


def propose(ports: Ports, now: datetime, by: str | None) -> str | None:
    """Fix the list of the dossiers whose time is over; its number, or None when there are none."""
    rule = policy_in_force(ports)
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        due = [
            (row, kept)
            for row, kept in queries.due_retentions(session, today)
            # By the policy of today, whatever was computed last.
            if _over(keeping_of(session, rule.policy, row).until, today)
        ]
    if not due:
        return None
    held = {row.id: objects_of(ports.archive, row.manifest_key or "") for row, _ in due}
    with ports.database.read() as session:
        for row, _ in due:
            if identity := identity_object(ports, session, row):
                held[row.id].append(identity)
    with ports.database.write() as session:
        number = f"ELIM-{today.year}-{queries.next_number(session, 'ELIM', today.year):04d}"
        disposal = tables.Disposal(
            id=ports.new_id(), number=number, made_at=now, made_by=by or "", list_sha256=""
        )
        items = [
            tables.DisposalItem(
                disposal_id=disposal.id,
                agreement_id=row.id,
                reference=row.reference,
                kind=row.kind,
                retain_until=kept.retain_until,
                manifest_sha256=next(
                    one.sha256 for one in held[row.id] if one.key == row.manifest_key
                ),
                objects=json.dumps([[o.key, o.version_id, o.size, o.sha256] for o in held[row.id]]),
            )
            for row, kept in due
        ]
        disposal.list_sha256 = _list_sha256(items)
        session.add(disposal)
        session.flush()
        session.add_all(items)
        facts = {"dossiers": len(items), "list_sha256": disposal.list_sha256}
        queries.note(session, OfficeAct.LISTED, now, by, number, facts)
    return number


def approve(ports: Ports, number: str, account_id: str, now: datetime) -> int:
    """One account's yes; how many there are now. Raises NotFound or Refused."""
    with ports.database.write() as session:
        disposal = _open(session, number)
        account = queries.account(session, account_id)
        if not may(account.as_role, Act.DISPOSAL) or account.disabled_at is not None:
            raise Refused("Ce compte ne peut pas approuver une élimination.")
        given = queries.approvals(session, disposal.id)
        if account_id in {one.account_id for one in given}:
            raise Refused(
                "Vous avez déjà approuvé cette liste : il faut qu’une autre personne l’approuve."
            )
        session.add(
            tables.DisposalApproval(
                disposal_id=disposal.id,
                account_id=account_id,
                list_sha256=disposal.list_sha256,
                at=now,
            )
        )
        facts = {"list_sha256": disposal.list_sha256}
        queries.note(session, OfficeAct.APPROVED, now, account_id, number, facts)
        return len(given) + 1


def drop(ports: Ports, number: str, now: datetime, by: str | None) -> None:
    """Give a list up: its dossiers may be on another."""
    with ports.database.write() as session:
        disposal = _open(session, number)
        for item in queries.disposal_items(session, disposal.id):
            kept = queries.retention(session, item.agreement_id)
            if kept is not None and kept.erased_at is not None:
                raise Refused(f"La destruction de {number} a commencé : elle doit aller au bout.")
        queries.close_disposal(session, disposal.id, now, "dropped_at")
        queries.note(session, OfficeAct.DROPPED, now, by, number)


def carry_out(ports: Ports, number: str, now: datetime, by: str | None) -> Listed:
    """Destroy what the list names and nothing holds, then certify it. Raises Refused."""
    with ports.database.exclusive("disposal") as mine:
        if not mine:
            raise Refused("Une destruction est déjà en cours : attendez qu’elle finisse.")
        return _carry_out(ports, number, now, by)


def _carry_out(ports: Ports, number: str, now: datetime, by: str | None) -> Listed:
    with ports.database.write() as session:
        disposal = _open(session, number)
        items = queries.disposal_items(session, disposal.id)
        if _list_sha256(items) != disposal.list_sha256:
            raise Refused(f"La liste {number} n’est plus celle qui a été approuvée.")
        yes = valid_approvals(session, disposal)
        if len(yes) < NEEDED:
            given = pluriel(len(yes), "approbation")
            raise Refused(f"La liste {number} a {given} : il en faut {NEEDED}, de deux personnes.")
        ids = [one.agreement_id for one in items if one.destroyed_at is None]
    for agreement_id in ids:
        _destroy(ports, disposal.id, number, agreement_id, now)
    listed = disposal_of(ports, number)
    ports.pause("disposal.certificate")
    key, pdf = _certified(ports, disposal, listed, now)
    ports.pause("disposal.done")
    with ports.database.write() as session:
        if queries.close_disposal(session, disposal.id, now, "done_at"):
            again = queries.disposal(session, number)
            again.certificate_sha256 = queries.keep(session, pdf, now)
            again.certificate_key = key
            gone = [one for one in listed.items if one.outcome == "détruit"]
            facts = {"destroyed": len(gone), "spared": len(listed.items) - len(gone)}
            facts_all = {**facts, "certificate_sha256": again.certificate_sha256}
            queries.note(session, OfficeAct.DESTROYED, now, by, number, facts_all)
            queries.forget_unmet_people(session)
    return disposal_of(ports, number)


def _certified(
    ports: Ports, disposal: tables.Disposal, listed: Listed, now: datetime
) -> tuple[str, bytes]:
    """(key, PDF) of the certificate: the one that a run cut short kept, or a new one."""
    year = disposal.made_at.astimezone(PARIS).year
    stem = f"d/v1/{year}/{disposal.id}/o/certificat-destruction."
    found = next(iter(ports.archive.list(stem)), None)
    pdf = ports.archive.get(found) if found else certificate_pdf(ports, listed, now)
    digest = sha256_of(pdf)
    stored = ports.archive.put(f"{stem}{digest}.pdf", pdf, digest)
    ports.archive.read_back(stored)
    with ports.database.write() as session:
        record(session, FIRST, [stored], now)
    return stored.key, pdf


def _destroy(ports: Ports, disposal_id: str, number: str, agreement_id: str, now: datetime) -> None:
    """Destroy one dossier: its objects, then its content in the database; or say why not."""
    today = now.astimezone(PARIS).date()
    policy = policy_in_force(ports).policy
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        kept = queries.retention(session, agreement_id)
        item = _item(session, disposal_id, agreement_id)
        if item.destroyed_at is not None or row.state is Status.DETRUIT:
            return
        after(Step.DESTROY, row.state, Actor.OFFICER)
        assert kept is not None  # what is listed was computed first
        because = ""
        if kept.erased_at is not None:
            pass  # taken by a run that was cut short: nothing may hold it any more
        elif kept.hold_since is not None:
            because = "gel juridique"
        elif not _over(keeping_of(session, policy, row).until, today):
            because = "la conservation a été prolongée"
        elif key_sha256(row.manifest_key or "") != item.manifest_sha256:
            because = "le dossier a changé depuis la liste"
        objects = [Stored(*one) for one in json.loads(item.objects)]
        locked = [] if because else _locked(ports, objects, now)
        if locked:
            because = f"{len(locked)} objets sont encore verrouillés"
        item.kept_because = because or None
        if because:
            return
        # From here on a hold comes too late, and is told so.
        kept.erased_at = kept.erased_at or now
        # And no round puts back, from the other copy, what is going.
        queries.release(session, [stored.key for stored in objects], now)
    for stored in objects:
        ports.pause("disposal.object")
        ports.archive.destroy(stored, now)
    ports.pause("disposal.erase")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        item = _item(session, disposal_id, agreement_id)
        queries.erase(session, row, BLANK, f"{ports.new_id()}{ports.new_id()}")
        item.destroyed_at = now
        facts = {"disposal": number, "manifest_sha256": item.manifest_sha256}
        queries.append(session, agreement_id, EventType.ERASED, now, Actor.OFFICER, facts)
        queries.release(session, [stored.key for stored in objects], now)
        queries.log(session, LineType.ERASE, now, Actor.OFFICER, agreement_id, facts)


def _locked(ports: Ports, objects: list[Stored], now: datetime) -> list[Stored]:
    found = []
    for stored in objects:
        try:
            if not ports.archive.lock_of(stored).allows(now):
                found.append(stored)
        except NotFound:
            continue  # destroyed by the run that was killed here
    return found


def _open(session: Session, number: str) -> tables.Disposal:
    disposal = queries.disposal(session, number)
    if disposal.done_at is not None or disposal.dropped_at is not None:
        raise Refused(f"La liste {number} est close.")
    return disposal


def _item(session: Session, disposal_id: str, agreement_id: str) -> tables.DisposalItem:
    found = session.get(tables.DisposalItem, (disposal_id, agreement_id))
    assert found is not None
    return found


def _over(until: date | None, today: date) -> bool:
    return until is not None and until < today


def _list_sha256(items: Sequence[tables.DisposalItem]) -> str:
    rows = sorted(
        [one.agreement_id, one.reference, one.retain_until.isoformat(), one.manifest_sha256]
        for one in items
    )
    return sha256_of(canonical(rows))
