"""Legal hold: a control or a dispute stops every destruction, until somebody ends it."""

from __future__ import annotations

from datetime import datetime

from docgen.actions.custody.adopting import objects_of
from docgen.actions.ports import Ports
from docgen.actions.retention.keep import keep_one
from docgen.archive.store import key_sha256
from docgen.errors import Refused
from docgen.journal.log import LineType
from docgen.lifecycle import Actor
from docgen.office_journal import OfficeAct
from docgen.records import queries


def hold(ports: Ports, reference: str, reason: str, now: datetime, by: str | None) -> None:
    """Put a dossier under legal hold: nothing of it is destroyed until it is released."""
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise Refused("Dites pourquoi ce dossier est gelé (contrôle, litige, numéro d’affaire).")
    _set_hold(ports, reference, reason, now, by)


def release(ports: Ports, reference: str, reason: str, now: datetime, by: str | None) -> None:
    """End a legal hold, and say why."""
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise Refused("Dites pourquoi le gel est levé.")
    _set_hold(ports, reference, None, now, by, reason)


def _set_hold(
    ports: Ports,
    reference: str,
    reason: str | None,
    now: datetime,
    by: str | None,
    why: str = "",
) -> None:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        kept = queries.retention(session, row.id)
    if row.manifest_key is None:
        raise Refused(f"{reference} n’est pas archivé : il n’y a rien à geler.")
    if kept is None:
        keep_one(ports, row.id, now)
    with ports.database.write() as session:
        row = queries.locked(session, row.id)
        kept = queries.retention(session, row.id)
        if kept is not None and kept.erased_at is not None:
            raise Refused(f"{reference} est en cours de destruction : le gel arrive trop tard.")
        if kept is None or (kept.hold_since is None) == (reason is None):
            state = "n’est pas gelé" if reason is None else "est déjà gelé"
            raise Refused(f"{reference} {state}.")
        # First on record: from here on no list can take it, whatever the store says next.
        kept.hold_reason = reason
        kept.hold_since = now if reason else None
        act = OfficeAct.HELD if reason else OfficeAct.RELEASED
        queries.note(session, act, now, by, reference, {"reason": reason or why})
        manifest = row.manifest_key or ""
        line = LineType.HOLD if reason else LineType.RELEASE
        facts = {"manifest_sha256": key_sha256(manifest)}
        queries.log(session, line, now, Actor.OFFICER, row.id, facts)
    try:
        for stored in objects_of(ports.archive, manifest):
            ports.archive.hold(stored, on=reason is not None)
    except Refused as error:
        # A store without locks: the record alone holds it, and the page says so.
        with ports.database.write() as session:
            kept = queries.retention(session, row.id)
            assert kept is not None
            kept.problem = error.explain()
