"""The office's pages over 100,000 agreements, asked over loopback: board, lists, an agreement.

One browser after another, as an officer clicks; what is counted is the whole answer. The target is
100 ms at the 95th percentile.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from sqlalchemy import insert, select

from benchmarks.search import COUNT, SEED, _fill, _percentile
from docgen.access import Role
from docgen.actions.ports import Ports
from docgen.journal import EventType
from docgen.lifecycle import Actor
from docgen.records import queries
from docgen.records.migrating import migrate
from docgen.records.tables import Agreement, SearchEntry, Signer
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.web.office.conftest import office_over

EACH = 40
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
_NAMED = ("Fatou Diallo", "Jean Dupont", "Claire Moreau")


def run() -> None:
    """Fill a database, ask, print the percentiles of each page."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        url = f"sqlite:///{home / 'docgen.sqlite3'}"
        migrate(url)
        settings = Settings(_env_file=None, home=home / "var", database_url=url)
        with open_ports(settings, NOW) as ports:
            companies, people = _fill(ports.database)
            followed = _signed(ports)
            print(f"sqlite: {COUNT} agreements")
            with office_over(ports, NOW) as up, up.browser(Role.OFFICER) as client:
                _ask(client, _pages(companies, people, followed))


def _signed(ports: Ports) -> list[str]:
    """Signers for whatever is out, and a journal for some of the latest; their numbers."""
    with ports.database.write() as session:
        ids = session.scalars(select(Agreement.id).where(Agreement.status == "envoye")).all()
        latest = session.execute(
            select(SearchEntry.agreement_id, SearchEntry.reference)
            .order_by(SearchEntry.first_day.desc())
            .limit(EACH)
        ).all()
        rows = [
            {
                "id": f"{one[-30:]}{rank:02}", "agreement_id": one, "rank": rank, "role": "tuteur",
                "name": name, "capacity": "partie", "email": "x@example.org", "field": f"s{rank}",
            }
            for one in {*ids, *(one for one, _ in latest)}
            for rank, name in enumerate(_NAMED, 1)
        ]  # fmt: skip
        session.execute(insert(Signer), rows)
        for one, _ in latest:
            for _ in range(20):
                queries.append(session, one, EventType.OPENED, NOW, Actor.SIGNER, {})
    return [reference for _, reference in latest]


def _pages(
    companies: list[tuple[str, str]], people: list[tuple[str, str]], followed: list[str]
) -> dict[str, Callable[[], str]]:
    rng = random.Random(SEED)
    return {
        "board": lambda: "/tableau",
        "board, one kind": lambda: "/tableau?type=pmsmp",
        "board, one pile": lambda: "/tableau?pile=attente",
        "search as typed": lambda: f"/chercher?q={rng.choice(people)[0][:4]}",
        "list": lambda: "/accords",
        "list, a company": lambda: f"/accords?q={rng.choice(companies)[0]}",
        "list, a status": lambda: "/accords?statut=envoye",
        "an agreement": lambda: f"/accords/{rng.choice(followed)}",
        "a company": lambda: f"/entreprises/{rng.choice(companies)[1][:9]}",
    }


def _ask(client: httpx.Client, pages: dict[str, Callable[[], str]]) -> None:
    worst = 0.0
    client.headers["HX-Request"] = "true"
    for name, address in pages.items():
        taken, size = [], 0
        for _ in range(EACH):
            began = time.perf_counter()
            answer = client.get(f"/bureau{address()}")
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code in {200, 404}, (name, answer.status_code)
            size = max(size, len(answer.content))
        p50, p95 = _percentile(taken, 50), _percentile(taken, 95)
        worst = max(worst, p95)
        print(f"  {name:20} median {p50:6.1f} ms  p95 {p95:6.1f} ms  {size / 1000:5.0f} kB")
    print(json.dumps({"worst_page_p95_ms": round(worst, 1)}))
