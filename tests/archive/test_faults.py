"""What may go wrong around a store: said in one French sentence, with nothing half kept."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.compat import get_current_datetime

from docgen.archive.capabilities import Capabilities
from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive
from docgen.archive.store import sha256_of
from docgen.archive.twofold import TwofoldArchive
from docgen.errors import Broken, Unavailable
from tests.archive.conftest import ceph_archive, new_bucket, s3_archive
from tests.archive.test_store import key_of, put
from tests.ceph import Cluster
from tests.wire import Wire

pytestmark = pytest.mark.slow


def test_a_changed_file_is_never_given_back(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.check()
    stored = put(archive, b"abc")
    path = tmp_path / stored.key
    assert path.stat().st_mode & 0o222 == 0
    path.chmod(0o600)
    path.write_bytes(b"abd")
    for attempt in (lambda: archive.get(stored), lambda: put(archive, b"abc")):
        with pytest.raises(Broken, match="altéré"):
            attempt()


def test_what_a_killed_writer_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.check()
    (tmp_path / ".tmp" / "half").write_bytes(b"half")
    archive.check()
    assert list((tmp_path / ".tmp").iterdir()) == []
    assert list(archive.list("")) == []


def test_19_what_is_answered_for_has_reached_the_disk(
    tmp_path: Path, tally: Callable[..., None]
) -> None:
    """By the system calls themselves: bytes synced before they have a name, names synced after."""
    content = b"abc"
    program = (
        "import sys; from pathlib import Path; from docgen.archive.folder import FolderArchive;"
        f"FolderArchive(Path(sys.argv[1])).put({key_of(content)!r}, {content!r},"
        f"{sha256_of(content)!r}); print('said')"
    )
    strace = shutil.which("strace")
    assert strace, "scripts/install-system.sh --test"
    done = subprocess.run(
        [strace, "-f", "-y", "-e", "trace=fsync,link,linkat,write,mkdir",
         sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    calls = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "said" in line]
    named = next(n for n, one in enumerate(calls) if "link" in one.split("(")[0])
    written = next(n for n, one in enumerate(calls) if "write(" in one and ".tmp/" in one)
    synced = [n for n, one in enumerate(calls) if "fsync(" in one and ".tmp/" in one]
    said = next(n for n, one in enumerate(calls) if "said" in one and "write(1" in one)
    assert written < synced[0] < named
    # Every folder from the name up to the root, before the answer.
    folder = tmp_path / key_of(content)
    after = "\n".join(calls[named:said])
    names = 0
    while folder != tmp_path:
        folder = folder.parent
        assert f"<{folder}>)" in after, folder
        names += 1
    tally(injected=names + 1, detected=names + 1)


def test_a_disk_that_is_not_there_is_not_an_empty_archive(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    archive.check()
    stored = put(archive, b"abc")
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        archive.get(stored)


def test_a_file_in_the_place_of_the_folder_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"")
    with pytest.raises(Unavailable):
        FolderArchive(tmp_path / "archive").check()


@pytest.mark.parametrize("name", ["fsync", "link", "fchmod"])
def test_18_a_disk_that_fails_keeps_nothing_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Callable[..., None], name: str
) -> None:
    """ENOSPC and EIO at each call that could leave half a file, then the same bytes again."""
    archive = FolderArchive(tmp_path)
    archive.check()
    refused = 0
    for code in (errno.ENOSPC, errno.EIO, errno.EDQUOT):

        def fail(*_: object, code: int = code, **__: object) -> None:
            raise OSError(code, os.strerror(code))

        with monkeypatch.context() as broken:
            broken.setattr(os, name, fail)
            with pytest.raises(Unavailable):
                put(archive, b"abc")
        refused += 1
    assert list((tmp_path / ".tmp").iterdir()) == []
    archive.read_back(put(archive, b"abc"))
    tally(injected=3, detected=refused)


def test_18_a_disk_that_is_nearly_full_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Callable[..., None]
) -> None:
    archive = FolderArchive(tmp_path)
    archive.check()
    real = os.statvfs(tmp_path)
    left = os.statvfs_result((*real[:4], 9_000_000 // real.f_frsize, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: left)
    with pytest.raises(Unavailable, match="plein") as caught:
        archive.check()
    assert "place" in caught.value.remedy
    tally(injected=1, detected=1)


def test_18_a_full_disk_keeps_nothing_by_halves(tmp_path: Path, tally: Callable[..., None]) -> None:
    full = Path("/dev/full")
    assert full.exists()
    archive = FolderArchive(tmp_path)
    archive.check()

    class Full(FolderArchive):
        @contextmanager
        def _writing(self, content: bytes) -> Iterator[Path]:
            with full.open("wb", buffering=0) as file:
                file.write(content)
            yield full

    with pytest.raises(Unavailable, match="plein"):
        Full(tmp_path).put(key_of(b"abc"), b"abc", sha256_of(b"abc"))
    assert list(archive.list("a/")) == []
    tally(injected=1, detected=1)


SMALL = b"contenu" * 100
Tally = Callable[..., None]


@pytest.fixture
def wire(s3_url: str) -> Iterator[Wire]:
    made = Wire(s3_url)
    yield made
    made.close()


@pytest.fixture
def through(wire: Wire, bucket: str) -> S3Archive:
    """The S3 store through the wire, with little patience."""
    return s3_archive(wire.url, bucket, connect_timeout=1, read_timeout=1, attempts=2)


def test_the_wire_alone_changes_nothing(through: S3Archive) -> None:
    through.check()
    stored = put(through, SMALL)
    through.read_back(stored)


@pytest.mark.parametrize(
    ("mode", "word"),
    [("slow down", "SlowDown"), ("silent", "répond pas"), ("forbidden", "AccessDenied"),
     ("internal", "InternalError")],
)  # fmt: skip
def test_a_server_that_will_not_is_unavailable_with_a_remedy(
    wire: Wire, through: S3Archive, mode: str, word: str
) -> None:
    wire.mode = mode
    for attempt in (through.check, lambda: put(through, SMALL)):
        with pytest.raises(Unavailable, match=word) as caught:
            attempt()
        assert caught.value.remedy
    wire.mode = ""
    through.read_back(put(through, SMALL))


@pytest.mark.parametrize("once", [True, False])
def test_04_a_reply_lost_after_the_write_ends_in_one_object(
    wire: Wire, through: S3Archive, tally: Tally, *, once: bool
) -> None:
    """With and without `If-None-Match`: what is there, hashed, says whether it was kept."""
    through._known = Capabilities(once=once)
    kept = 0
    for number, mode in enumerate(["lost reply", "500 after"] * 3):
        content = SMALL + bytes([number])
        wire.mode = mode
        try:
            put(through, content)
        except Unavailable:
            wire.mode = ""
            put(through, content)
        wire.mode = ""
        stored = put(through, content)
        through.read_back(stored)
        kept += through.get(stored.key) == content
    assert len(list(through.list("a/"))) == 6
    tally(injected=6, detected=kept)


@pytest.mark.parametrize("mode", ["flip put", "cut put"])
def test_06_a_body_damaged_on_its_way_in_is_never_accepted(
    wire: Wire, through: S3Archive, tally: Tally, mode: str, *, long: bool
) -> None:
    times = (1000 if long else 120) if mode == "flip put" else 3
    wire.mode = mode
    refused = 0
    for number in range(times):
        with pytest.raises((Broken, Unavailable)):
            through.read_back(put(through, b"%d" % number + SMALL))
        refused += 1
    wire.mode = ""
    assert list(through.list("a/")) == []
    tally(injected=times, detected=refused)


@pytest.mark.parametrize("mode", ["cut get", "flip get"])
def test_07_a_body_damaged_on_its_way_out_is_never_served(
    wire: Wire, through: S3Archive, tmp_path: Path, tally: Tally, mode: str, *, long: bool
) -> None:
    times = 500 if long else 40
    second = FolderArchive(tmp_path / "seconde")
    stored = put(through, SMALL)
    wire.mode = mode
    refused = 0
    for _ in range(times):
        with pytest.raises((Broken, Unavailable)):
            through.get(stored)
        refused += 1
    # With a second copy, the right bytes come from there.
    put(second, SMALL)
    assert TwofoldArchive(through, second).get(stored) == SMALL
    wire.mode = ""
    through.read_back(stored)
    tally(injected=times, detected=refused)


def test_08_a_server_that_lies_is_found_when_reading_back(
    wire: Wire, through: S3Archive, tally: Tally
) -> None:
    found = 0
    for once in (True, False):
        through._known = Capabilities(once=once)
        wire.mode = "lie"
        stored = put(through, SMALL)
        with pytest.raises(Broken, match="pas gardé"):
            through.read_back(stored)
        found += 1
    wire.mode = ""
    assert list(through.list("a/")) == []
    tally(injected=2, detected=found)


def test_09_a_byte_at_a_time_is_given_up_within_the_step(
    wire: Wire, bucket: str, tally: Tally
) -> None:
    slow = s3_archive(
        wire.url, bucket, connect_timeout=1, read_timeout=5, attempts=2, store={"step": 1.0}
    )
    stored = put(slow, SMALL)
    wire.mode = "drip get"
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        given_up = [pool.submit(slow.get, stored) for _ in range(8)]
    refused = sum(isinstance(one.exception(), Unavailable) for one in given_up)
    # The body would take 70 s. A deadline that holds, not a speed: the machine may be slow.
    assert time.monotonic() - begun < 30
    wire.mode = ""
    assert slow.get(stored) == SMALL
    tally(injected=8, detected=refused)


@pytest.mark.xdist_group("ceph")
@pytest.mark.parametrize("minutes", [20, -20, 24 * 60])
def test_10_a_clock_that_is_wrong_is_an_alarm_or_harmless(
    ceph: Cluster, ceph_bucket: str, monkeypatch: pytest.MonkeyPatch, tally: Tally, minutes: int
) -> None:
    archive = ceph_archive(ceph, ceph_bucket, attempts=1)
    true_time = get_current_datetime
    with monkeypatch.context() as wrong:
        wrong.setattr(
            "botocore.auth.get_current_datetime",
            lambda *a, **k: true_time(*a, **k) + timedelta(minutes=minutes),
        )
        with pytest.raises(Unavailable, match="heure"):
            put(archive, SMALL)
    assert list(archive.list("a/")) == []
    archive.read_back(put(archive, SMALL))
    tally(injected=1, detected=1)


def test_no_server_and_no_bucket_say_what_to_mend(s3_url: str) -> None:
    with pytest.raises(Unavailable, match="réseau"):
        s3_archive("http://127.0.0.1:9", "b", attempts=1).check()
    with pytest.raises(Unavailable, match="n’existe pas"):
        s3_archive(s3_url, "jamais-cree").check()
    with pytest.raises(Unavailable, match="adresse"):
        s3_archive("pas une adresse", "b")


@pytest.mark.xdist_group("ceph")
def test_wrong_credentials_and_a_bucket_without_lock_are_refused_at_the_start(
    ceph: Cluster, ceph_bucket: str
) -> None:
    for key in (("jamais", "vu"), (ceph.access, "faux")):
        with pytest.raises(Unavailable) as caught:
            s3_archive(ceph.url, ceph_bucket, key=key, attempts=1).check()
        assert caught.value.remedy
    plain = new_bucket(ceph_archive(ceph, f"{ceph_bucket}-sans"), locked=False)
    with pytest.raises(Unavailable, match="Object Lock") as caught:
        plain.check()
    assert "DOCGEN_S3_LOCK" in caught.value.remedy
