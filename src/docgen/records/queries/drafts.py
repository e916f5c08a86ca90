"""Queries on drafts: open, hold, keep an edition, forget."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docgen.errors import NotFound
from docgen.records.drafts import Draft, DraftEdition

# Editions kept of a draft: enough for whoever left a page open for a while.
MOST_EDITIONS = 60


def draft(session: Session, draft_id: str) -> Draft:
    """The draft of that id. Raises NotFound."""
    found = session.get(Draft, draft_id)
    if found is None:
        raise NotFound("Le brouillon", draft_id)
    return found


def locked_draft(session: Session, draft_id: str) -> Draft:
    """The draft, held until the transaction ends. Raises NotFound."""
    found = session.scalar(
        select(Draft)
        .where(Draft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("Le brouillon", draft_id)
    return found


def drafts(session: Session, *, group: str | None = None, most: int = 200) -> Sequence[Draft]:
    """Drafts not sent yet, the last one worked on first; those of a group by their age."""
    query = select(Draft).where(Draft.agreement_id.is_(None)).limit(most)
    if group is not None:
        return session.scalars(
            query.where(Draft.group_id == group).order_by(Draft.created_at, Draft.id)
        ).all()
    return session.scalars(query.order_by(Draft.updated_at.desc(), Draft.id)).all()


def count_drafts(session: Session) -> int:
    """How many are not sent yet."""
    query = select(func.count()).select_from(Draft).where(Draft.agreement_id.is_(None))
    return session.scalar(query) or 0


def keep_edition(session: Session, edition: DraftEdition) -> None:
    """Keep an edition, and let the oldest go."""
    session.add(edition)
    session.execute(
        delete(DraftEdition).where(
            DraftEdition.draft_id == edition.draft_id,
            DraftEdition.version <= edition.version - MOST_EDITIONS,
        )
    )


def edition(session: Session, draft_id: str, version: int) -> DraftEdition | None:
    """That edition, None once it has gone."""
    return session.get(DraftEdition, (draft_id, version))


def editions_since(session: Session, draft_id: str, version: int) -> Sequence[DraftEdition]:
    """The editions after that one, in order."""
    return session.scalars(
        select(DraftEdition)
        .where(DraftEdition.draft_id == draft_id, DraftEdition.version > version)
        .order_by(DraftEdition.version)
    ).all()


def forget_editions(session: Session, draft_id: str) -> None:
    """Let every edition go."""
    session.execute(delete(DraftEdition).where(DraftEdition.draft_id == draft_id))
