"""Search: 100,000 agreements on SQLite and on PostgreSQL, as an auditor and an officer ask.

Each shape of question is asked many times with other words; what is counted is the query and the
reading of its fifty rows, not the page. The target is 50 ms at the 95th percentile.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert, text

from docgen.lifecycle import Status
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from docgen.records.queries.search import Scope, Wanted, search, words_of
from docgen.records.tables import Agreement, AgreementFund, Fund, SearchEntry, SearchWord
from tests.postgres import running_server

COUNT = 100_000
EACH = 40
BATCH = 5000
SEED = 2026
_SYLLABLES = [
    consonant + vowel
    for consonant in (
        "b",
        "c",
        "d",
        "f",
        "g",
        "j",
        "k",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "z",
    )
    for vowel in "aeiou"
]
_TRADES = (
    "boulangerie", "restaurant", "traiteur", "menuiserie", "nettoyage", "jardins", "logistique",
    "imprimerie", "maraîchage", "hôtel", "garage", "blanchisserie",
)  # fmt: skip
_KINDS = ("pmsmp",) * 6 + ("bilan",) * 3 + ("partenariat",)
_STATUSES = (Status.ARCHIVE,) * 17 + (Status.ENVOYE, Status.REFUSE, Status.EXPIRE)
_FUNDS = ("FSE-2026-IDF", "ASP-ACI")
_NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def run() -> None:
    """Fill both databases, ask, print the percentiles of each shape and the worst of them."""
    with tempfile.TemporaryDirectory() as scratch:
        _on("sqlite", f"sqlite:///{Path(scratch) / 'docgen.sqlite3'}")
    with running_server() as server:
        server.create("search")
        _on("postgresql", server.url("search"))


def _on(name: str, url: str) -> None:
    migrate(url)
    with _opened(url) as database:
        began = time.perf_counter()
        companies, people = fill(database)
        filled = time.perf_counter() - began
        print(f"{name}: {COUNT} agreements in {filled:.0f} s")
        worst, every = 0.0, []
        for shape, ask in _shapes(random.Random(SEED), companies, people).items():
            taken, found = _asked(database, ask)
            every += taken
            p95 = _percentile(taken, 95)
            worst = max(worst, p95)
            median = statistics.median(taken)
            print(f"  {shape:34} median {median:6.1f} ms  p95 {p95:6.1f} ms  rows {found:4.1f}")
        overall = round(_percentile(every, 95), 1)
        print(
            json.dumps({"database": name, "p95_ms": overall, "worst_shape_p95_ms": round(worst, 1)})
        )


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def fill(database: Database) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """COUNT agreements over twelve years; the companies and the people that they name."""
    rng = random.Random(SEED)
    companies = [
        (
            f"{rng.choice(_TRADES).title()} {_name(rng)} {_name(rng)}",
            f"{rng.randrange(10**13, 10**14)}",
        )
        for _ in range(4000)
    ]
    people = [(_name(rng), _name(rng)) for _ in range(30_000)]
    with database.write() as session:
        session.execute(
            insert(Fund), [{"code": c, "label": c, "retention_class": "x"} for c in _FUNDS]
        )
    for start in range(0, COUNT, BATCH):
        rows = [_row(rng, number, companies, people) for number in range(start, start + BATCH)]
        held = [Agreement(**row) for row in rows]
        with database.write() as session:
            session.execute(insert(Agreement), rows)
            narrow = (
                "reference",
                "kind",
                "status",
                "company",
                "company_siret",
                "first_day",
                "last_day",
            )
            session.execute(
                insert(SearchEntry),
                [{"agreement_id": row["id"], **{n: row[n] for n in narrow}} for row in rows],
            )
            session.execute(
                insert(SearchWord),
                [
                    {"field": field, "word": word, "agreement_id": one.id}
                    for one in held
                    for field, word in words_of(one)
                ],
            )
            session.execute(
                insert(AgreementFund),
                [
                    {"fund": _FUNDS[n % 2], "agreement_id": row["id"]}
                    for n, row in enumerate(rows)
                    if n % 3
                ],
            )
    database.take_stock()
    if database.engine.dialect.name == "postgresql":
        # As autovacuum does: its indexes are then read without opening the rows.
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM ANALYZE")
            )
    # As the next connections will: with what was counted.
    database.engine.dispose()
    return companies, people


def first_day(number: int) -> dt.date:
    """About when agreement `number` begins: in the order of their numbers, over twelve years."""
    return dt.date(2015, 1, 1) + dt.timedelta(days=number * 4380 // COUNT)


def _row(
    rng: random.Random,
    number: int,
    companies: list[tuple[str, str]],
    people: list[tuple[str, str]],
) -> dict[str, object]:
    company, siret = rng.choice(companies)
    family, given = rng.choice(people)
    first = first_day(number) + dt.timedelta(days=rng.randrange(20))
    person = {"nom": family, "prenom": given}
    return {
        "id": f"{number:032x}",
        "reference": f"PMSMP-{first_day(number).year}-{number:06d}",
        "kind": rng.choice(_KINDS),
        "status": rng.choice(_STATUSES),
        "request_key": f"{number:064x}",
        # As heavy as a real one.
        "data": json.dumps({"beneficiaire": person, "reste": "x" * 2500}),
        "company": company,
        "company_siret": siret,
        "first_day": first,
        "last_day": first + dt.timedelta(days=rng.choice((13, 28, 28, 364))),
        "created_at": _NOW,
        "expires_at": _NOW,
        "attempts": 0,
    }


def _name(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 3, 3, 4)))).title()


Ask = Callable[[int], tuple[Wanted, Scope]]


def _shapes(
    rng: random.Random, companies: list[tuple[str, str]], people: list[tuple[str, str]]
) -> dict[str, Ask]:
    free = Scope()
    narrow = Scope(dt.date(2021, 1, 1), dt.date(2022, 12, 31), _FUNDS[0])

    def month() -> tuple[dt.date, dt.date]:
        first = dt.date(rng.randrange(2015, 2027), rng.randrange(1, 13), 1)
        return first, first + dt.timedelta(days=30)

    def company() -> str:
        return rng.choice(companies)[0]

    def person() -> str:
        return " ".join(rng.choice(people))

    return {
        "nothing (the latest)": lambda _: (Wanted(), free),
        "a reference": lambda n: (Wanted(words=f"PMSMP-2020-{n * 997 % COUNT:06d}"), free),
        "a company": lambda _: (Wanted(words=company()), free),
        "a trade (common word)": lambda _: (Wanted(words=rng.choice(_TRADES)), free),
        "three letters of a name": lambda _: (Wanted(words=person()[:3]), free),
        "a person": lambda _: (Wanted(person=person()), free),
        "company and person": lambda _: (Wanted(company=company(), person=person()), free),
        "two common words": lambda _: (
            Wanted(words=f"{rng.choice(_TRADES)} {rng.choice(_SYLLABLES)}"), free
        ),
        "a SIRET": lambda _: (Wanted(siret=rng.choice(companies)[1]), free),
        "a SIREN as a word": lambda _: (Wanted(words=rng.choice(companies)[1][:9]), free),
        "a month": lambda _: (Wanted(first_day=(m := month())[0], last_day=m[1]), free),
        "a month, refused ones": lambda _: (
            Wanted(first_day=(m := month())[0], last_day=m[1], statuses=(Status.REFUSE,)), free
        ),
        "a fund and a kind": lambda _: (Wanted(fund=_FUNDS[1], kind="partenariat"), free),
        "a word that is nowhere": lambda n: (Wanted(words=f"xyz{n}"), free),
        "a mission: the latest": lambda _: (Wanted(), narrow),
        "a mission: a trade": lambda _: (Wanted(words=rng.choice(_TRADES)), narrow),
        "a mission: a person": lambda _: (Wanted(person=person()), narrow),
        "a mission: a company": lambda _: (Wanted(words=company()), narrow),
    }  # fmt: skip


def _asked(database: Database, ask: Ask) -> tuple[list[float], float]:
    """Milliseconds of each question, and how many rows it gave on average."""
    taken, found = [], 0
    for number in range(EACH):
        wanted, scope = ask(number)
        began = time.perf_counter()
        with database.read() as session:
            found += len(search(session, wanted, scope, None, 51))
        taken.append((time.perf_counter() - began) * 1000)
    return taken, found / EACH


def _percentile(values: list[float], rank: int) -> float:
    return statistics.quantiles(values, n=100)[rank - 1]
