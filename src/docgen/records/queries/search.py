"""Finding agreements among a hundred thousand: words by their beginning, filters, a scope.

The rarest word leads when few agreements hold it, and the two rarest when none is rare; otherwise
agreements are walked from the latest, and each is asked whether it holds the words. Either way the
answer reads a few thousand index entries, not the table (benchmarks/search.py).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from docgen.agreements.identity import plain
from docgen.lifecycle import Status
from docgen.records.queries.companies import know_company
from docgen.records.retention import AgreementFund
from docgen.records.search import SearchEntry, SearchWord
from docgen.records.tables import Agreement

# Up to so many holders, a word leads the search.
FEW = 2000
MOST_WORDS = 8
_EVERYWHERE = ("reference", "entreprise", "personne")
# A whole number, or its beginning: PMSMP-2026-0001, PMSMP-2026-0001-A1.
_NUMBER = re.compile(r"[A-Za-z]{2,10}-\d{4}-\d+(-[A-Za-z]+\d*)?")


@dataclass(frozen=True)
class Scope:
    """What may be seen at all; None bounds nothing. Days bound by overlap, both included."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    fund: str | None = None
    company: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty wants everything. `siret` may be a SIREN."""

    words: str = ""
    company: str = ""
    person: str = ""
    siret: str = ""
    kind: str = ""
    statuses: tuple[str, ...] = ()
    fund: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class _Term:
    fields: tuple[str, ...]
    start: str

    @property
    def holds(self) -> ColumnElement[bool]:
        """The words that begin so, read in the order of the primary key."""
        return and_(SearchWord.field.in_(self.fields), self._begins)

    @property
    def of_entry(self) -> ColumnElement[bool]:
        """An agreement at hand has such a word, read in the other index alone where it can be."""
        own = SearchWord.agreement_id == SearchEntry.agreement_id
        if self.fields == _EVERYWHERE:
            return exists().where(own, self._begins)
        return exists().where(own, self.holds)

    @property
    def _begins(self) -> ColumnElement[bool]:
        end = self.start[:-1] + chr(ord(self.start[-1]) + 1)
        return and_(SearchWord.word >= self.start, SearchWord.word < end)


def index(session: Session, row: Agreement) -> None:
    """Make an agreement findable; again, its words are those of now."""
    session.execute(delete(SearchWord).where(SearchWord.agreement_id == row.id))
    entry = session.get(SearchEntry, row.id) or SearchEntry(agreement_id=row.id)
    entry.reference = row.reference
    entry.kind = row.kind
    entry.status = row.status
    entry.company = row.company
    entry.company_siret = row.company_siret
    entry.first_day = row.first_day
    entry.last_day = row.last_day
    session.add(entry)
    if row.company_siret:
        know_company(session, row.company_siret[:9], row.company)
    session.add_all(
        SearchWord(field=field, word=word, agreement_id=row.id) for field, word in words_of(row)
    )


def words_of(row: Agreement) -> list[tuple[str, str]]:
    """The (field, word) pairs that an agreement is found by."""
    person = json.loads(row.data).get("beneficiaire") or {}
    texts = {
        "reference": f"{row.reference} {row.reference.replace('-', '')}",
        "entreprise": f"{row.company} {row.company_siret or ''}",
        "personne": f"{person.get('nom', '')} {person.get('prenom', '')}",
    }
    return sorted({(field, word) for field, text in texts.items() for word in plain(text).split()})


def ids_to_index(session: Session, most: int) -> Sequence[str]:
    """Agreements made before there was a search, at most so many."""
    return session.scalars(
        select(Agreement.id)
        .where(
            Agreement.status != Status.DETRUIT,
            ~exists().where(SearchEntry.agreement_id == Agreement.id),
        )
        .limit(most)
    ).all()


def indexed_ids(session: Session) -> Sequence[str]:
    """Every agreement that can be found."""
    return session.scalars(select(SearchEntry.agreement_id)).all()


def search(
    session: Session,
    wanted: Wanted,
    scope: Scope,
    after: tuple[dt.date, str] | None = None,
    most: int = 50,
) -> Sequence[SearchEntry]:
    """Agreements in scope that hold all that is wanted, the latest first day first.

    `after`: the (first day, id) of the last one shown, to go on from there.
    """
    query = (
        select(SearchEntry)
        .where(*_bounds(wanted, scope))
        .order_by(SearchEntry.first_day.desc(), SearchEntry.agreement_id.desc())
        .limit(most)
    )
    if after is not None:
        day, last = after
        query = query.where(
            SearchEntry.first_day <= day,
            or_(SearchEntry.first_day < day, SearchEntry.agreement_id < last),
        )
    return session.scalars(_led(session, query, _terms(wanted))).all()


def seen_in(session: Session, scope: Scope, reference: str) -> SearchEntry | None:
    """The agreement of that number, if the scope holds it."""
    return session.scalar(
        select(SearchEntry).where(SearchEntry.reference == reference, *_bounds(Wanted(), scope))
    )


def _led(
    session: Session, query: Select[tuple[SearchEntry]], terms: list[_Term]
) -> Select[tuple[SearchEntry]]:
    counted = sorted((_count(session, term), number) for number, term in enumerate(terms))
    # Two common words at once may be rare together: their holders are met before any walk.
    leading = 1 if counted and counted[0][0] <= FEW else 2 if len(counted) > 1 else 0
    for rank, (_, number) in enumerate(counted):
        term = terms[number]
        if rank < leading:
            held = select(SearchWord.agreement_id).where(term.holds)
            query = query.where(SearchEntry.agreement_id.in_(held))
        else:
            query = query.where(term.of_entry)
    return query


def _count(session: Session, term: _Term) -> int:
    """How many entries begin so, counted no further than needed."""
    some = select(SearchWord.agreement_id).where(term.holds).limit(FEW + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _terms(wanted: Wanted) -> list[_Term]:
    fields = (
        (_EVERYWHERE, _numbers_joined(wanted.words)),
        (("entreprise",), wanted.company),
        (("personne",), wanted.person),
    )
    terms = [_Term(names, word) for names, text in fields for word in plain(text).split()]
    return list(dict.fromkeys(terms))[:MOST_WORDS]


def _numbers_joined(words: str) -> str:
    """A number as the one rare word it is indexed by, rather than three, two of them common."""
    return " ".join(
        word.replace("-", "") if _NUMBER.fullmatch(word) else word for word in words.split()
    )


def _bounds(wanted: Wanted, scope: Scope) -> Iterator[ColumnElement[bool]]:
    entry = SearchEntry
    for first, last in (
        (scope.first_day, scope.last_day),
        (wanted.first_day, wanted.last_day),
    ):
        if first is not None:
            yield entry.last_day >= first
        if last is not None:
            yield entry.first_day <= last
    for siret in (scope.company or "", wanted.siret):
        digits = "".join(siret.split())
        if len(digits) == 14:
            yield entry.company_siret == digits
        elif digits:
            # A beginning, as fourteen digits: so is every establishment, in any collation.
            yield entry.company_siret.between(digits.ljust(14, "0"), digits.ljust(14, "9"))
    for fund in filter(None, (scope.fund, wanted.fund)):
        yield exists().where(
            AgreementFund.fund == fund, AgreementFund.agreement_id == entry.agreement_id
        )
    if wanted.kind:
        yield entry.kind == wanted.kind
    if wanted.statuses:
        yield entry.status.in_(wanted.statuses)


def agreements_of_person(session: Session, person_key: str) -> Sequence[SearchEntry]:
    """Every agreement about a person, the latest first."""
    return session.scalars(
        select(SearchEntry)
        .join(Agreement, Agreement.id == SearchEntry.agreement_id)
        .where(Agreement.person_key == person_key)
        .order_by(SearchEntry.first_day.desc(), SearchEntry.agreement_id)
        .limit(200)
    ).all()
