"""Queries on what surrounds an agreement: the person's others, the company's, parent, children."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from docgen.agreements.identity import plain
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.records.queries.agreements import LIVE
from docgen.records.tables import Agreement, Person, Sheet


def hold_register(session: Session) -> None:
    """Let one transaction at a time look at the others and add its own agreement.

    SQLite's write transaction already excludes every other writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('docgen.register'))"))


def pmsmp_of(session: Session, person_key: str) -> Sequence[Agreement]:
    """The person's live PMSMP, by first day."""
    return session.scalars(
        select(Agreement)
        .where(
            Agreement.person_key == person_key,
            Agreement.kind.in_(PMSMP_KINDS),
            Agreement.status.in_(LIVE),
        )
        .order_by(Agreement.first_day)
    ).all()


def children_of(session: Session, ids: Iterable[str]) -> Sequence[Agreement]:
    """The live agreements that cite those, in order of their number."""
    wanted = list(ids)
    if not wanted:
        return ()
    return session.scalars(
        select(Agreement)
        .where(Agreement.parent_id.in_(wanted), Agreement.status.in_(LIVE))
        .order_by(Agreement.created_at, Agreement.reference)
    ).all()


def partnerships_with(session: Session, siren: str) -> Sequence[Agreement]:
    """The company's live partnership conventions."""
    return session.scalars(
        select(Agreement).where(
            Agreement.kind == "partenariat",
            of_company(siren),
            Agreement.status.in_(LIVE),
        )
    ).all()


def of_company(siren: str) -> ColumnElement[bool]:
    """Every establishment of that SIREN: a range, which the index serves on both databases."""
    return Agreement.company_siret.between(f"{siren}00000", f"{siren}99999")


def pmsmp_started_in(session: Session, year: int) -> int:
    """How many live PMSMP, renewals apart, begin in that year."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Agreement)
            .where(
                Agreement.kind == "pmsmp",
                Agreement.status.in_(LIVE),
                Agreement.first_day.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
            )
        )
        or 0
    )


def meet(session: Session, key: str, family_name: str, given_name: str, born_on: dt.date) -> None:
    """Remember a person by name, or write the name as it was last given."""
    names = {
        "family_name": family_name,
        "given_name": given_name,
        "born_on": born_on,
        "search": plain(f"{family_name} {given_name}"),
    }
    if known := session.get(Person, key):
        for field, value in names.items():
            setattr(known, field, value)
    else:
        session.add(Person(key=key, **names))


def people_named(session: Session, words: str, most: int = 20) -> Sequence[Person]:
    """The people whose name holds every word, whatever the order, accents and capitals."""
    query = select(Person).order_by(Person.search).limit(most)
    for word in plain(words).split():
        query = query.where(Person.search.contains(word, autoescape=True))
    return session.scalars(query).all()


def sheet(session: Session, kind: str, key: str) -> dict[str, Any] | None:
    """The data of the latest edition of a sheet, None when there is none."""
    found = _latest(session, kind, key)
    return None if found is None else json.loads(found.data)


def _latest(session: Session, kind: str, key: str) -> Sheet | None:
    return session.scalar(
        select(Sheet)
        .where(Sheet.kind == kind, Sheet.key == key)
        .order_by(Sheet.edition.desc())
        .limit(1)
    )


def add_sheet(
    session: Session, kind: str, key: str, label: str, data: str, now: dt.datetime
) -> int:
    """Add an edition; its number. The same data again changes nothing and gives the last number."""
    last = _latest(session, kind, key)
    if last is not None and last.data == data:
        return last.edition
    edition = last.edition + 1 if last else 1
    session.add(Sheet(kind=kind, key=key, edition=edition, label=label, data=data, created_at=now))
    return edition


def sheets(session: Session, kind: str | None = None) -> Sequence[Sheet]:
    """The latest edition of each sheet, by kind and label."""
    latest = (
        select(Sheet.kind, Sheet.key, func.max(Sheet.edition).label("edition"))
        .group_by(Sheet.kind, Sheet.key)
        .subquery()
    )
    query = select(Sheet).join(
        latest,
        (Sheet.kind == latest.c.kind)
        & (Sheet.key == latest.c.key)
        & (Sheet.edition == latest.c.edition),
    )
    if kind:
        query = query.where(Sheet.kind == kind)
    return session.scalars(query.order_by(Sheet.kind, Sheet.label)).all()


def latest_agreements(session: Session, most: int) -> Sequence[Agreement]:
    """The agreements made last."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.status.in_(LIVE))
        .order_by(Agreement.created_at.desc(), Agreement.id)
        .limit(most)
    ).all()


def latest_at_company(session: Session, siret: str, most: int) -> Sequence[Agreement]:
    """The last live agreements with an establishment, or with a company by its SIREN."""
    return session.scalars(
        select(Agreement)
        .where(
            Agreement.company_siret.between(siret.ljust(14, "0"), siret.ljust(14, "9")),
            Agreement.status.in_(LIVE),
        )
        .order_by(Agreement.created_at.desc(), Agreement.id)
        .limit(most)
    ).all()


def latest_of_person(session: Session, person_key: str, most: int = 3) -> Sequence[Agreement]:
    """The last live agreements about a person."""
    return session.scalars(
        select(Agreement)
        .where(Agreement.person_key == person_key, Agreement.status.in_(LIVE))
        .order_by(Agreement.created_at.desc(), Agreement.id)
        .limit(most)
    ).all()
