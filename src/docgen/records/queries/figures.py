"""Queries of the yearly figures: columns alone, over ranges that indexes serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.indicators import extracts
from docgen.records import tables
from docgen.records.queries.agreements import CONCLUDED
from docgen.records.queries.related import of_company
from docgen.records.tables import Agreement, Signer

# No PMSMP is longer, renewed and amended as far as can be: where to look for those that end later.
LONGEST_STAY = dt.timedelta(days=100)
# No amendment moves a PMSMP further.
FURTHEST = dt.timedelta(days=366)
_EXTRACTS: dict[type[object], type[tables.Base]] = {
    extracts.StayExtract: tables.StayExtract,
    extracts.BilanExtract: tables.BilanExtract,
    extracts.PartnershipExtract: tables.PartnershipExtract,
}
_MOST_NAMED = 500

_Bilan = aliased(Agreement)
_STAY = (
    Agreement.id,
    Agreement.reference,
    Agreement.parent_id,
    Agreement.person_key,
    Agreement.company_siret,
    Agreement.company,
    Agreement.first_day,
    Agreement.last_day,
    tables.StayExtract.objet,
    tables.StayExtract.rome,
    tables.StayExtract.trade,
    tables.StayExtract.sector,
    tables.StayExtract.renews,
    tables.StayExtract.planned,
    tables.StayExtract.referent,
    tables.BilanExtract.outcome,
    tables.BilanExtract.done,
    tables.BilanExtract.follow,
    tables.BilanExtract.contract,
    _Bilan.id.label("bilan_id"),
)


def _stays() -> Select[Any]:
    """Concluded PMSMP, each with its extract and that of its signed bilan, where they are kept."""
    return (
        select(*_STAY)
        .outerjoin(tables.StayExtract, tables.StayExtract.agreement_id == Agreement.id)
        .outerjoin(
            _Bilan,
            and_(
                _Bilan.parent_id == Agreement.id,
                _Bilan.kind == "bilan",
                _Bilan.status.in_(CONCLUDED),
            ),
        )
        .outerjoin(
            tables.BilanExtract,
            tables.BilanExtract.agreement_id == func.coalesce(_Bilan.id, Agreement.id),
        )
        .where(Agreement.kind.in_(PMSMP_KINDS), Agreement.status.in_(CONCLUDED))
    )


def stays_between(
    session: Session, first: dt.date, last: dt.date, siren: str = ""
) -> Sequence[Row[Any]]:
    """The PMSMP with a day in that range, in order of their first day."""
    query = _stays().where(
        Agreement.first_day.between(first - LONGEST_STAY, last), Agreement.last_day >= first
    )
    if siren:
        query = query.where(of_company(siren))
    return _columns(session, query.order_by(Agreement.first_day, Agreement.reference))


def stays_of(session: Session, ids: Iterable[str]) -> Sequence[Row[Any]]:
    """The PMSMP of those ids."""
    found: list[Row[Any]] = []
    for part in _parts(ids):
        found += session.execute(_stays().where(Agreement.id.in_(part))).all()
    return found


def later_renewals(
    session: Session, first: dt.date, last: dt.date, siren: str = ""
) -> Sequence[Row[Any]]:
    """The renewals, begun after the range, of PMSMP begun in it."""
    parent = aliased(Agreement)
    query = (
        _stays()
        .join(parent, parent.id == Agreement.parent_id)
        .where(
            parent.kind.in_(PMSMP_KINDS),
            parent.first_day.between(first, last),
            Agreement.first_day.between(last + dt.timedelta(days=1), last + FURTHEST),
        )
    )
    return session.execute(query.where(of_company(siren)) if siren else query).all()


def amended_ids(
    session: Session, kinds: Sequence[str], since: dt.date, until: dt.date, siren: str = ""
) -> Sequence[str]:
    """Ids of the agreements of those kinds, begun in that range, with a signed amendment."""
    amendment = aliased(Agreement)
    amended = select(amendment.parent_id).where(
        amendment.kind == "avenant", amendment.status.in_(CONCLUDED)
    )
    query = select(Agreement.id).where(
        Agreement.id.in_(amended),
        Agreement.kind.in_(kinds),
        Agreement.first_day.between(since, until),
    )
    return session.scalars(query.where(of_company(siren)) if siren else query).all()


def signed_days(
    session: Session, first: dt.date, last: dt.date
) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """When each PMSMP begun in that range was sent, and signed for the last time, by its id."""
    rows = session.execute(
        select(Signer.agreement_id, func.min(Signer.invited_at), func.max(Signer.signed_at))
        .join(Agreement, Agreement.id == Signer.agreement_id)
        .where(
            Agreement.kind.in_(PMSMP_KINDS),
            Agreement.status.in_(CONCLUDED),
            Agreement.first_day.between(first, last),
        )
        .group_by(Signer.agreement_id)
        .having(func.min(Signer.invited_at).is_not(None), func.max(Signer.signed_at).is_not(None))
    )
    return {agreement_id: (sent, signed) for agreement_id, sent, signed in rows}


def partnerships_between(
    session: Session, first: dt.date, last: dt.date, siren: str = ""
) -> Sequence[Row[Any]]:
    """The concluded partnerships that may run on a day of that range, with their extract."""
    extract = tables.PartnershipExtract
    query = (
        select(
            Agreement.id,
            Agreement.reference,
            Agreement.company,
            Agreement.company_siret,
            Agreement.first_day,
            Agreement.last_day,
            extract.referent,
            extract.volume,
            extract.basis,
            extract.renews,
            extract.renewal_months,
            extract.renewal_most,
            extract.notice,
            extract.notice_unit,
        )
        .outerjoin(extract, extract.agreement_id == Agreement.id)
        .where(
            Agreement.kind == "partenariat",
            Agreement.status.in_(CONCLUDED),
            Agreement.first_day <= last,
            or_(extract.possible_end.is_(None), extract.possible_end >= first),
        )
        .order_by(Agreement.reference)
    )
    return _columns(session, query.where(of_company(siren)) if siren else query)


def ended_by_notice(session: Session, siren: str = "") -> dict[str, dt.date]:
    """The last day that signed notices leave, by the id of the convention they end."""
    query = select(Agreement.parent_id, Agreement.last_day).where(
        Agreement.kind == "denonciation", Agreement.status.in_(CONCLUDED)
    )
    if siren:
        query = query.where(of_company(siren))
    ended: dict[str, dt.date] = {}
    for parent, day in session.execute(query):
        # Grouped here: a database may walk every agreement by its parent to group them itself.
        ended[parent] = min(day, ended.get(parent, day))
    return ended


def data_of(session: Session, ids: Iterable[str]) -> dict[str, Agreement]:
    """The whole agreements of those ids, for what no extract holds."""
    found: dict[str, Agreement] = {}
    for part in _parts(ids):
        rows = session.scalars(select(Agreement).where(Agreement.id.in_(part)))
        found |= {row.id: row for row in rows}
    return found


def receipts_between(
    session: Session, first: dt.datetime, until: dt.datetime, siren: str = ""
) -> Sequence[Agreement]:
    """Signed receipts issued from `first` to before `until`."""
    query = select(Agreement).where(
        Agreement.kind == "recu",
        Agreement.status.in_(CONCLUDED),
        Agreement.created_at >= first,
        Agreement.created_at < until,
    )
    return session.scalars(query.where(of_company(siren)) if siren else query).all()


def keep_extract(session: Session, agreement_id: str, extract: extracts.Extract) -> None:
    """Keep what an agreement's data says; keeping it twice is harmless."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"agreement_id": agreement_id, **asdict(extract)}
    session.execute(insert(_EXTRACTS[type(extract)]).values(values).on_conflict_do_nothing())


def _columns(session: Session, query: Select[Any]) -> Sequence[Row[Any]]:
    """Thousands of rows of columns: half the time of the way that objects come."""
    return session.connection().execute(query).all()


def _parts(ids: Iterable[str]) -> Iterable[list[str]]:
    """Lists short enough for both databases to take as parameters."""
    wanted = list(ids)
    return (wanted[at : at + _MOST_NAMED] for at in range(0, len(wanted), _MOST_NAMED))
