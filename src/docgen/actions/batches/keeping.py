"""What was asked for, how far it is, what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.drafts import keeping as drafts
from docgen.actions.ports import Ports
from docgen.actions.template import current
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import pluriel
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

Sort = Literal["envoi", "reprise", "brouillons", "modele"]
TITLES: Mapping[str, str] = {
    "envoi": "Envoi de plusieurs accords",
    "reprise": "Reprise du passé",
    "brouillons": "Brouillons d’après un classeur",
    "modele": "Essai d’un modèle Word",
}
MOST = 200


@dataclass(frozen=True)
class ItemView:
    """An agreement of a batch: where it stands, its number or why not."""

    draft: str
    label: str
    state: str
    reference: str
    reason: str


@dataclass(frozen=True)
class BatchView:
    """A batch as it stands; `report` is what came of a workbook."""

    id: str
    sort: str
    title: str
    label: str
    state: str
    trial: bool
    by: str
    created_at: datetime
    done: int
    total: int
    items: tuple[ItemView, ...]
    report: Mapping[str, Any]

    @property
    def running(self) -> bool:
        return self.state in queries.TO_DO

    def count(self, state: str) -> int:
        """How many of its items are in that state."""
        return sum(one.state == state for one in self.items)


def ask_to_send(ports: Ports, ids: Sequence[str], account: str, now: datetime) -> str:
    """A batch that sends those drafts, each once; its id.

    Raises InvalidData (none, too many, or one that another batch is about to send), NotFound.
    """
    wanted = list(dict.fromkeys(ids))
    if not 1 <= len(wanted) <= MOST:
        raise _wrong(f"cochez d’un à {MOST} accords.")
    views = [drafts.opened(ports, one) for one in wanted]
    batch_id = ports.new_id()
    with ports.database.write() as session:
        queries.hold_register(session)
        if queries.drafts_in_batches(session, wanted):
            raise _wrong("un de ces brouillons part déjà avec un autre lot.")
        _add(session, batch_id, "envoi", pluriel(len(views), "accord"), account, now, len(views))
        session.add_all(
            tables.BatchItem(
                batch_id=batch_id, rank=rank, draft_id=view.id, label=view.label, state="attente"
            )
            for rank, view in enumerate(views)
        )
    return batch_id


def ask_to_read(
    ports: Ports, sort: Sort, name: str, content: bytes, account: str, now: datetime
) -> str:
    """A batch that tries a workbook, and awaits a yes to keep it; its id."""
    batch_id = ports.new_id()
    with ports.database.write() as session:
        _add(session, batch_id, sort, name[:200], account, now, 0, content)
    return batch_id


def ask_to_try(
    ports: Ports, slug: str, name: str, content: bytes, account: str, now: datetime
) -> str:
    """A batch that tries a Word template against the one in use; its id. Raises NotFound (kind)."""
    in_use = current(ports, agreements.get(slug).slug)
    batch_id = ports.new_id()
    with ports.database.write() as session:
        _add(session, batch_id, "modele", f"{slug}, {name[:200]}", account, now, 0, content)
        session.add(tables.TemplateTrial(batch_id=batch_id, kind=slug, base=in_use.name, note=""))
    return batch_id


def _add(
    session: Session,
    batch_id: str,
    sort: Sort,
    label: str,
    account: str,
    now: datetime,
    total: int,
    content: bytes | None = None,
) -> None:
    session.add(
        tables.Batch(
            id=batch_id, sort=sort, label=label, state="attente", trial=content is not None,
            account_id=account, created_at=now, done=0, total=total, content=content,
        )
    )  # fmt: skip
    session.flush()
    queries.note(session, OfficeAct.BATCH, now, account, batch_id, {"sort": sort, "total": total})


def say_yes(ports: Ports, batch_id: str, account: str, now: datetime, note: str = "") -> None:
    """Keep for good what was tried; `note` is what a template's version says of itself.

    Raises NotFound, or Refused when there is nothing to keep.
    """
    with ports.database.write() as session:
        row = queries.locked_batch(session, batch_id)
        if row.state != "essaye":
            raise Refused("Cet essai n’attend pas d’accord : c’est déjà fait, ou refusé.")
        row.state, row.trial, row.done, row.held_until = "attente", False, 0, None
        if row.sort == "modele":
            # Whoever says yes is who publishes.
            row.account_id = account
            queries.template_trial(session, batch_id).note = " ".join(note.split())[:500]
        queries.note(session, OfficeAct.BATCH, now, account, batch_id, {"sort": row.sort})


def stop(ports: Ports, batch_id: str, account: str, now: datetime) -> None:
    """Stop what has not been done yet; what left has left. Raises NotFound."""
    with ports.database.write() as session:
        row = queries.locked_batch(session, batch_id)
        if row.state not in {*queries.TO_DO, "essaye"}:
            return
        queries.set_waiting_items(session, batch_id, "retire")
        row.state, row.content, row.ended_at = "arrete", None, now
        queries.note(session, OfficeAct.BATCH_STOPPED, now, account, batch_id)


def retry(ports: Ports, batch_id: str, account: str, now: datetime) -> None:
    """Try again those that failed. Raises NotFound, or Refused when none did."""
    with ports.database.write() as session:
        row = queries.locked_batch(session, batch_id)
        if not any(one.state == "echec" for one in queries.items_of(session, batch_id)):
            raise Refused("Rien n’a échoué dans ce lot.")
        queries.set_waiting_items(session, batch_id, "attente", of="echec")
        row.state, row.ended_at, row.held_until = "attente", None, None
        row.done = queries.count_ended(session, batch_id)
        queries.note(session, OfficeAct.BATCH, now, account, batch_id, {"sort": row.sort})


def opened(ports: Ports, batch_id: str) -> BatchView:
    """A batch. Raises NotFound."""
    with ports.database.read() as session:
        return _view(session, queries.batch(session, batch_id))


def listed(ports: Ports) -> list[BatchView]:
    """The latest ones."""
    with ports.database.read() as session:
        return [_view(session, row) for row in queries.recent_batches(session)]


def _view(session: Session, row: tables.Batch) -> BatchView:
    items = tuple(
        ItemView(one.draft_id, one.label, one.state, one.reference or "", one.reason or "")
        for one in queries.items_of(session, row.id)
    )
    by = queries.account(session, row.account_id).name
    report = json.loads(row.report) if row.report else {}
    return BatchView(
        row.id, row.sort, TITLES[row.sort], row.label, row.state, row.trial, by, row.created_at,
        row.done, row.total, items, report,
    )  # fmt: skip


def _wrong(message: str) -> InvalidData:
    return InvalidData([Finding("lot", "error", "brouillons", message)])
