"""Queries on signers' links, browser sessions and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docgen.errors import NotFound
from docgen.records.queries.conditional import changed
from docgen.records.tables import Code, Link, Signer, SigningSession


def link(session: Session, token_hash: str) -> Link | None:
    """The signing link of that token."""
    return session.get(Link, token_hash)


def revoke_links_before(session: Session, signer_id: str, now: dt.datetime) -> None:
    """Kill every live link of a signer made before `now`."""
    session.execute(
        update(Link)
        .where(Link.signer_id == signer_id, Link.created_at < now, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_visits(session: Session, signer_id: str, now: dt.datetime) -> None:
    """Kill every link, browser session and code of a signer, so that only what is new opens."""
    session.execute(
        update(Link)
        .where(Link.signer_id == signer_id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    for table in (SigningSession, Code):
        session.execute(
            update(table)
            .where(table.signer_id == signer_id, table.expires_at > now)
            .values(expires_at=now)
        )


def signing_session(session: Session, secret_hash: str) -> SigningSession | None:
    """The browser session of that cookie."""
    return session.get(SigningSession, secret_hash)


def signer(session: Session, signer_id: str) -> Signer:
    """The signer of that id. Raises NotFound."""
    found = session.get(Signer, signer_id)
    if found is None:
        raise NotFound("Le signataire", signer_id)
    return found


def last_code(session: Session, signer_id: str) -> Code | None:
    """The newest code sent to a signer: the only one that can be used."""
    return session.scalar(
        select(Code)
        .where(Code.signer_id == signer_id)
        .order_by(Code.sent_at.desc(), Code.id.desc())
        .limit(1)
    )


def codes_of(session: Session, signer_id: str) -> Sequence[Code]:
    """Every code sent to a signer, in order."""
    return session.scalars(
        select(Code).where(Code.signer_id == signer_id).order_by(Code.sent_at, Code.id)
    ).all()


def codes_sent_since(session: Session, since: dt.datetime) -> int:
    """How many codes were sent since then, to whomever."""
    query = select(func.count()).select_from(Code).where(Code.sent_at > since)
    return session.scalar(query) or 0


def codes_unused_since(session: Session, signer: Signer, since: dt.datetime) -> int:
    """How many codes a signer, or their address in any agreement, was sent and did not use.

    An e-mail address or a telephone number: what is one never looks like the other.
    """
    return (
        session.scalar(
            select(func.count())
            .select_from(Code)
            .join(Signer, Signer.id == Code.signer_id)
            .where(
                (Signer.email == signer.address)
                | (Signer.phone == signer.address)
                | (Signer.id == signer.id),
                Code.sent_at > since,
                Code.used_at.is_(None),
            )
        )
        or 0
    )


def count_try(session: Session, code_id: str, limit: int) -> bool:
    """Spend one try of a code; False when none is left (one conditional update: no race)."""
    return changed(
        session,
        update(Code)
        .where(Code.id == code_id, Code.tries < limit, Code.used_at.is_(None))
        .values(tries=Code.tries + 1),
    )


def use_code(session: Session, code_id: str, now: dt.datetime) -> bool:
    """Use a code up; False when it was used already."""
    return changed(
        session,
        update(Code).where(Code.id == code_id, Code.used_at.is_(None)).values(used_at=now),
    )
