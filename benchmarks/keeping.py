"""Keeping: archiving and reading again on Ceph, proofs, bags, the index made again.

`--count=1000` rebuilds the index of that many dossiers (10,000), `--ceph` tries the real server
alone. Ceph, its disk and docgen share the machine: its CPU column says what a dossier costs it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.clock import Cost, measured, table
from benchmarks.real_server import THREADS, real_server
from docgen.actions.export import bag
from docgen.actions.logged import proof_of
from docgen.actions.ports import Ports
from docgen.actions.rebuild import differences, rebuild
from docgen.actions.tree_head import tree_head
from docgen.documents.convert import Converter
from docgen.journal.log import LineType
from docgen.records import queries
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings
from docgen.signing.roots import roots_of
from docgen.wiring import open_ports
from tests.kept import archived
from tests.sealed import sealed_agreement

DOSSIERS = 10_000
LINES = 100_000
TRIES = 50
# What the files of a signed PMSMP weigh, three PDFs in it.
WEIGHT = 150_000
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TARGETS = {"dossiers_per_s": 35, "read_per_s": 600, "proof_ms": 10, "bag_ms": 150,
           "rebuild_s": 600}  # fmt: skip


def run() -> None:
    """Measure and print; the last line is one JSON object."""
    count = next((int(a[8:]) for a in sys.argv if a.startswith("--count=")), DOSSIERS)
    with tempfile.TemporaryDirectory() as scratch, _ports(Path(scratch)) as ports:
        server = real_server(ports)
    figures = {
        "threads": THREADS,
        "dossiers_per_s": round(server.dossiers / server.archived.wall, 1),
        "dossier_cpu_ms": round(server.archived.cpu / server.dossiers * 1000, 1),
        "read_per_s": round(server.objects / server.read.wall),
        "read_cpu_ms": round(server.read.cpu / server.objects * 1000, 2),
        "load": round(os.getloadavg()[0], 1),
    }
    table([(f"{server.dossiers} dossiers to Ceph", server.archived),
           (f"{server.objects} objects read again", server.read)])  # fmt: skip
    if "--ceph" not in sys.argv:
        figures |= _alone(count)
    print(json.dumps({"benchmark": "keeping", **figures, "targets": TARGETS}))


def _alone(count: int) -> dict[str, float]:
    """What needs no server."""
    proof, bagged, weight = _proof(), *_bag()
    again, back = _rebuild(count)
    table([("proof under 100,000 lines", proof), ("bag of a signed PMSMP", bagged),
           (f"index of {back} dossiers", again)])  # fmt: skip
    return {
        "proof_ms": round(proof.wall * 1000, 2),
        "bag_ms": round(bagged.wall * 1000, 1),
        "bag_bytes": weight,
        "rebuild_s": round(again.wall, 1),
        "dossiers": back,
    }


@contextmanager
def _ports(folder: Path) -> Iterator[Ports]:
    settings = Settings(_env_file=None, home=folder / "var", organisation="Le Fournil Solidaire")
    with open_ports(settings, NOW) as ports:
        yield ports


def _proof() -> Cost:
    """One proof, from an open database, under the head of a log of 100,000 lines."""
    with tempfile.TemporaryDirectory() as scratch, _ports(Path(scratch)) as ports:
        subjects = [f"{number:064x}" for number in range(LINES)]
        for start in range(0, LINES, 5000):
            with ports.database.write() as session:
                for subject in subjects[start : start + 5000]:
                    facts = {"length": 1, "head": subject}
                    queries.log(session, LineType.JOURNAL, NOW, "schedule", subject[-32:], facts)
        done = tree_head(ports, NOW)
        assert not done.failures, done.failures
        costs = []
        for number in range(TRIES):
            subject = subjects[number * LINES // TRIES]
            with measured() as cost, ports.database.read() as session:
                found = proof_of(session, subject[-32:], subject)
            assert found is not None
            assert len(found.inclusion.path) > 10
            costs.append(cost)
    return _median(costs)


def _bag() -> tuple[Cost, int]:
    """The zip of a PMSMP really signed by three, from the archive to its bytes."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Converter(deadline=60) as office,
        sealed_agreement(Path(scratch), office) as sealed,
    ):
        later = NOW + timedelta(days=1)
        made = bag(sealed.ports, sealed.reference, later).to_zip()
        costs = []
        for _ in range(TRIES):
            with measured() as cost:
                again = bag(sealed.ports, sealed.reference, later).to_zip()
            assert again == made
            costs.append(cost)
    return _median(costs), len(made)


def _rebuild(count: int) -> tuple[Cost, int]:
    """The index from the archive alone, and its comparison with the live one."""
    with tempfile.TemporaryDirectory() as scratch, _ports(Path(scratch)) as ports:
        for number in range(1, count + 1):
            archived(ports, number, NOW, WEIGHT)
        assert not tree_head(ports, NOW + timedelta(days=1)).failures
        url = f"sqlite:///{Path(scratch) / 'refait.sqlite3'}"
        migrate(url)
        made = open_database(url)
        with measured() as cost:
            done = rebuild(made, ports.archive, roots_of(ports.sealer), NOW)
        assert not done.problems, done.problems[:3]
        assert list(differences(ports.database, made)) == []
        made.close()
    return cost, done.dossiers


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(one.wall for one in costs), statistics.median(one.cpu for one in costs)
    )


if __name__ == "__main__":
    run()
