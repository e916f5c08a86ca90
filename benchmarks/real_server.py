"""The archive on a real server: Ceph on this machine, which shares its cores with docgen."""

from __future__ import annotations

import dataclasses
import random
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.clock import Cost, measured
from docgen.actions.custody.copies import copies_of, record
from docgen.actions.custody.fixity import READ, read_again
from docgen.actions.custody.walk import start
from docgen.actions.ports import Ports
from docgen.archive.dossier import Deposited, Dossier, Item, deposit
from docgen.archive.s3 import S3Archive
from docgen.archive.s3_client import s3_client
from docgen.records.custody import FIRST
from tests.ceph import Cluster, running_cluster

THREADS = 8
DOSSIERS = 240
# Two PDFs, the journal and the data: bytes.
WEIGHTS = {"convention-signee": 150_000, "dossier-de-preuve": 150_000, "journal": 6000,
           "donnees": 2000}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What it cost to archive the dossiers and to read their objects again, server included."""

    dossiers: int
    archived: Cost
    objects: int
    read: Cost


def real_server(ports: Ports, dossiers: int = DOSSIERS) -> Measured:
    """Bring Ceph up, archive, read again, take it down."""
    folder = Path(tempfile.mkdtemp(prefix="docgen-", dir="/tmp"))  # its sockets need a short name
    try:
        with running_cluster(folder / "c") as ceph:
            client = s3_client(ceph.url, "us-east-1", ceph.access, ceph.secret)
            client.create_bucket(Bucket="garde", ObjectLockEnabledForBucket=True)
            archive = S3Archive("garde", client, first_lock=timedelta(days=1))
            archive.check()
            before = _cpu(ceph)
            archived, made = _archive(archive, dossiers)
            between = _cpu(ceph)
            read, objects = _read(dataclasses.replace(ports, archive=archive), made)
            archived.cpu += between - before
            read.cpu += _cpu(ceph) - between
            return Measured(dossiers, archived, objects, read)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cpu(ceph: Cluster) -> float:
    """CPU seconds that the server has spent."""
    pids = [int(path.read_text()) for path in (ceph.folder / "run").glob("*.pid")]
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def _archive(archive: S3Archive, count: int) -> tuple[Cost, list[Deposited]]:
    """`count` dossiers by eight threads: put, locked, each read back, then their manifest."""
    waiting = [_dossier(number) for number in range(count + THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        # Connections, and the server's own caches.
        ready = threading.Barrier(THREADS)
        first = [pool.submit(lambda one: (ready.wait(), deposit(archive, one))[1], one)
                 for one in waiting[:THREADS]]  # fmt: skip
        made = [one.result() for one in first]
        with measured() as cost:
            made += pool.map(lambda one: deposit(archive, one), waiting[THREADS:])
    return cost, made


def _read(ports: Ports, made: list[Deposited]) -> tuple[Cost, int]:
    """Every object read again and hashed, as the nightly round does, in the records too."""
    now = datetime.now(UTC)
    for one in made:
        with ports.database.write() as session:
            record(session, FIRST, (*one.objects, one.manifest), now)
    walk = start(ports, "quotidienne", now, now + timedelta(hours=1), lambda *_: None)
    with measured() as cost:
        read_again(walk, copies_of(ports)[0], everything=True)
    return cost, walk.counts[READ]


def _dossier(number: int) -> Dossier:
    rng = random.Random(number)
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    items = tuple(
        Item(role, "pdf" if weight > 10_000 else "json", "application/pdf", rng.randbytes(weight))
        for role, weight in WEIGHTS.items()
    )
    return Dossier(
        dossier_id=f"{number:032x}",
        kind="pmsmp",
        reference=f"PMSMP-2026-{number:04d}",
        template_name="pmsmp",
        template_sha256="0" * 64,
        start=now.date(),
        end=now.date(),
        signatures=(),
        journal_head="0" * 64,
        journal_length=1,
        created_at=now,
        app_version="0",
        items=items,
    )
