"""Queries on published templates: the latest of a kind, one by its number, all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docgen.errors import NotFound
from docgen.records.tables import Agreement, TemplateVersion


def latest_template(session: Session, kind: str) -> TemplateVersion | None:
    """The version in use, or None when none was published."""
    return session.scalar(
        select(TemplateVersion)
        .where(TemplateVersion.kind == kind)
        .order_by(TemplateVersion.number.desc())
        .limit(1)
    )


def template_version(session: Session, kind: str, number: int) -> TemplateVersion:
    """That version. Raises NotFound."""
    found = session.get(TemplateVersion, (kind, number))
    if found is None:
        raise NotFound("La version de modèle", f"{kind}@{number}")
    return found


def template_versions(session: Session, kind: str | None = None) -> Sequence[TemplateVersion]:
    """Every version, by kind, the latest first."""
    query = select(TemplateVersion).order_by(TemplateVersion.kind, TemplateVersion.number.desc())
    return session.scalars(query.where(TemplateVersion.kind == kind) if kind else query).all()


def template_uses(session: Session) -> Mapping[tuple[str, int | None], int]:
    """How many agreements were frozen from each (kind, version); None: from the folder's file."""
    rows = session.execute(
        select(Agreement.kind, Agreement.template_version, func.count())
        .where(Agreement.template_sha256.is_not(None))
        .group_by(Agreement.kind, Agreement.template_version)
    )
    return {(kind, number): count for kind, number, count in rows}
