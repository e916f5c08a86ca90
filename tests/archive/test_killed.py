"""docgen killed (SIGKILL) while it archives, at each step and at random: one whole dossier each."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.actions.tree_head import tree_head
from docgen.actions.verify_log import verify_log
from docgen.archive.check import check_dossier
from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive
from docgen.archive.store import Archive
from docgen.archive.twofold import TwofoldArchive
from docgen.errors import Unavailable
from docgen.journal.log import LineType
from docgen.lifecycle import Status
from docgen.records import queries
from docgen.records.database import open_database
from docgen.settings import Settings
from tests.archive.conftest import ceph_archive, s3_archive
from tests.ceph import Cluster
from tests.databases import on_sqlite
from tests.kept import archived
from tests.samples import NOW
from tests.wire import Wire

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = [pytest.mark.slow, on_sqlite]
Tally = Callable[..., None]


@pytest.fixture
def twofold(ports: Ports, tmp_path: Path) -> Ports:
    first, second = FolderArchive(tmp_path / "premiere"), FolderArchive(tmp_path / "seconde")
    first.check()
    second.check()
    return dataclasses.replace(ports, archive=TwofoldArchive(first, second), second=second)


def in_a_child(settings: Settings, ports: Ports, act: Callable[[Ports], object]) -> int:
    """Run `act` in a child with its own connections; the signal or the code that it ended with."""

    def life() -> None:
        act(dataclasses.replace(ports, database=open_database(settings.url)))
        os._exit(0)

    child = multiprocessing.get_context("fork").Process(target=life)
    child.start()
    child.join(60)
    assert child.exitcode is not None
    return child.exitcode


def dying_at(step: str) -> Callable[[str], None]:
    def pause(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return pause


def _problems(ports: Ports, manifest_key: str) -> tuple[str, ...]:
    return check_dossier(ports.archive.get, ports.archive.get(manifest_key))


def lost_in(ports: Ports, number: int) -> int:
    """How many of those agreements are not archived once, whole, and once in the log."""
    with ports.database.read() as session:
        rows = list(queries.agreements(session))
        lines = queries.log_lines(session, 0, queries.log_size(session))
    ingested = [line.dossier for line in lines if line.type is LineType.INGEST]
    whole = [
        row
        for row in rows
        if row.state is Status.ARCHIVE
        and ingested.count(row.id) == 1
        and _problems(ports, row.manifest_key or "") == ()
    ]
    assert len(rows) == number
    return number - len(whole)


def test_01_killed_at_each_step_of_the_ingest_each_dossier_is_archived_once(
    twofold: Ports, settings: Settings, tally: Tally, *, long: bool
) -> None:
    steps: list[str] = []
    watched = dataclasses.replace(twofold, pause=steps.append)
    archived(watched, 1, NOW)
    sweep(watched, NOW + timedelta(hours=1))
    steps = list(dict.fromkeys(steps))
    assert len(steps) >= 9
    assert {"conclude.archive", "archive.manifest.put", "conclude.archived", "custody.copied"} <= (
        set(steps)
    )
    number = 1
    for step in steps * (50 if long else 1):
        number += 1
        later = NOW + timedelta(hours=number)
        dying = dataclasses.replace(twofold, pause=dying_at(step))

        def act(ports: Ports, number: int = number, later: object = later) -> None:
            archived(ports, number, NOW)
            sweep(ports, later)  # type: ignore[arg-type]

        assert in_a_child(settings, dying, act) == -signal.SIGKILL, step
        sweep(twofold, later)
    tree_head(twofold, NOW + timedelta(days=1))
    assert verify_log(twofold).problems == ()
    with twofold.database.read() as session:
        assert queries.count_to_copy(session, NOW + timedelta(days=999)) == 0
    lost = lost_in(twofold, number)
    tally(injected=number - 1, detected=number - 1 - lost, lost=lost)


def test_02_killed_at_random_under_load_no_line_is_doubled_and_nothing_is_lost(
    twofold: Ports, settings: Settings, tally: Tally, *, long: bool
) -> None:
    rng, rounds = random.Random(2), 500 if long else 12

    def load(ports: Ports) -> None:
        while True:
            with ports.database.read() as session:
                number = len(queries.agreements(session)) + 1
            archived(ports, number, NOW)
            sweep(ports, NOW + timedelta(hours=1))
            tree_head(ports, NOW + timedelta(hours=number))

    for _ in range(rounds):
        mine = multiprocessing.get_context("fork").Process(
            target=lambda: load(dataclasses.replace(twofold, database=open_database(settings.url)))
        )
        mine.start()
        time.sleep(rng.uniform(0.05, 0.5))
        assert mine.pid is not None
        os.kill(mine.pid, signal.SIGKILL)
        mine.join()
    sweep(twofold, NOW + timedelta(days=30))
    tree_head(twofold, NOW + timedelta(days=30))
    assert verify_log(twofold).problems == ()
    with twofold.database.read() as session:
        number = len(queries.agreements(session))
    assert number > 0
    lost = lost_in(twofold, number)
    tally(injected=rounds, detected=rounds, lost=lost)


@pytest.mark.xdist_group("ceph")
def test_01_killed_at_each_step_on_a_real_server_each_dossier_is_archived_once(
    ports: Ports, settings: Settings, ceph: Cluster, ceph_bucket: str, tally: Tally
) -> None:
    steps: list[str] = []
    ours = dataclasses.replace(ports, archive=ceph_archive(ceph, ceph_bucket))
    archived(dataclasses.replace(ours, pause=steps.append), 1, NOW)
    steps = [one for one in dict.fromkeys(steps) if "archive" in one]
    number = 1
    for step in steps:
        number += 1

        def act(mine: Ports, number: int = number, step: str = step) -> None:
            # A client of its own, after the fork: sockets are not shared.
            store: Archive = S3Archive(ceph_bucket, fresh(ceph), first_lock=timedelta(days=1))
            mine = dataclasses.replace(mine, archive=store, pause=dying_at(step))
            archived(mine, number, NOW)

        assert in_a_child(settings, ours, act) == -signal.SIGKILL, step
        sweep(ours, NOW + timedelta(hours=number))
    lost = lost_in(ours, number)
    tally(injected=len(steps), detected=len(steps) - lost, lost=lost)


def fresh(ceph: Cluster) -> S3Client:
    from docgen.archive.s3_client import s3_client

    return s3_client(ceph.url, "us-east-1", ceph.access, ceph.secret)


def test_05_a_storm_of_errors_keeps_everything_waiting_and_then_all_is_archived_in_order(
    ports: Ports, s3_url: str, bucket: str, tally: Tally
) -> None:
    wire = Wire(s3_url)
    store = s3_archive(wire.url, bucket, connect_timeout=1, read_timeout=2, attempts=2)
    ours = dataclasses.replace(ports, archive=store)
    wire.mode = "slow down"
    for number in range(1, 7):
        with pytest.raises(Unavailable):
            archived(ours, number, NOW + timedelta(minutes=number))
    for hours in range(3):
        # People's acts are kept; each pass says what waits, and why.
        swept = sweep(ours, NOW + timedelta(hours=1 + hours))
        assert len(swept.failures) == 6
        assert all("SlowDown" in sentence for _, _, sentence in swept.failures)
    wire.mode = ""
    assert sweep(ours, NOW + timedelta(hours=5)).counts["archivés"] == 6
    with ours.database.read() as session:
        lines = queries.log_lines(session, 0, 99)
        order = [queries.agreement(session, line.dossier).reference for line in lines]
    assert order == sorted(order)
    lost = lost_in(ours, 6)
    wire.close()
    tally(injected=6 * 4, detected=6 * 4, lost=lost)


def test_10_a_clock_put_back_a_day_does_not_disturb_the_order_of_the_log(
    ports: Ports, tally: Tally
) -> None:
    for number, days in enumerate((0, 1, 0, 2, -1), 1):
        archived(ports, number, NOW + timedelta(days=days))
    tree_head(ports, NOW)
    assert verify_log(ports).problems == ()
    with ports.database.read() as session:
        lines = queries.log_lines(session, 0, 5)
    assert [line.n for line in lines] == [0, 1, 2, 3, 4]
    assert [line.at for line in lines] != sorted(line.at for line in lines)
    tally(injected=2, detected=2)
