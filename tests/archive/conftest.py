"""A real S3 server process on a loopback port, one for each worker, and every store to be tried."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive, s3_client
from docgen.archive.store import Archive

_buckets = count(1)


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server (ministack) that dies with the session."""
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


def s3_archive(url: str, bucket: str, **how: float) -> S3Archive:
    client = s3_client(
        endpoint=url,
        region="us-east-1",
        access_key="test",
        secret_key="test",
        **how,  # type: ignore[arg-type]
    )
    return S3Archive(bucket, client)


@pytest.fixture
def bucket(s3_url: str) -> str:
    """A fresh bucket."""
    name = f"archive-{next(_buckets)}"
    client = s3_archive(s3_url, name)._client
    client.create_bucket(Bucket=name)
    return name


# A new store is one more line here, and one more arm.
STORES = ("folder", "s3", "s3 versioned")


@pytest.fixture(params=STORES)
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Archive]:
    """Opens the store of this test, as often as asked."""
    if request.param == "folder":
        return lambda: FolderArchive(tmp_path / "archive")
    url, bucket = request.getfixturevalue("s3_url"), request.getfixturevalue("bucket")
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
