"""The law: what `docgen check` costs on a full PMSMP of someone with 200 past agreements."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.clock import each, table
from docgen.actions import law
from docgen.actions.around import Law
from docgen.agreements.question import question
from docgen.agreements.reading import read
from docgen.agreements.rules.context import Reading
from docgen.lookups import make_home, open_records_for_writing
from docgen.records import tables
from docgen.settings import Settings

ROOT = Path(__file__).parents[1]
PAST = 200
COUNT = 50
ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def run() -> None:
    """Measure and print; the target is 50 ms of CPU."""
    content = (ROOT / "templates" / "conventions" / "pmsmp" / "full.yaml").read_bytes()
    data = read(content).data
    applied = Law(Reading())
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(_env_file=None, home=Path(scratch) / "var")
        make_home(settings.home)
        with open_records_for_writing(settings) as records:
            with records.write() as session:
                session.add_all(_past(data, number) for number in range(PAST))
            alone = each(COUNT, lambda _: law.check(None, read(content), ON, applied))
            known = each(COUNT, lambda _: law.check(records, read(content), ON, applied))
    table([("check, nothing on record", alone), (f"check, {PAST} past agreements", known)])
    print(json.dumps({"check_ms": round(known.cpu * 1000, 1), "past": PAST}))


def _past(data: dict[str, object], number: int) -> tables.Agreement:
    """One of many stays at the same host, three weeks apart, the last of them this year."""
    first = date(2026, 11, 1) - timedelta(days=21 * number)
    last = first + timedelta(days=2)
    days = {"debut": first.isoformat(), "fin": last.isoformat()}
    given = {**data, **days, "renouvellement": None, "objectifs": [f"Objectif {number}"]}
    asked = question(data)
    return tables.Agreement(
        id=f"{number:032x}",
        reference=f"PMSMP-2026-{number + 1:04d}",
        kind="pmsmp",
        status="archive",
        request_key=f"{number:064x}",
        data=json.dumps(given),
        company="Boulangeries Lutèce",
        person_key=asked.person,
        company_siret=asked.company,
        first_day=first,
        last_day=last,
        created_at=NOW,
        expires_at=NOW,
    )
