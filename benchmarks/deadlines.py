"""The daily pass over 100,000 agreements, 20,000 of them conventions, on both databases.

Three passes, each in a process of its own: the first ever (everything is looked at once), a day on
which nothing is due, a day on which 1,000 reminders are. Targets: 2 s, 20 s, 300 MB.
"""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from docgen.actions.announce import announce, heed_the_clock
from docgen.actions.digest import assemble, deliver_digests
from docgen.actions.sweep import Swept
from docgen.agreements.rules.dates import add_months, last_day_of_period
from docgen.journal import canonical
from docgen.lookups import make_home
from docgen.records import tables
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.postgres import running_server
from tests.samples import PARTENARIAT, PMSMP, changed

CONVENTIONS, STAYS, DUE = 20_000, 80_000, 1_000
OFFICERS = 20
# The day on which a thousand last days to give notice are ninety days away.
BUSY = date(2027, 6, 1)
NOW = datetime(2027, 5, 1, tzinfo=UTC)
LOT = 2_000


@dataclass(frozen=True)
class Pass:
    """What a pass cost: seconds, megabytes at the highest, reminders said, mails."""

    wall: float
    cpu: float
    peak: float
    said: int
    mails: int


def run() -> None:
    """Measure and print."""
    found: dict[str, dict[str, float]] = {}
    print(f"{'':34}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'said':>7}{'mails':>7}")
    for name, opened in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with opened() as (url, home):
            began = time.perf_counter()
            _fill(url)
            print(
                f"{name}: {CONVENTIONS + STAYS} agreements in {time.perf_counter() - began:.0f} s"
            )
            days = (
                ("first_pass", BUSY - timedelta(days=2)),
                ("nothing_due", BUSY - timedelta(days=1)),
                ("thousand_due", BUSY),
                ("again", BUSY),
            )
            for label, day in days:
                cost = _apart(url, home, day)
                print(
                    f"{name + ', ' + label:34}{cost.wall:9.2f}{cost.cpu:9.2f}{cost.peak:9.0f}"
                    f"{cost.said:7}{cost.mails:7}"
                )
                found.setdefault(name, {})[label] = round(cost.wall, 2)
                found[name][f"{label}_mb"] = round(cost.peak)
    print(json.dumps(found))


@contextmanager
def _sqlite() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as scratch:
        yield f"sqlite:///{scratch}/docgen.sqlite3", Path(scratch)


@contextmanager
def _postgresql() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as scratch, running_server() as server:
        server.create("docgen")
        yield server.url("docgen"), Path(scratch)


def _fill(url: str) -> None:
    migrate(url)
    database = open_database(url)
    rows: list[dict[str, Any]] = []
    for number in range(CONVENTIONS):
        rows.append(_convention(number))
        rows += [_stay(number, n) for n in range(STAYS // CONVENTIONS)]
        if len(rows) >= LOT:
            with database.write() as session:
                session.execute(insert(tables.Agreement), rows)
            rows = []
    if rows:
        with database.write() as session:
            session.execute(insert(tables.Agreement), rows)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    database.close()


def _convention(number: int) -> dict[str, Any]:
    # The notice of the first thousand can be given for ninety days more; of the others, for longer.
    notice = BUSY + timedelta(days=90 if number < DUE else 150 + number % 180)
    last = add_months(notice, 3)
    first = add_months(last, -12) + timedelta(days=1)
    officer = f"officer{number % OFFICERS}@fournil.example.org"
    data = changed(
        PARTENARIAT,
        debut=first.isoformat(),
        fin=last.isoformat(),
        mois_bilan=1,
        engagements_entreprise={"pmsmp": {"volume_annuel": 1, "base": "annee_civile"}},
        reconduction={"periode_mois": 12, "maximum": 3},
        referents__organisation={**PARTENARIAT["referents"]["organisation"], "courriel": officer},
    )
    return _row(f"CP-2027-{number:05d}", data, number, first, last)


def _stay(number: int, rank: int) -> dict[str, Any]:
    first = date(2023 + rank, 1 + number % 12, 1 + number % 20)
    last = last_day_of_period(first, 1) - timedelta(days=3)
    if abs((last - BUSY).days) < 30:
        first, last = (day - timedelta(days=200) for day in (first, last))
    data = changed(PMSMP, debut=first.isoformat(), fin=last.isoformat())
    return _row(f"PMSMP-{2023 + rank}-{number:05d}", data, number, first, last)


def _row(
    reference: str, data: Mapping[str, Any], number: int, first: date, last: date
) -> dict[str, Any]:
    return {
        "id": f"{abs(hash(reference)):016x}{number:016x}",
        "reference": reference,
        "kind": data["type"],
        "status": "archive",
        "request_key": f"{abs(hash(reference)):032x}{number:032x}",
        "data": canonical(dict(data)).decode(),
        "company": f"Entreprise {number}",
        "person_key": None if data["type"] == "partenariat" else f"{number % 5_000:064x}",
        "company_siret": f"{100_000_000 + number}00012",
        "parent_id": None,
        "first_day": first,
        "last_day": last,
        "created_at": NOW,
        "expires_at": NOW,
        "attempts": 0,
    }


def _apart(url: str, home: Path, day: date) -> Pass:
    """One pass in a new process, whose memory is its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_pass, (url, home, day))


def _pass(url: str, home: Path, day: date) -> Pass:
    settings = Settings(_env_file=None, home=home / "var", database_url=url)
    make_home(settings.home)
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    mails: list[object] = []
    with open_ports(settings, NOW) as opened:
        ports = dataclasses.replace(opened, post=lambda *mail: mails.append(mail))
        done = Swept()
        wall, cpu = time.perf_counter(), time.process_time()
        heed_the_clock(ports, day)
        announce(ports, at, done)
        assemble(ports, at)
        deliver_digests(ports, at)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if done.failures:
        raise SystemExit(f"{len(done.failures)} failures, first {done.failures[0]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Pass(wall, cpu, peak, sum(done.counts.values()), len(mails))


if __name__ == "__main__":
    run()
