"""Who holds the writer's key does their worst on a real server: refused, or found and mended."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docgen.actions.custody.copies import Kind
from docgen.actions.custody.rounds import Round, custody
from docgen.actions.ports import Ports
from docgen.archive.folder import FolderArchive
from docgen.archive.s3 import S3Archive
from docgen.archive.store import Archive, Stored
from docgen.archive.twofold import TwofoldArchive
from docgen.records import queries
from docgen.records.custody import FIRST
from tests.archive.conftest import ceph_archive, new_bucket, s3_archive
from tests.ceph import Cluster
from tests.databases import on_sqlite
from tests.kept import archived

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ceph")]
HOUR = timedelta(hours=1)
_SHIELD = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": [
                "s3:BypassGovernanceRetention", "s3:DeleteObjectVersion", "s3:DeleteObject",
            ],
            "Resource": "arn:aws:s3:::{}/*",
        }
    ],
}  # fmt: skip


def shield(archive: S3Archive) -> None:
    """The policy that an administrator puts on the bucket."""
    archive._client.put_bucket_policy(
        Bucket=archive.bucket, Policy=json.dumps(_SHIELD).replace("{}", archive.bucket)
    )


def attacks(archive: S3Archive, target: Stored) -> dict[str, Callable[[], Any]]:
    """Everything that the key might try on an object and on its bucket."""
    bucket, key = archive.bucket, target.key
    client: Any = archive._client
    one = {"Bucket": bucket, "Key": key}
    version: dict[str, Any] = {**one, "VersionId": target.version_id}
    soon = datetime.now(UTC) + timedelta(minutes=5)
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    return {
        "delete": partial(client.delete_object, **one),
        "delete the version": partial(client.delete_object, **version),
        "bypass": partial(client.delete_object, **version, BypassGovernanceRetention=True),
        "overwrite": partial(client.put_object, **one, Body=b"autre chose"),
        "shorten": partial(
            client.put_object_retention,
            **version,
            Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon},
        ),
        "suspend": partial(
            client.put_bucket_versioning,
            Bucket=bucket,
            VersioningConfiguration={"Status": "Suspended"},
        ),
        "lifecycle": partial(
            client.put_bucket_lifecycle_configuration,
            Bucket=bucket,
            LifecycleConfiguration={"Rules": [rule]},
        ),
        "delete the bucket": partial(client.delete_bucket, Bucket=bucket),
        "delete the policy": partial(client.delete_bucket_policy, Bucket=bucket),
    }


@on_sqlite
@pytest.mark.parametrize("shielded", [True, False])
def test_12_whatever_the_writers_key_does_is_refused_or_found_and_nothing_is_lost(
    ports: Ports,
    ceph: Cluster,
    ceph_bucket: str,
    tmp_path: Path,
    tally: Callable[..., None],
    *,
    shielded: bool,
) -> None:
    first, second = ceph_archive(ceph, ceph_bucket), FolderArchive(tmp_path / "seconde")
    if shielded:
        shield(first)
    first.check()
    second.check()
    ours = dataclasses.replace(ports, archive=TwofoldArchive(first, second), second=second)
    begun = datetime.now(UTC)
    archived(ours, 1, begun)
    quiet = custody(ours, Round.DAILY, begun + HOUR)
    assert quiet is not None
    assert quiet.findings == ()
    with ours.database.read() as session:
        rows = list(queries.least_verified(session, FIRST, 99))
    objects = [Stored(row.key, row.version_id, row.size, row.sha256) for row in rows]
    refused, done = [], []
    # Those that change an object each have their own: none must hide another.
    apart = {"delete": 1, "overwrite": 2, "bypass": 3}
    for name in attacks(first, objects[0]):
        try:
            attacks(first, objects[apart.get(name, 0)])[name]()
        except ClientError:
            refused.append(name)
        else:
            done.append(name)
    always = {"delete the version", "shorten", "suspend", "delete the bucket"}
    assert always <= set(refused)
    report = custody(ours, Round.DAILY, begun + 2 * HOUR)
    assert report is not None
    found = {one.kind for one in report.findings}
    expected = {
        "delete": Kind.HIDDEN,
        "overwrite": Kind.OVERWRITTEN,
        "bypass": Kind.MISSING,
        "lifecycle": Kind.SETTINGS,
        "delete the policy": Kind.SETTINGS,
    }
    # Without a policy there is none to delete: that attack changes nothing.
    harmless = [] if shielded else ["delete the policy"]
    seen = [name for name in done if name not in harmless and expected[name] in found]
    assert sorted((*refused, *seen, *harmless)) == sorted(attacks(first, objects[0]))
    if shielded:
        assert {"bypass", "delete"} <= set(refused)
        assert any("sa règle a changé" in one.sentence for one in report.open)
    # Every dossier is whole, by the version on record and as a stranger lists it.
    with ours.database.read() as session:
        rows = list(queries.least_verified(session, FIRST, 99))
    for row in rows:
        first.read_back(Stored(row.key, row.version_id, row.size, row.sha256))
    assert set(first.list("a/")) == {row.key for row in rows if row.key.startswith("a/")}
    assert {one.kind for one in report.open} <= {Kind.SETTINGS}
    tally(injected=9 - len(harmless), detected=len(refused) + len(seen))


@on_sqlite
def test_12_a_lock_taken_off_by_who_may_bypass_is_found_and_put_back(
    ports: Ports, ceph: Cluster, ceph_bucket: str, tally: Callable[..., None]
) -> None:
    first = ceph_archive(ceph, ceph_bucket)
    ours = dataclasses.replace(ports, archive=first)
    begun = datetime.now(UTC)
    archived(ours, 1, begun)
    custody(ours, Round.DAILY, begun)
    with ours.database.read() as session:
        row = queries.least_verified(session, FIRST, 1)[0]
    stored = Stored(row.key, row.version_id, row.size, row.sha256)
    before = first.lock_of(stored).until
    assert before is not None
    first._client.put_object_retention(
        Bucket=first.bucket, Key=row.key, VersionId=row.version_id or "",
        Retention={"Mode": "GOVERNANCE", "RetainUntilDate": before - timedelta(hours=20)},
        BypassGovernanceRetention=True,
    )  # fmt: skip
    report = custody(ours, Round.DAILY, begun + timedelta(hours=21))
    assert report is not None
    assert [(one.key, one.kind) for one in report.findings] == [(row.key, Kind.UNLOCKED)]
    assert report.open == ()
    after = first.lock_of(stored).until
    assert after is not None
    assert after >= before
    tally(injected=1, detected=1)


# What each server really does: where one changes, this table says so first.
CAPABILITIES = {
    "folder": {"once", "md5", "sha256"},
    "emulator": {"once", "md5", "sha256", "sha256_told"},
    "emulator locked": {"versions", "object_lock", "locks_hold", "bypass", "legal_hold", "once",
                        "md5", "sha256", "sha256_told"},
    "ceph": {"once", "md5"},
    "ceph locked": {"versions", "object_lock", "locks_hold", "bypass", "legal_hold", "md5"},
    "ceph shielded": {"versions", "object_lock", "locks_hold", "legal_hold", "md5", "shielded"},
}  # fmt: skip


def test_23_the_probe_finds_what_each_server_does_and_keeps_it_with_the_archive(
    s3_url: str, ceph: Cluster, ceph_bucket: str, bucket: str, tmp_path: Path,
    tally: Callable[..., None],
) -> None:  # fmt: skip
    day = timedelta(days=1)
    shielded = new_bucket(ceph_archive(ceph, f"{ceph_bucket}-regle"), locked=True)
    shield(shielded)
    stores: dict[str, Archive] = {
        "folder": FolderArchive(tmp_path / "archive"),
        "emulator": s3_archive(s3_url, bucket),
        "emulator locked": new_bucket(s3_archive(s3_url, f"{bucket}-v", lock=day), locked=True),
        "ceph": new_bucket(ceph_archive(ceph, f"{ceph_bucket}-sans", lock=None), locked=False),
        "ceph locked": ceph_archive(ceph, ceph_bucket),
        "ceph shielded": shielded,
    }
    found = {}
    for name, store in stores.items():
        store.check()
        able = store.capabilities()
        found[name] = {one for one, value in dataclasses.asdict(able).items() if value is True}
        if isinstance(store, S3Archive):
            assert able.lock_modes == (("GOVERNANCE", "COMPLIANCE") if able.object_lock else ())
            # The next start reads the answer, and tries nothing again.
            assert store.get(able.key) == able.to_bytes()
            assert list(store.list("p/")) == [able.key]
    assert found == CAPABILITIES
    tally(injected=len(stores), detected=sum(found[one] == CAPABILITIES[one] for one in stores))
