"""Gather the facts that figures are counted from, for everybody, one company or one adviser."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy.orm import Session

from docgen.actions.around import amended_data
from docgen.actions.ledger.outcomes import outcomes
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.rules.dates import add_months
from docgen.french import PARIS
from docgen.indicators import Convention, Event, Facts, Gift, Hire, Scope, Stay
from docgen.indicators.extracts import (
    Extract,
    bilan_extract,
    partnership_extract,
    stay_extract,
    terms_of,
)
from docgen.ledger import Basis
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import figures, ledger


@dataclass(frozen=True)
class Whose:
    """Whose facts: a company (SIREN), an adviser (e-mail), or everybody's when both are empty."""

    siren: str = ""
    referent: str = ""


def gather(database: Database, scope: Scope, whose: Whose) -> Facts:
    """Everything the figures of a window rest on.

    What was never read of an agreement is read now, and kept for the next time.
    """
    first, last = scope.window.first, scope.window.last
    with database.read() as session:
        missing = Missing()
        signed = figures.signed_days(session, first, last)
        stays = stays_in(session, first, last, whose, missing, signed)
        people_hired = ledger.hires_between(
            session, first - figures.LONGEST_STAY, add_months(last, scope.hire_months)
        )
        facts = Facts(
            stays=stays,
            hires=tuple(Hire(*row) for row in people_hired),
            conventions=tuple(conventions_in(session, first, last, whose, missing)),
            events=tuple(_events(session, first, last, whose)),
            gifts=tuple(_gifts(session, first, last, whose)),
        )
    missing.keep(database)
    return facts


class Missing:
    """Extracts that were read from the data because nobody had kept them."""

    def __init__(self) -> None:
        self._found: dict[str, Extract] = {}

    def add(self, agreement_id: str, extract: Extract) -> None:
        self._found[agreement_id] = extract

    def keep(self, database: Database) -> None:
        if self._found:
            with database.write() as session:
                for agreement_id, extract in self._found.items():
                    figures.keep_extract(session, agreement_id, extract)


def stays_in(
    session: Session,
    first: dt.date,
    last: dt.date,
    whose: Whose,
    missing: Missing,
    signed: Mapping[str, tuple[dt.datetime, dt.datetime]],
) -> tuple[Stay, ...]:
    """The PMSMP with a day in that range, as amended, and the later renewals of theirs."""
    siren = whose.siren
    rows = {row.id: row for row in figures.stays_between(session, first, last, siren)}
    rows |= {row.id: row for row in figures.later_renewals(session, first, last, siren)}
    # Amendments move days: those amended are looked at wherever their first words put them.
    since, until = first - figures.FURTHEST, last + figures.FURTHEST
    amended = set(figures.amended_ids(session, PMSMP_KINDS, since, until, siren))
    rows |= {row.id: row for row in figures.stays_of(session, amended - rows.keys())}
    words = _words(session, rows.values(), amended, missing)
    found = []
    for row in rows.values():
        stay, referent = _stay(row, words.get(row.id, {}), signed)
        near = stay.last >= first and (stay.first <= last or stay.renews is not None)
        of_company = not whose.siren or stay.siren == whose.siren
        if near and of_company and whose.referent.lower() in {"", referent}:
            found.append(stay)
    return tuple(found)


def _words(
    session: Session, rows: Iterable[Any], amended: set[str], missing: Missing
) -> dict[str, dict[str, Any]]:
    """What can't be read from the extracts on record: the fields of a stay, by its id."""
    wanted = list(rows)
    new = [row.id for row in wanted if row.objet is None]
    bilans = {row.bilan_id: row.id for row in wanted if row.bilan_id and row.outcome is None}
    found: dict[str, dict[str, Any]] = {}
    whole = figures.data_of(session, [*{*new, *(row.id for row in wanted if row.id in amended)}])
    children = queries.children_of(session, [one for one in whole if one in amended])
    for agreement_id, row in whole.items():
        data = amended_data(row, children)
        extract = stay_extract(data)
        if agreement_id not in amended:
            missing.add(agreement_id, extract)
        days = {
            name: dt.date.fromisoformat(data[key])
            for name, key in (("first_day", "debut"), ("last_day", "fin"))
        }
        found[agreement_id] = {**dataclasses.asdict(extract), **days}
    for bilan_id, row in figures.data_of(session, bilans).items():
        told = bilan_extract(amended_data(row, ()))
        missing.add(bilan_id, told)
        found.setdefault(bilans[bilan_id], {}).update(dataclasses.asdict(told))
    return found


