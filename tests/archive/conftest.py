"""Real S3 servers on loopback ports (an emulator, and Ceph), and every store to be tried."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive
from docgen.archive.s3_client import s3_client
from docgen.archive.store import Archive
from docgen.archive.twofold import TwofoldArchive
from tests.ceph import Cluster, running_cluster

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_buckets = count(1)


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator (ministack) that dies with the session."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    folder = tmp_path_factory.mktemp("s3")
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(Path(sys.executable).parent / "ministack")],
            env=os.environ | {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            for _ in range(300):
                try:
                    httpx.get(url, timeout=1)
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield url
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def ceph() -> Iterator[Cluster]:
    """Ceph for this worker, started when a test first asks (15 s); group its tests in "ceph"."""
    folder = Path(tempfile.mkdtemp(prefix="docgen-ceph-", dir="/tmp"))
    try:
        with running_cluster(folder / "c") as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def s3_archive(
    url: str,
    bucket: str,
    *,
    key: tuple[str, str] = ("test", "test"),
    lock: timedelta | None = None,
    store: dict[str, Any] | None = None,
    **how: float,
) -> S3Archive:
    """The store on that bucket; `how` is the client's patience, `store` what else it takes."""
    client = _client(url, *key, tuple(how.items()))
    return S3Archive(bucket, client, first_lock=lock, **(store or {}))


@cache
def _client(url: str, access: str, secret: str, how: tuple[tuple[str, float], ...]) -> S3Client:
    """One client for each way of asking: botocore takes half a second to make one."""
    return s3_client(
        endpoint=url,
        region="us-east-1",
        access_key=access,
        secret_key=secret,
        **dict(how),  # type: ignore[arg-type]
    )


@pytest.fixture
def bucket(s3_url: str) -> str:
    """A fresh bucket."""
    name = f"archive-{next(_buckets)}"
    client = s3_archive(s3_url, name)._client
    client.create_bucket(Bucket=name)
    return name


def new_bucket(archive: S3Archive, *, locked: bool) -> S3Archive:
    """Make the bucket of that store."""
    archive._client.create_bucket(Bucket=archive.bucket, ObjectLockEnabledForBucket=locked)
    return archive


def ceph_archive(ceph: Cluster, bucket: str, **how: Any) -> S3Archive:
    """The store on a bucket of Ceph, each object locked for a day."""
    return s3_archive(
        ceph.url, bucket, key=(ceph.access, ceph.secret), **{"lock": timedelta(days=1), **how}
    )


@pytest.fixture
def ceph_bucket(ceph: Cluster) -> str:
    """A fresh bucket with Object Lock; what an earlier test killed is running again."""
    ceph.start()
    name = f"archive-{next(_buckets)}"
    new_bucket(ceph_archive(ceph, name), locked=True)
    return name


_CEPH = pytest.mark.xdist_group("ceph")
# A new store is one more line here, and one more arm.
STORES = (
    "folder",
    "s3",
    "s3 versioned",
    "s3 locked",
    "twofold",
    pytest.param("ceph", marks=_CEPH),
)


@pytest.fixture(params=STORES)
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Archive]:
    """Opens the store of this test, as often as asked."""
    match request.param:
        case "folder":
            return lambda: FolderArchive(tmp_path / "archive")
        case "twofold":
            return lambda: TwofoldArchive(
                FolderArchive(tmp_path / "archive"), FolderArchive(tmp_path / "second")
            )
        case "ceph":
            ceph = request.getfixturevalue("ceph")
            name = request.getfixturevalue("ceph_bucket")
            return lambda: ceph_archive(ceph, name)
    url = request.getfixturevalue("s3_url")
    if request.param == "s3 locked":
        name = f"archive-{next(_buckets)}"
        new_bucket(s3_archive(url, name), locked=True)
        return lambda: s3_archive(url, name, lock=timedelta(days=1))
    bucket = request.getfixturevalue("bucket")
    if request.param == "s3 versioned":
        s3_archive(url, bucket)._client.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    return lambda: s3_archive(url, bucket)


@pytest.fixture
def archive(reopen: Callable[[], Archive]) -> Archive:
    opened = reopen()
    opened.check()
    return opened
