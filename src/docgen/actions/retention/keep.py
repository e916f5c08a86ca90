"""Compute until when each dossier is kept, lock its objects ahead, let identities go in time.

Run as often as one likes: what is computed and locked already is left alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from docgen.actions.custody.adopting import objects_of
from docgen.actions.identity_evidence import identity_of
from docgen.actions.ports import Ports
from docgen.actions.sweep import Swept
from docgen.archive.store import Stored, key_sha256, sha256_of
from docgen.errors import DocgenError, NotFound, Refused
from docgen.french import PARIS
from docgen.journal import EventType
from docgen.journal.log import LineType
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.retention import (
    Facts,
    Keeping,
    Policy,
    Reason,
    identity_until,
    keeping,
    lock_until,
    read_policy,
)

# A lock is prolonged when it would be longer by that much: not every object every day.
_WORTH_IT = timedelta(days=30)

STEP = "conservation"
POLICY = "politique de conservation"
COMPUTED = "dossiers à jour"
CHANGED = "durées changées"
LOCKED = "verrous prolongés"
UNLOCKED = "dossiers sans verrou"
FORGOTTEN = "identifications détruites"


@dataclass(frozen=True)
class PolicyInForce:
    """The policy, and the very file that says it, with its SHA-256."""

    policy: Policy
    sha256: str
    content: bytes


def policy_in_force(ports: Ports) -> PolicyInForce:
    """The policy of this installation. Raises NotFound or InvalidData."""
    path = ports.templates.parent / "conservation" / "policy.yaml"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFound("La politique de conservation", path.name) from error
    return PolicyInForce(read_policy(content), sha256_of(content), content)


def keep_all(ports: Ports, now: datetime) -> Swept:
    """One pass over every dossier. `busy`: another pass is at it, nothing was done."""
    done = Swept()
    with ports.database.exclusive("retention") as mine:
        if not mine:
            done.busy = True
            return done
        rule = policy_in_force(ports)
        with ports.database.read() as session:
            ids = queries.archived_ids(session)
        try:
            _keep_policy(ports, rule)
        except DocgenError as error:
            done.failures.append((POLICY, STEP, error.explain()))
        for agreement_id in ids:
            _try(ports, rule, agreement_id, now, done)
    return done


def _keep_policy(ports: Ports, rule: PolicyInForce) -> None:
    """The policy itself goes to the archive: what a dossier was kept by can be read there."""
    key = f"p/conservation/politique-{rule.policy.version}.{rule.sha256}.yaml"
    ports.archive.read_back(ports.archive.put(key, rule.content, rule.sha256))


def keep_one(ports: Ports, agreement_id: str, now: datetime) -> Swept:
    """The same for one dossier, after something that concerns it."""
    done = Swept()
    _try(ports, policy_in_force(ports), agreement_id, now, done)
    return done


def _try(ports: Ports, rule: PolicyInForce, agreement_id: str, now: datetime, done: Swept) -> None:
    try:
        _keep(ports, rule, agreement_id, now, done)
    except DocgenError as error:
        with ports.database.write() as session:
            row = queries.agreement(session, agreement_id)
            if kept := queries.retention(session, agreement_id):
                kept.problem = error.explain()
        done.failures.append((row.reference, STEP, error.explain()))


def _keep(ports: Ports, rule: PolicyInForce, agreement_id: str, now: datetime, done: Swept) -> None:
    today = now.astimezone(PARIS).date()
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        known = facts_of(session, row)
        found = keeping(rule.policy, known)
        kept = queries.retention(session, agreement_id)
        done.count(COMPUTED)
        if kept is None:
            kept = tables.Retention(agreement_id=agreement_id)
            session.add(kept)
        reasons = json.dumps([_plain(one) for one in found.reasons])
        done.count(CHANGED, kept.reasons != reasons or kept.retain_until != found.until)
        kept.policy_version, kept.policy_sha256 = rule.policy.version, rule.sha256
        kept.retain_until, kept.reasons, kept.problem = found.until, reasons, None
        archived_on = (row.archived_at or now).astimezone(PARIS).date()
        target = lock_until(rule.policy, found.until, archived_on, today)
        wanted = target > today and (
            kept.locked_until is None
            or kept.locked_manifest != row.manifest_key
            or kept.locked_until + _WORTH_IT <= target
            # The last stretch, however short.
            or kept.locked_until < target == found.until
        )
        held = kept.hold_since is not None
        manifest = row.manifest_key or ""
        forget = (
            identity_until(rule.policy, known) < today
            and kept.identity_erased_at is None
            and not held
        )
    if wanted:
        _lock(ports, agreement_id, manifest, target, now, done)
    if forget:
        _forget_identity(ports, agreement_id, now)
        done.count(FORGOTTEN)


def _lock(
    ports: Ports, agreement_id: str, manifest: str, target: date, now: datetime, done: Swept
) -> None:
    """Lock every object until then. A store without locks is a fact to be shown, not a failure."""
    problem = None
    try:
        for stored in objects_of(ports.archive, manifest):
            ports.archive.extend_lock(stored, end_of(target))
    except Refused as error:
        problem = error.explain()
    done.count(UNLOCKED if problem else LOCKED)
    with ports.database.write() as session:
        kept = queries.retention(session, agreement_id)
        assert kept is not None
        kept.problem = problem
        if problem is None:
            kept.locked_until, kept.locked_manifest = target, manifest
            facts = {"manifest_sha256": key_sha256(manifest), "until": target.isoformat()}
            queries.log(session, LineType.EXTEND, now, Actor.SCHEDULE, agreement_id, facts)


def _forget_identity(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Destroy the object that says how signers were recognised, then what the database holds."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        apart = identity_of(row, queries.events(session, agreement_id))
    if apart:
        stored = stored_now(ports, apart[0])
        with ports.database.write() as session:
            # First, or a round would put back what is missing.
            queries.release(session, [apart[0]], now)
        if stored:
            ports.archive.destroy(stored, now)
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        kept = queries.retention(session, agreement_id)
        assert kept is not None
        if kept.identity_erased_at is not None:
            return
        queries.erase_identity(session, agreement_id)
        if apart:
            queries.forget_content(session, apart[1], agreement_id)
        kept.identity_erased_at = now
        facts = {"identity_sha256": apart[1]} if apart else {}
        queries.append(session, agreement_id, EventType.IDENTITY_ERASED, now, Actor.SCHEDULE, facts)
        if apart:
            queries.release(session, [apart[0]], now)
            queries.log(session, LineType.ERASE, now, Actor.SCHEDULE, agreement_id, facts)


def facts_of(session: Session, row: tables.Agreement) -> Facts:
    """What the dates of a dossier come from."""
    signed = [signer.signed_at for signer in row.signers if signer.signed_at]
    last = (max(signed) if signed else row.created_at).astimezone(PARIS).date()
    if row.state is Status.REPRIS:
        last = row.first_day  # the day it was taken over says nothing of it
    return Facts(
        kind=row.kind,
        last_day=row.last_day,
        signed_on=last,
        payments={
            one.code: (one.retention_class, one.last_payment)
            for one in queries.funds_of(session, row.id)
        },
    )


def keeping_of(session: Session, policy: Policy, row: tables.Agreement) -> Keeping:
    """Until when that dossier is kept, by that policy, as things stand."""
    return keeping(policy, facts_of(session, row))


def identity_object(ports: Ports, session: Session, row: tables.Agreement) -> Stored | None:
    """The object of the means of identification, while it is there."""
    apart = identity_of(row, queries.events(session, row.id))
    return stored_now(ports, apart[0]) if apart else None


def stored_now(ports: Ports, key: str) -> Stored | None:
    """An object by its key, with its version; None when it is gone."""
    try:
        content = ports.archive.get(key)
    except NotFound:
        return None
    # The same bytes again: nothing is written, and the answer says which version counts.
    return ports.archive.put(key, content, sha256_of(content))


def end_of(day: date) -> datetime:
    """The last second of a day in Paris."""
    return datetime.combine(day, time(23, 59, 59), PARIS)


def _plain(reason: Reason) -> dict[str, str | None]:
    return {
        "class": reason.name,
        "fund": reason.fund,
        "base": reason.base.isoformat() if reason.base else None,
        "until": reason.until.isoformat() if reason.until else None,
    }
