"""Queries on what is kept until when: funds, retentions, disposal lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import exists, false, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from docgen.agreements.identity import plain
from docgen.errors import NotFound
from docgen.records.queries.conditional import changed
from docgen.records.retention import (
    AgreementFund,
    Disposal,
    DisposalApproval,
    DisposalItem,
    Fund,
    Retention,
)
from docgen.records.tables import (
    Agreement,
    Signer,
)


def fund(session: Session, code: str) -> Fund:
    """The fund of that code. Raises NotFound."""
    found = session.get(Fund, code)
    if found is None:
        raise NotFound("Le financement", code)
    return found


def funds(session: Session) -> Sequence[Fund]:
    """Every fund, by code."""
    return session.scalars(select(Fund).order_by(Fund.code)).all()


def funds_of(session: Session, agreement_id: str) -> Sequence[Fund]:
    """The funds that pay for an agreement."""
    return session.scalars(
        select(Fund)
        .join(AgreementFund, AgreementFund.fund == Fund.code)
        .where(AgreementFund.agreement_id == agreement_id)
        .order_by(Fund.code)
    ).all()


def ids_of_fund(session: Session, code: str) -> Sequence[str]:
    """Ids of the agreements that a fund pays for."""
    return session.scalars(
        select(AgreementFund.agreement_id).where(AgreementFund.fund == code)
    ).all()


def retention(session: Session, agreement_id: str) -> Retention | None:
    """What was computed last for that dossier, if anything was."""
    return session.get(Retention, agreement_id)


def due_retentions(session: Session, today: dt.date) -> Sequence[tuple[Agreement, Retention]]:
    """Dossiers whose time is over, that nobody holds and no open list names; oldest end first."""
    listed = exists().where(
        DisposalItem.agreement_id == Retention.agreement_id,
        DisposalItem.disposal_id == Disposal.id,
        Disposal.done_at.is_(None),
        Disposal.dropped_at.is_(None),
    )
    rows = session.execute(
        select(Agreement, Retention)
        .join(Retention, Retention.agreement_id == Agreement.id)
        .where(
            Retention.retain_until < today,
            Retention.hold_since.is_(None),
            Retention.erased_at.is_(None),
            Agreement.manifest_key.is_not(None),
            ~listed,
        )
        .order_by(Retention.retain_until, Agreement.reference)
    )
    return [(row[0], row[1]) for row in rows]


def held(session: Session) -> Sequence[tuple[Agreement, Retention]]:
    """Dossiers under legal hold, by reference."""
    rows = session.execute(
        select(Agreement, Retention)
        .join(Retention, Retention.agreement_id == Agreement.id)
        .where(Retention.hold_since.is_not(None))
        .order_by(Agreement.reference)
    )
    return [(row[0], row[1]) for row in rows]


def disposal(session: Session, number: str) -> Disposal:
    """The disposal list of that number, held until the transaction ends. Raises NotFound."""
    found = session.scalar(select(Disposal).where(Disposal.number == number).with_for_update())
    if found is None:
        raise NotFound("La liste d’élimination", number)
    return found


def disposals(session: Session) -> Sequence[Disposal]:
    """Every disposal list, the latest first."""
    return session.scalars(select(Disposal).order_by(Disposal.made_at.desc())).all()


def disposal_items(session: Session, disposal_id: str) -> Sequence[DisposalItem]:
    """What a list names, by reference."""
    return session.scalars(
        select(DisposalItem)
        .where(DisposalItem.disposal_id == disposal_id)
        .order_by(DisposalItem.reference)
    ).all()


def approvals(session: Session, disposal_id: str) -> Sequence[DisposalApproval]:
    """Who said yes to a list, in order."""
    return session.scalars(
        select(DisposalApproval)
        .where(DisposalApproval.disposal_id == disposal_id)
        .order_by(DisposalApproval.at)
    ).all()


def agreements_about(
    session: Session, person_keys: Sequence[str], email: str
) -> Sequence[Agreement]:
    """The agreements that are about those people, or that this address signs."""
    signed = exists().where(Signer.agreement_id == Agreement.id, func.lower(Signer.email) == email)
    return session.scalars(
        select(Agreement)
        .where(or_(Agreement.person_key.in_(person_keys), signed if email else false()))
        .options(selectinload(Agreement.signers))
    ).all()


def ids_signed_by(session: Session, name: str) -> Sequence[str]:
    """Ids of the agreements that one of so plain a name signs, or was asked to."""
    words = set(name.split())
    pairs = session.execute(select(Signer.agreement_id, Signer.name))
    return list(dict.fromkeys(one for one, full in pairs if words <= set(plain(full).split())))


def close_disposal(session: Session, disposal_id: str, now: dt.datetime, column: str) -> bool:
    """Mark a list done or dropped; False when it was already."""
    return changed(
        session,
        update(Disposal)
        .where(
            Disposal.id == disposal_id, Disposal.done_at.is_(None), Disposal.dropped_at.is_(None)
        )
        .values({column: now}),
    )
