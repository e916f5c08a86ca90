"""Queries on the pages signed by hand that are sent from a telephone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from docgen.records.tables import Deposit, DepositedSheet


def deposit(session: Session, token_hash: str) -> Deposit | None:
    """The deposit link of that token."""
    return session.get(Deposit, token_hash)


def deposited_sheets(session: Session, agreement_id: str) -> Sequence[DepositedSheet]:
    """The pages that wait for an officer, in order."""
    return session.scalars(
        select(DepositedSheet)
        .where(DepositedSheet.agreement_id == agreement_id)
        .order_by(DepositedSheet.page)
    ).all()


def revoke_deposits(
    session: Session, agreement_id: str, signer_id: str | None, now: dt.datetime
) -> None:
    """Kill the deposit links of an agreement that are this signer's (None: everybody's)."""
    session.execute(
        update(Deposit)
        .where(
            Deposit.agreement_id == agreement_id,
            Deposit.signer_id.is_(None) if signer_id is None else Deposit.signer_id == signer_id,
            Deposit.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def drop_deposited(session: Session, agreement_id: str) -> None:
    """Forget the pages that waited: they are recorded, or not needed any more."""
    session.execute(delete(DepositedSheet).where(DepositedSheet.agreement_id == agreement_id))
