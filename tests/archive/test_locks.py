"""Locks of every store: never shortened, early destruction refused (§4.2, tests 12 and 22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docgen.archive.folder import FolderArchive
from docgen.archive.store import Archive, Stored, sha256_of
from docgen.errors import NotFound, Refused
from tests.archive.conftest import s3_archive

CONTENT = b"%PDF-1.7 un accord"
KEY = f"a/v1/2026/{'0' * 32}/o/convention-signee.{sha256_of(CONTENT)}.pdf"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(params=["folder", "s3 locked"])
def store(request: pytest.FixtureRequest) -> Archive:
    """A store that has locks."""
    if request.param == "folder":
        return FolderArchive(request.getfixturevalue("tmp_path") / "archive")
    url, name = request.getfixturevalue("s3_url"), request.getfixturevalue("bucket") + "-verrou"
    archive = s3_archive(url, name)
    archive._client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return archive


@pytest.fixture
def stored(store: Archive) -> Stored:
    return store.put(KEY, CONTENT, sha256_of(CONTENT))


def test_22_a_lock_is_lengthened_and_never_shortened(
    store: Archive, stored: Stored, tally: Callable[..., None]
) -> None:
    assert store.lock_of(stored).allows(NOW)
    for days, kept in ((30, 30), (10, 30), (30, 30), (400, 400), (1, 400)):
        store.extend_lock(stored, NOW + timedelta(days=days))
        assert store.lock_of(stored).until == NOW + timedelta(days=kept)
    tally(injected=5, detected=5)


def test_22_nothing_locked_or_held_is_destroyed(
    store: Archive, stored: Stored, tally: Callable[..., None]
) -> None:
    store.extend_lock(stored, NOW + timedelta(days=30))
    with pytest.raises(Refused, match="verrouillé"):
        store.destroy(stored, NOW)
    store.hold(stored, on=True)
    with pytest.raises(Refused, match="gel juridique"):
        store.destroy(stored, NOW + timedelta(days=31))
    store.hold(stored, on=False)
    assert store.get(stored) == CONTENT
    tally(injected=2, detected=2)


def test_what_is_free_is_destroyed_once_and_twice(store: Archive, stored: Stored) -> None:
    store.destroy(stored, NOW)
    with pytest.raises(NotFound):
        store.get(stored)
    store.destroy(stored, NOW)
    assert list(store.list("")) == []


def test_a_held_object_is_held_whatever_its_lock(store: Archive, stored: Stored) -> None:
    store.hold(stored, on=True)
    assert store.lock_of(stored).held
    with pytest.raises(Refused):
        store.destroy(stored, NOW)
    store.hold(stored, on=False)
    store.destroy(stored, NOW)


def test_a_folder_s_lock_survives_a_new_start_and_is_no_object(tmp_path: Path) -> None:
    def reopen() -> Archive:
        return FolderArchive(tmp_path / "archive")

    archive = reopen()
    stored = archive.put(KEY, CONTENT, sha256_of(CONTENT))
    archive.extend_lock(stored, NOW + timedelta(days=3))
    assert reopen().lock_of(stored).until == NOW + timedelta(days=3)
    assert list(archive.list("")) == [KEY]


def test_a_bucket_without_locks_says_so(s3_url: str, bucket: str) -> None:
    archive = s3_archive(s3_url, bucket)
    stored = archive.put(KEY, CONTENT, sha256_of(CONTENT))
    assert archive.lock_of(stored).allows(NOW)
    with pytest.raises(Refused, match="n’a pas de verrou"):
        archive.extend_lock(stored, NOW + timedelta(days=3))
    archive.destroy(stored, NOW)
    with pytest.raises(NotFound):
        archive.get(KEY)


def test_every_version_goes_and_no_delete_marker_hides_any(s3_url: str, bucket: str) -> None:
    store = s3_archive(s3_url, bucket)
    client = store._client
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    stored = store.put(KEY, CONTENT, sha256_of(CONTENT))
    client.put_object(Bucket=store.bucket, Key=KEY, Body=CONTENT)
    client.delete_object(Bucket=store.bucket, Key=KEY)
    store.destroy(stored, NOW)
    left = client.list_object_versions(Bucket=store.bucket, Prefix=KEY)
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")
