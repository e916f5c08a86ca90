"""Companies, people and advisers, listed by name a page at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from docgen.actions.audit.finding import FoundRow, row_of
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.french import siren as spaced
from docgen.records import queries
from docgen.records.queries import Adviser

PAGE = 50
MOST_AGREEMENTS = 200


@dataclass(frozen=True)
class Listing:
    """One line of a list: its page's key, its name, what tells it apart, how many agreements."""

    key: str
    name: str
    detail: str
    count: int
    latest: date | None


@dataclass(frozen=True)
class Page:
    """A page of a list; `after` goes on to the next, None at the end; `total`: of all of them."""

    rows: list[Listing]
    after: tuple[str, str] | None
    total: int


def companies(ports: Ports, words: str, after: tuple[str, str] = ("", "")) -> Page:
    """Companies whose name holds every word; `after`: where the page before ended."""
    with ports.database.read() as session:
        found = queries.companies_after(session, words, after, PAGE + 1)
        shown = found[:PAGE]
        counts = queries.counts_of_companies(session, [one.siren for one in shown])
        total, _ = queries.how_many(session)
    rows = [
        Listing(
            one.siren, one.name, f"SIREN {spaced(one.siren)}", *counts.get(one.siren, (0, None))
        )
        for one in shown
    ]
    last = shown[-1] if len(found) > PAGE else None
    return Page(rows, (last.search, last.siren) if last else None, total)


def people(ports: Ports, words: str, after: tuple[str, str] = ("", "")) -> Page:
    """People whose name holds every word; `after`: where the page before ended."""
    with ports.database.read() as session:
        found = queries.people_after(session, words, after, PAGE + 1)
        shown = found[:PAGE]
        counts = queries.counts_of_people(session, [one.key for one in shown])
        _, total = queries.how_many(session)
    rows = [
        Listing(
            one.key,
            f"{one.given_name} {one.family_name}",
            f"né(e) le {one.born_on:%d/%m/%Y}",
            *counts.get(one.key, (0, None)),
        )
        for one in shown
    ]
    last = shown[-1] if len(found) > PAGE else None
    return Page(rows, (last.search, last.key) if last else None, total)


def adviser_key(address: str) -> str:
    """What stands for an adviser's e-mail in an address: it names nobody."""
    return hashlib.sha256(f"docgen:referent:{address}".encode()).hexdigest()[:16]


def advisers(ports: Ports) -> list[tuple[str, Adviser]]:
    """(key, adviser) of everyone of ours whom an agreement names."""
    with ports.database.read() as session:
        return [(adviser_key(one.address), one) for one in queries.advisers(session)]


def of_adviser(ports: Ports, key: str) -> tuple[Adviser, list[FoundRow]]:
    """An adviser, and their latest agreements. Raises NotFound."""
    one = next((who for known, who in advisers(ports) if known == key), None)
    if one is None:
        raise NotFound("Le référent", "demandé")
    with ports.database.read() as session:
        rows = queries.of_adviser(session, one.address, MOST_AGREEMENTS)
        return one, [row_of(row) for row in rows]