def _stay(
    row: Any, words: Mapping[str, Any], signed: Mapping[str, tuple[dt.datetime, dt.datetime]]
) -> tuple[Stay, str]:
    """The fact, and the adviser's e-mail."""
    told: Any = SimpleNamespace(**{**row._mapping, **words}) if words else row  # noqa: SLF001
    sent, last_signed = signed.get(row.id, (None, None))
    stay = Stay(
        id=row.id,
        person=row.person_key or row.id,
        siret=row.company_siret or "",
        company=row.company,
        first=told.first_day,
        last=told.last_day,
        objet=told.objet,
        rome=told.rome,
        trade=told.trade,
        sector=told.sector,
        renews=(row.parent_id or row.id) if told.renews else None,
        planned=told.planned,
        outcome=told.outcome,
        done=told.done,
        follow=told.follow,
        contract=told.contract,
        sent_on=sent.astimezone(PARIS).date() if sent else None,
        signed_on=last_signed.astimezone(PARIS).date() if last_signed else None,
        reference=row.reference,
    )
    return stay, told.referent


def conventions_in(
    session: Session, first: dt.date, last: dt.date, whose: Whose, missing: Missing
) -> Iterator[Convention]:
    """The partnerships that may run on a day of that range, as amended."""
    siren = whose.siren
    rows = figures.partnerships_between(session, first, last, siren)
    ended = figures.ended_by_notice(session, siren)
    amended = set(figures.amended_ids(session, ("partenariat",), dt.date.min, last, siren))
    # An amendment may have prolonged one that its own words end too early to be met.
    met = {row.id for row in rows}
    reread = figures.data_of(session, {row.id for row in rows if row.basis is None} | amended)
    children = queries.children_of(session, [one for one in reread if one in amended])
    adviser = whose.referent.lower()
    for row in rows:
        if row.id in reread or (adviser and row.referent != adviser):
            continue
        yield Convention(
            row.reference,
            row.company,
            row.company_siret[:9],
            terms_of(row, row.first_day, row.last_day),
            row.volume,
            row.basis,
            ended.get(row.id),
        )
    for agreement_id, one in reread.items():
        data = amended_data(one, children)
        extract = partnership_extract(data)
        if agreement_id not in amended:
            missing.add(agreement_id, extract)
        begin, end = (dt.date.fromisoformat(data[key]) for key in ("debut", "fin"))
        possible = extract.possible_end
        if agreement_id not in met and (
            begin > last or (possible is not None and possible < first)
        ):
            continue
        if adviser in {"", extract.referent}:
            yield Convention(
                one.reference,
                one.company,
                (one.company_siret or "")[:9],
                terms_of(extract, begin, end),
                extract.volume,
                cast("Basis", extract.basis),
                ended.get(agreement_id),
            )


def _events(session: Session, first: dt.date, last: dt.date, whose: Whose) -> Iterator[Event]:
    if whose.referent:
        return  # nobody's in particular
    events = ledger.events_between(session, first, last, whose.siren)
    came = outcomes(session, events)
    for event in events:
        stays, hires = came[event.id]
        yield Event(event.day, event.participants, stays, hires)


def _gifts(session: Session, first: dt.date, last: dt.date, whose: Whose) -> Iterator[Gift]:
    if whose.referent:
        return
    for day, minutes in ledger.given_between(session, first, last, whose.siren):
        yield Gift(day, minutes=minutes)
    opening, closing = (
        dt.datetime.combine(day, dt.time(), PARIS) for day in (first, last + dt.timedelta(days=1))
    )
    for row in figures.receipts_between(session, opening, closing, whose.siren):
        issued = row.created_at.astimezone(PARIS).date()
        yield Gift(issued, cents=_cents(row))


def _cents(row: tables.Agreement) -> int:
    total: int = amended_data(row, ())["total_centimes"]
    return total
