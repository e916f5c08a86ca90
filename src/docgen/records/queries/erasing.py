"""Queries that forget: what must go in its time, what identified signers, an agreement whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from docgen.lifecycle import Status
from docgen.records.search import SearchEntry, SearchWord
from docgen.records.tables import (
    Agreement,
    BilanExtract,
    Blob,
    Code,
    Commitment,
    Deposit,
    DepositedSheet,
    EventPerson,
    Link,
    LoggedAct,
    LoggedHire,
    Matter,
    Message,
    PartnershipExtract,
    Person,
    ProviderSigner,
    Reminder,
    Scan,
    Sheet,
    Signer,
    SigningSession,
    StayExtract,
    Watch,
)

_Child = aliased(Agreement)
# What else was written of an agreement, that says who, where, or what became of them.
_DERIVED = (
    SearchWord,
    SearchEntry,
    StayExtract,
    BilanExtract,
    PartnershipExtract,
    Commitment,
    LoggedAct,
    LoggedHire,
    DepositedSheet,
    Deposit,
    Watch,
)


def ids_to_purge(
    session: Session, drafts_before: dt.datetime, unsigned_before: dt.datetime
) -> Sequence[str]:
    """Drafts and unsigned ends as old as that, none of which has a dossier in the archive."""
    return session.scalars(
        select(Agreement.id)
        .where(
            Agreement.manifest_key.is_(None),
            or_(
                (Agreement.status == Status.BROUILLON) & (Agreement.created_at < drafts_before),
                Agreement.status.in_([Status.REFUSE, Status.EXPIRE, Status.ANNULE])
                & (Agreement.created_at < unsigned_before),
            ),
            # What an agreement that is kept hangs on says where that one comes from.
            ~exists().where(_Child.parent_id == Agreement.id, _Child.status != Status.DETRUIT),
        )
        .order_by(Agreement.created_at)
    ).all()


def taken_over(session: Session) -> Sequence[Agreement]:
    """What was concluded before docgen, oldest first; without what one that is kept hangs on."""
    return session.scalars(
        select(Agreement)
        .where(
            Agreement.status == Status.REPRIS,
            ~exists().where(_Child.parent_id == Agreement.id, _Child.status != Status.DETRUIT),
        )
        .options(selectinload(Agreement.signers))
        .order_by(Agreement.last_day)
    ).all()


def erase_identity(session: Session, agreement_id: str) -> None:
    """Forget how signers were reached and recognised: addresses, browsers, phones, codes."""
    signers = select(Signer.id).where(Signer.agreement_id == agreement_id)
    for table in (Code, SigningSession, Link):
        session.execute(delete(table).where(table.signer_id.in_(signers)))
    session.execute(
        update(Signer)
        .where(Signer.agreement_id == agreement_id)
        .values(ip=None, user_agent=None, phone=None)
    )


def forget_content(session: Session, digest: str, agreement_id: str) -> None:
    """Remove that file of that agreement."""
    session.execute(delete(Blob).where(Blob.sha256 == digest, Blob.agreement_id == agreement_id))


def erase(session: Session, row: Agreement, blank: str, request_key: str) -> None:
    """Forget the content of an agreement: its data, files, people. Its journal stays.

    `blank` stands where a name was; `request_key` is a random one, that no data has.
    """
    erase_identity(session, row.id)
    session.execute(delete(Message).where(Message.agreement_id == row.id))
    session.execute(delete(Scan).where(Scan.agreement_id == row.id))
    # A scan taken over may show two agreements: the other keeps it.
    shared = exists().where(Scan.sha256 == Blob.sha256)
    session.execute(delete(Blob).where(Blob.agreement_id == row.id, ~shared))
    session.execute(
        update(ProviderSigner)
        .where(ProviderSigner.signer_id.in_(select(Signer.id).where(Signer.agreement_id == row.id)))
        .values(proof_sha256=None)
    )
    for table in _DERIVED:
        session.execute(delete(table).where(table.agreement_id == row.id))
    for told in (Reminder, Matter):
        session.execute(delete(told).where(told.subject == row.reference))
    session.execute(
        update(Signer)
        .where(Signer.agreement_id == row.id)
        .values(
            name=blank,
            capacity=blank,
            email="",
            principal=None,
            witness=None,
            identity_check=None,
            decline_reason=None,
            typed_name=None,
            consent=None,
        )
    )
    row.data = "{}"
    row.company = blank
    row.company_siret = row.person_key = row.reason = row.last_error = None
    row.request_key = request_key
    row.status = Status.DETRUIT
    session.flush()


def forget_unmet_people(session: Session) -> int:
    """Remove from the register of people those whom nothing names any more; how many."""
    gone = session.scalars(
        select(Person.key).where(
            ~exists().where(Agreement.person_key == Person.key),
            ~exists().where(Sheet.key == Person.key),
            ~exists().where(LoggedHire.person_key == Person.key),
            ~exists().where(EventPerson.person_key == Person.key),
        )
    ).all()
    session.execute(delete(Person).where(Person.key.in_(gone)))
    return len(gone)
