"""What lies in a bucket: the versions of a key, and every version of every key, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Any

from docgen.archive.store import Version

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# docgen's own trials of a bucket: no part of the archive.
PROBES = "p/probe/"
_UNVERSIONED = "null"


def versions_of(client: S3Client, bucket: str, key: str, *, markers: bool = False) -> list[str]:
    """The versions under that key, oldest first; its delete markers too when asked."""
    found: list[str] = []
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        listed: list[Any] = list(page.get("Versions", []))
        listed += page.get("DeleteMarkers", []) if markers else []
        found += [one["VersionId"] for one in listed if one["Key"] == key]
    return found[::-1]


def first_version(client: S3Client, bucket: str, key: str) -> str | None:
    """The version that counts: the oldest under `key`, whatever was put or deleted after."""
    return next(iter(versions_of(client, bucket, key)), None)


def first_versions(client: S3Client, bucket: str, folder: str) -> dict[str, str]:
    """The version that counts of each key under `folder`, in one question for a dossier."""
    found: dict[str, str] = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=folder):
        # The newest first: the last one said of a key is its oldest.
        found |= {one["Key"]: one["VersionId"] for one in page.get("Versions", [])}
    return found


def survey(client: S3Client, bucket: str, after: str, prefix: str = "") -> Iterator[Version]:
    """Every version and delete marker of the keys after `after`, by key, oldest first."""
    how: dict[str, Any] = {"KeyMarker": after} if after else {}
    held: list[Version] = []
    for page in client.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=prefix, **how
    ):
        for one in sorted(_on(page), key=lambda version: version.key):
            if held and held[0].key != one.key:
                yield from _oldest_first(held)
                held = []
            held.append(one)
    yield from _oldest_first(held)


def _on(page: Any) -> Iterator[Version]:
    for listed, marker in (
        (page.get("Versions", []), False),
        (page.get("DeleteMarkers", []), True),
    ):
        for one in listed:
            if not one["Key"].startswith(PROBES):
                version = one["VersionId"]
                yield Version(
                    one["Key"],
                    None if version == _UNVERSIONED else version,
                    one.get("Size", 0),
                    one["LastModified"].astimezone(UTC),
                    marker,
                )


def _oldest_first(versions: list[Version]) -> list[Version]:
    # A server lists the newest first; of two written in one second, the order says which.
    return sorted(reversed(versions), key=lambda one: one.written_at)  # noqa: C414 (it is stable)
