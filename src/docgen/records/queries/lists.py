"""Companies, people and advisers listed by name, a page at a time, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from docgen.agreements.identity import plain
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.records.queries.figures import LONGEST_STAY
from docgen.records.queries.reminding import SIGNED
from docgen.records.registers import Company, Person
from docgen.records.search import SearchEntry
from docgen.records.tables import Agreement, PartnershipExtract, StayExtract


def companies_after(
    session: Session, words: str, after: tuple[str, str], most: int
) -> Sequence[Company]:
    """Companies whose name holds every word, by name; after the (search, siren) of the last."""
    order = (Company.search, Company.siren)
    query = select(Company).where(*_holding(*order, words, after)).order_by(*order)
    return session.scalars(query.limit(most)).all()


def people_after(
    session: Session, words: str, after: tuple[str, str], most: int
) -> Sequence[Person]:
    """People whose name holds every word, by name; after the (search, key) of the last."""
    order = (Person.search, Person.key)
    query = select(Person).where(*_holding(*order, words, after)).order_by(*order)
    return session.scalars(query.limit(most)).all()


def _holding(
    name: InstrumentedAttribute[str],
    key: InstrumentedAttribute[str],
    words: str,
    after: tuple[str, str],
) -> Iterator[ColumnElement[bool]]:
    """Every word in the name, and past the place where the page before ended."""
    for word in plain(words).split():
        yield name.contains(word, autoescape=True)
    if after != ("", ""):
        yield and_(name >= after[0], or_(name > after[0], key > after[1]))


def counts_of_companies(session: Session, sirens: Iterable[str]) -> dict[str, tuple[int, dt.date]]:
    """(agreements, first day of the latest) of each company, by SIREN."""
    # One narrow range of the index for each: the establishments of a company follow each other.
    parts = [
        select(
            func.substr(func.min(SearchEntry.company_siret), 1, 9),
            func.count(),
            func.max(SearchEntry.first_day),
        ).where(SearchEntry.company_siret.between(f"{siren}00000", f"{siren}99999"))
        for siren in sirens
    ]
    if not parts:
        return {}
    return {
        siren: (count, _day(latest))
        for siren, count, latest in session.execute(union_all(*parts))
        if siren is not None
    }


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def counts_of_people(session: Session, keys: Iterable[str]) -> dict[str, tuple[int, dt.date]]:
    """(agreements, first day of the latest) of each person, by their key."""
    rows = session.execute(
        select(Agreement.person_key, func.count(), func.max(Agreement.first_day))
        .where(Agreement.person_key.in_(list(keys)))
        .group_by(Agreement.person_key)
    )
    return {key: (count, _day(latest)) for key, count, latest in rows}


def how_many(session: Session) -> tuple[int, int]:
    """(companies, people) known."""
    companies = session.scalar(select(func.count()).select_from(Company)) or 0
    return companies, session.scalar(select(func.count()).select_from(Person)) or 0


@dataclass(frozen=True)
class Adviser:
    """Somebody of ours whom agreements name, and how many of each."""

    address: str
    name: str
    stays: int
    conventions: int


def advisers(session: Session) -> list[Adviser]:
    """Each adviser that an agreement names, by name."""
    names: dict[str, str] = {}
    counts: dict[type[StayExtract | PartnershipExtract], dict[str, int]] = {}
    for extract in (StayExtract, PartnershipExtract):
        rows = session.execute(
            select(extract.referent, func.max(extract.referent_name), func.count())
            .where(extract.referent != "")
            .group_by(extract.referent)
        ).tuples()
        counts[extract] = {}
        for address, name, count in rows:
            counts[extract][address] = count
            names[address] = names.get(address) or name
    found = [
        Adviser(
            address,
            name,
            counts[StayExtract].get(address, 0),
            counts[PartnershipExtract].get(address, 0),
        )
        for address, name in names.items()
    ]
    return sorted(found, key=lambda one: (plain(one.name), one.address))


def of_adviser(session: Session, address: str, most: int) -> Sequence[SearchEntry]:
    """Agreements that an adviser follows, the latest first."""
    theirs = union_all(
        select(StayExtract.agreement_id).where(StayExtract.referent == address),
        select(PartnershipExtract.agreement_id).where(PartnershipExtract.referent == address),
    )
    return session.scalars(
        select(SearchEntry)
        .where(SearchEntry.agreement_id.in_(theirs))
        .order_by(SearchEntry.first_day.desc(), SearchEntry.agreement_id.desc())
        .limit(most)
    ).all()


def stays_ending(
    session: Session, first: dt.date, last: dt.date
) -> Sequence[Row[tuple[dt.date, str, str, str, str | None]]]:
    """(last day, kind, number, company, SIRET) of signed PMSMP that end in that range."""
    return session.execute(
        select(
            SearchEntry.last_day,
            SearchEntry.kind,
            SearchEntry.reference,
            SearchEntry.company,
            SearchEntry.company_siret,
        ).where(
            SearchEntry.kind.in_(PMSMP_KINDS),
            SearchEntry.status.in_(SIGNED),
            SearchEntry.last_day.between(first, last),
            # None lasts longer, and the index is by first day.
            SearchEntry.first_day >= first - LONGEST_STAY,
        )
    ).all()
