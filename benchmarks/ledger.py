"""The ledger: the figures of a year and a company's board among 100,000 agreements.

`python -m benchmarks ledger` fills a SQLite file and a PostgreSQL server of its own, then measures
each from a fresh process, whose memory is what a command would take.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from stdnum import luhn

from docgen.actions.ledger.board import board
from docgen.actions.reporting.period import Asked, figures_of, year_of
from docgen.agreements.question import question
from docgen.agreements.reading import read
from docgen.indicators import Scope
from docgen.indicators.extracts import bilan_extract, partnership_extract, stay_extract
from docgen.records import tables
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from tests.postgres import running_server

ROOT = Path(__file__).parents[1]
PARTNERSHIPS, STAYS, BILANS = 20_000, 45_000, 35_000
COMPANIES, PEOPLE, SIGNERS = 5_000, 9_000, 3
FIRST, YEARS = date(2017, 1, 1), 10
ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BATCH = 2_000
REPEATED, BOARDS = 15, 300


def run() -> None:
    """Measure both databases and print; targets: 500 ms, 50 ms at p95, 300 MB."""
    with tempfile.TemporaryDirectory() as scratch:
        _measure("sqlite", f"sqlite:///{scratch}/ledger.sqlite3")
    with running_server() as server:
        server.create("ledger")
        _measure("postgresql", server.url("ledger"))


def _measure(name: str, url: str) -> None:
    migrate(url)
    database = open_database(url)
    started = time.perf_counter()
    with database.write() as session:
        for table, rows in _rows():
            session.execute(insert(table), rows)
    with database.write() as session:
        session.execute(text("ANALYZE"))
    database.close()
    filled = time.perf_counter() - started
    print(f"{name}: {PARTNERSHIPS + STAYS + BILANS} agreements in {filled:.0f} s", flush=True)
    child = [sys.executable, "-m", "benchmarks.ledger", url]
    print(subprocess.run(child, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def _siret(number: int) -> str:
    siren = f"{10_000_000 + number * 37}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001" + luhn.calc_check_digit(f"{siren}0001")


def _rows() -> Iterator[tuple[type[tables.Base], list[dict[str, Any]]]]:
    """Batches to insert, parents first."""
    folder = ROOT / "templates" / "conventions"
    convention, stay, bilan = (
        read((folder / slug / "full.yaml").read_bytes()).data
        for slug in ("partenariat", "pmsmp", "bilan")
    )
    chosen = random.Random(7)
    yield from _batches(tables.Agreement, _partnerships(convention, chosen))
    extract = partnership_extract(
        _plain({**convention, "debut": "2020-01-01", "fin": "2020-12-31"})
    )
    end = {
        number: _day(number, PARTNERSHIPS) + timedelta(days=3 * 365)
        for number in range(PARTNERSHIPS)
    }
    yield from _batches(
        tables.PartnershipExtract,
        (
            {**extract.__dict__, "agreement_id": f"c{number:031x}", "possible_end": end[number]}
            for number in range(PARTNERSHIPS)
        ),
    )
    yield from _batches(tables.Agreement, _stays(stay, chosen))
    told = stay_extract(_plain({**stay, "renouvellement": None})).__dict__
    yield from _batches(
        tables.StayExtract,
        (
            {
                **told,
                "agreement_id": f"p{n:031x}",
                "objet": ("decouvrir", "confirmer", "recruter")[n % 3],
                "rome": f"G{1101 + n % 90}",
                "sector": f"Secteur {n % 40}",
            }
            for n in range(STAYS)
        ),
    )
    yield from _batches(tables.Signer, _signers())
    yield from _batches(tables.Agreement, _bilans(bilan))
    said = bilan_extract(_plain(bilan)).__dict__
    yield from _batches(
        tables.BilanExtract, ({**said, "agreement_id": f"b{n:031x}"} for n in range(BILANS))
    )


def _batches(
    table: type[tables.Base], rows: Iterator[dict[str, Any]]
) -> Iterator[tuple[type[tables.Base], list[dict[str, Any]]]]:
    while batch := list(islice(rows, BATCH)):
        yield table, batch


def _day(number: int, count: int) -> date:
    return FIRST + timedelta(days=number * (365 * YEARS - 60) // count)


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, default=str))


def _agreement(
    id_: str, reference: str, kind: str, data: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {
        "id": id_,
        "reference": reference,
        "kind": kind,
        "status": "archive",
        "request_key": f"{id_:0>64}",
        "data": json.dumps(data, default=str),
        "company": data["entreprise"]["raison_sociale"],
        "created_at": NOW,
        "expires_at": NOW,
        "attempts": 0,
        "person_key": None,
        "parent_id": None,
        **more,
    }


def _partnerships(data: dict[str, Any], chosen: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(PARTNERSHIPS):
        siret, first = _siret(chosen.randrange(COMPANIES)), _day(number, PARTNERSHIPS)
        last = first + timedelta(days=364)
        held = {**data, "debut": str(first), "fin": str(last)}
        held["entreprise"] = {**data["entreprise"], "siret": siret}
        yield _agreement(f"c{number:031x}", f"CP-{first.year}-{number:05d}", "partenariat", held,
                         company_siret=siret, first_day=first, last_day=last)  # fmt: skip


def _stays(data: dict[str, Any], chosen: random.Random) -> Iterator[dict[str, Any]]:
    asked = question(_plain(data))
    for number in range(STAYS):
        siret, first = _siret(chosen.randrange(COMPANIES)), _day(number, STAYS)
        last = first + timedelta(days=11)
        held = {**data, "debut": str(first), "fin": str(last), "renouvellement": None}
        held["entreprise"] = {**data["entreprise"], "siret": siret}
        yield _agreement(f"p{number:031x}", f"PMSMP-{first.year}-{number:05d}", "pmsmp", held,
                         company_siret=siret, first_day=first, last_day=last,
                         person_key=f"{number % PEOPLE:04x}{(asked.person or '')[4:]}")  # fmt: skip


def _bilans(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(BILANS):
        first = _day(number, STAYS)
        yield _agreement(
            f"b{number:031x}",
            f"PMSMP-{first.year}-{number:05d}-B1",
            "bilan",
            data,
            company_siret=_siret(0),
            first_day=first,
            last_day=first + timedelta(days=11),
            parent_id=f"p{number:031x}",
        )


def _signers() -> Iterator[dict[str, Any]]:
    for number in range(STAYS):
        sent = datetime.combine(_day(number, STAYS), datetime.min.time(), UTC) - timedelta(days=20)
        for rank in range(1, SIGNERS + 1):
            yield {
                "id": f"{rank}{number:031x}",
                "agreement_id": f"p{number:031x}",
                "rank": rank,
                "role": "entreprise",
                "name": "Jean Dupont",
                "capacity": "gérant",
                "email": "gerant@exemple.fr",
                "field": f"Signature_{rank}_entreprise",
                "invited_at": sent,
                "signed_at": sent + timedelta(days=rank),
            }


def measure(url: str) -> None:
    """In a process of its own: the figures of a year, boards of companies, memory."""
    database = open_database(url)
    asked = Asked(Scope(year_of(2024), ON))
    year = [_timed(lambda: figures_of(database, asked)) for _ in range(REPEATED)]
    after_year = _megabytes()
    boards = sorted(_boards(database))
    database.close()
    told = {
        "year_ms": round(statistics.median(year)),
        "year_first_ms": round(year[0]),
        "board_median_ms": round(statistics.median(boards), 1),
        "board_p95_ms": round(boards[int(len(boards) * 0.95)], 1),
        "year_rss_mb": after_year,
        "rss_mb": _megabytes(),
    }
    print(json.dumps(told))


def _boards(database: Database) -> Iterator[float]:
    chosen = random.Random(11)
    for _ in range(BOARDS):
        siren = _siret(chosen.randrange(COMPANIES))[:9]
        yield _timed(lambda siren=siren: board(database, siren, year_of(2026), ON))


def _timed(act: Any) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    measure(sys.argv[1])
