"""Queries on what is asked of a signature provider, and on its notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docgen.lifecycle import Status
from docgen.records.tables import (
    Agreement,
    ProviderNotice,
    ProviderRequest,
    ProviderSigner,
    Signer,
)
from docgen.ways import Way


def ids_to_hand_over(session: Session) -> Sequence[str]:
    """Agreements out for signature with a signer for the provider, not handed over yet."""
    return session.scalars(
        select(Agreement.id)
        .where(
            Agreement.status == Status.ENVOYE,
            exists().where(
                Signer.agreement_id == Agreement.id,
                Signer.way == Way.PRESTATAIRE,
                Signer.signed_at.is_(None),
            ),
            ~exists().where(ProviderRequest.agreement_id == Agreement.id),
        )
        .order_by(Agreement.created_at)
    ).all()


def provider_request(session: Session, agreement_id: str) -> ProviderRequest | None:
    """The request about that agreement, if it was handed over."""
    return session.get(ProviderRequest, agreement_id)


def provider_signers(session: Session, agreement_id: str) -> Mapping[str, ProviderSigner]:
    """The signers whom the provider knows, by our own signer's id."""
    found = session.scalars(
        select(ProviderSigner)
        .join(Signer, Signer.id == ProviderSigner.signer_id)
        .where(Signer.agreement_id == agreement_id)
        .order_by(Signer.rank)
    )
    return {one.signer_id: one for one in found}


def open_provider_requests(session: Session, *statuses: Status) -> Sequence[str]:
    """Agreements in those statuses (in any, without) whose request is still awaited."""
    query = (
        select(ProviderRequest.agreement_id)
        .join(Agreement, Agreement.id == ProviderRequest.agreement_id)
        .where(ProviderRequest.ended_at.is_(None))
        .order_by(ProviderRequest.placed_at)
    )
    if statuses:
        query = query.where(Agreement.status.in_(statuses))
    return session.scalars(query).all()


def requests_to_stop(session: Session) -> Sequence[str]:
    """Agreements out for signature, one of whose provider's signers is to sign otherwise."""
    return session.scalars(
        select(ProviderRequest.agreement_id)
        .join(Agreement, Agreement.id == ProviderRequest.agreement_id)
        .where(
            ProviderRequest.ended_at.is_(None),
            Agreement.status == Status.ENVOYE,
            exists().where(
                Signer.agreement_id == Agreement.id,
                ProviderSigner.signer_id == Signer.id,
                Signer.way != Way.PRESTATAIRE,
            ),
        )
        .order_by(ProviderRequest.placed_at)
    ).all()


def forget_provider_request(session: Session, agreement_id: str) -> None:
    """Drop a request that was stopped, so that another can be placed."""
    of_it = select(Signer.id).where(Signer.agreement_id == agreement_id)
    session.execute(delete(ProviderSigner).where(ProviderSigner.signer_id.in_(of_it)))
    session.execute(delete(ProviderRequest).where(ProviderRequest.agreement_id == agreement_id))


def take_notice(session: Session, notice: ProviderNotice) -> bool:
    """Keep a notice; False when that event was received before (also by another process)."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    taken = session.execute(
        insert(ProviderNotice)
        .values(
            event_id=notice.event_id,
            name=notice.name,
            agreement_id=notice.agreement_id,
            received_at=notice.received_at,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(ProviderNotice.event_id)
    )
    return taken.scalar_one_or_none() is not None


def notified_agreements(session: Session) -> Mapping[str, Sequence[str]]:
    """Unhandled notices: the events of each agreement."""
    found: dict[str, list[str]] = {}
    for agreement_id, event_id in session.execute(
        select(ProviderNotice.agreement_id, ProviderNotice.event_id)
        .where(ProviderNotice.handled_at.is_(None))
        .order_by(ProviderNotice.received_at, ProviderNotice.event_id)
    ):
        found.setdefault(agreement_id, []).append(event_id)
    return found


def count_notices(session: Session, agreement_id: str) -> int:
    """How many notices came about an agreement."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ProviderNotice)
            .where(ProviderNotice.agreement_id == agreement_id)
        )
        or 0
    )


def handle_notices(session: Session, event_ids: Sequence[str], now: dt.datetime) -> None:
    """Say that the provider was asked since these notices came."""
    session.execute(
        update(ProviderNotice).where(ProviderNotice.event_id.in_(event_ids)).values(handled_at=now)
    )
