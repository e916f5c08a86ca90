"""Queries on what is kept until when: funds, retentions, disposal lists, what is erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, exists, false, func, or_, select, update
from sqlalchemy.orm import Session, aliased, selectinload

from docgen.agreements.identity import plain
from docgen.errors import NotFound
from docgen.lifecycle import Status
from docgen.records.queries.conditional import changed
from docgen.records.retention import (
    AgreementFund,
    Disposal,
    DisposalApproval,
    DisposalItem,
    Fund,
    Retention,
)
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
