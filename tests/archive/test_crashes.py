"""Servers and writers killed with `kill -9`: what was answered for is there, whole, once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from docgen.archive.dossier import deposit, fetch
from docgen.archive.store import Archive, Stored
from docgen.errors import DocgenError
from tests.archive.conftest import ceph_archive
from tests.archive.test_dossier import dossier
from tests.archive.test_store import put
from tests.ceph import DISK, EVERYTHING, GATEWAY, Cluster

pytestmark = pytest.mark.slow


@pytest.mark.xdist_group("ceph")
def test_03_servers_killed_under_six_writers_lose_nothing_they_acknowledged(
    ceph: Cluster, ceph_bucket: str, tally: Callable[..., None], *, long: bool
) -> None:
    archive = ceph_archive(
        ceph, ceph_bucket, connect_timeout=1, read_timeout=4, attempts=1, store={"step": 8}
    )
    wanted = 5000 if long else 200
    acked: list[tuple[Stored, bytes]] = []
    over = threading.Event()

    def write(seed: int) -> None:
        rng, number = random.Random(seed), 0
        while not over.is_set():
            number += 1
            content = b"%d %d " % (seed, number) + rng.randbytes(20_000)
            try:
                stored = put(archive, content, f"w{seed}")
                archive.read_back(stored)
            except DocgenError:
                time.sleep(0.05)
            else:
                acked.append((stored, content))

    rounds: list[tuple[str, ...]] = [(GATEWAY,), (DISK,), EVERYTHING]
    with ThreadPoolExecutor(6) as pool:
        for seed in range(6):
            pool.submit(write, seed)
        try:
            for number in range(9 if long else 2):
                there = len(acked) + wanted // (9 if long else 2)
                deadline = time.monotonic() + 120
                while len(acked) < there and time.monotonic() < deadline:
                    time.sleep(0.05)
                ceph.kill(*rounds[number % len(rounds)])
                ceph.start()
        finally:
            over.set()
    lost = 0
    for stored, content in acked:
        try:
            lost += archive.get(stored, stored.version_id) != content
        except DocgenError:
            lost += 1
    assert len(acked) >= wanted
    tally(injected=len(acked), detected=len(acked) - lost, lost=lost)


def test_11_thirty_two_ingests_of_one_dossier_make_one(
    reopen: Callable[[], Archive], tally: Callable[..., None]
) -> None:
    stores = [reopen() for _ in range(4)]
    stores[0].check()
    ready = threading.Barrier(32)

    def ingest(number: int) -> str:
        ready.wait()
        return deposit(stores[number % 4], dossier()).manifest_sha256

    with ThreadPoolExecutor(32) as pool:
        made = list(pool.map(ingest, range(32)))
    (key,) = [one for one in stores[0].list("a/") if "/m/" in one]
    assert len(list(stores[0].list("a/"))) == 5
    assert fetch(stores[0], key).items == dossier().items
    tally(injected=32, detected=made.count(made[0]))
