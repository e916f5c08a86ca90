"""Queries on batches: which one to work on, claimed by one worker at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from docgen.errors import NotFound
from docgen.records.batches import Batch, BatchItem, TemplateTrial

TO_DO = ("attente", "marche")


def batch(session: Session, batch_id: str) -> Batch:
    """A batch by its id. Raises NotFound."""
    row = session.get(Batch, batch_id)
    if row is None:
        raise NotFound("Le lot", "demandé")
    return row


def locked_batch(session: Session, batch_id: str) -> Batch:
    """The same, held until the end of the transaction. Raises NotFound."""
    row = session.scalar(
        select(Batch)
        .where(Batch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("Le lot", "demandé")
    return row


def batches_to_do(session: Session, now: dt.datetime) -> Sequence[str]:
    """Batches that wait for a worker, or whose worker died, the oldest first."""
    return session.scalars(
        select(Batch.id)
        .where(Batch.state.in_(TO_DO), or_(Batch.held_until.is_(None), Batch.held_until < now))
        .order_by(Batch.created_at, Batch.id)
    ).all()


def recent_batches(session: Session, most: int = 20) -> Sequence[Batch]:
    """The latest batches."""
    return session.scalars(
        select(Batch).order_by(Batch.created_at.desc(), Batch.id).limit(most)
    ).all()


def items_of(session: Session, batch_id: str) -> Sequence[BatchItem]:
    """What a batch is made of, in order."""
    return session.scalars(
        select(BatchItem).where(BatchItem.batch_id == batch_id).order_by(BatchItem.rank)
    ).all()


def next_item(session: Session, batch_id: str) -> BatchItem | None:
    """The first that waits."""
    return session.scalars(
        select(BatchItem)
        .where(BatchItem.batch_id == batch_id, BatchItem.state == "attente")
        .order_by(BatchItem.rank)
        .limit(1)
    ).first()


def count_ended(session: Session, batch_id: str) -> int:
    """How many of its items wait no more."""
    query = select(func.count()).where(BatchItem.batch_id == batch_id, BatchItem.state != "attente")
    return session.scalar(query) or 0


def template_trial(session: Session, batch_id: str) -> TemplateTrial:
    """A template that is tried. Raises NotFound."""
    row = session.get(TemplateTrial, batch_id)
    if row is None:
        raise NotFound("L’essai", "demandé")
    return row


def set_waiting_items(session: Session, batch_id: str, state: str, of: str = "attente") -> None:
    """Give every item in the state `of` another one."""
    session.execute(
        update(BatchItem)
        .where(BatchItem.batch_id == batch_id, BatchItem.state == of)
        .values(state=state)
    )


def drafts_in_batches(session: Session, draft_ids: Sequence[str]) -> set[str]:
    """Those of these drafts that a batch is about to send."""
    rows = session.scalars(
        select(BatchItem.draft_id)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .where(
            BatchItem.draft_id.in_(draft_ids),
            BatchItem.state == "attente",
            Batch.state.in_(TO_DO),
        )
    )
    return set(rows)


def forget_workbooks(session: Session, before: dt.datetime, now: dt.datetime) -> None:
    """Let go of the files from before that day that nobody said yes to; their batches stop."""
    session.execute(
        update(Batch)
        .where(Batch.content.is_not(None), Batch.created_at < before, Batch.state == "essaye")
        .values(content=None, state="arrete", ended_at=now)
    )


def forget_batches(session: Session, before: dt.datetime) -> None:
    """Forget batches long ended: what they did is told by the agreements and the journal."""
    old = select(Batch.id).where(Batch.ended_at < before)
    session.execute(delete(BatchItem).where(BatchItem.batch_id.in_(old)))
    session.execute(delete(TemplateTrial).where(TemplateTrial.batch_id.in_(old)))
    session.execute(delete(Batch).where(Batch.ended_at < before))
