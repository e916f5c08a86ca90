"""The trial of a bucket: small objects under `p/probe/`, locked for two minutes at most.

What a server announces is not asked: each thing is done, and what came of it is looked at.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from docgen.archive.capabilities import Capabilities
from docgen.archive.s3_bucket import has_object_lock, is_shielded, keeps_versions, read_lock
from docgen.archive.s3_listing import PROBES

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Mode = Literal["GOVERNANCE", "COMPLIANCE"]
_MODES: tuple[Mode, ...] = ("GOVERNANCE", "COMPLIANCE")
_BODY = b"docgen: essai du compartiment"
_WRONG = b"docgen: autre chose"
_LOCKED_FOR = timedelta(minutes=2)


def probe(client: S3Client, bucket: str, now: datetime) -> Capabilities:
    """Try everything. Raises ClientError when nothing can be put there at all."""
    trial = _Trial(client, bucket, f"{PROBES}{now:%Y%m%dt%H%M%S%f}", now + _LOCKED_FOR)
    trial.clear(now)
    trial.put("plain")
    lock = has_object_lock(client, bucket)
    tried = {mode: list(trial.lock(mode)) for mode in _MODES} if lock else {}
    modes = tuple(mode for mode, held in tried.items() if held)
    return Capabilities(
        versions=keeps_versions(client, bucket),
        object_lock=lock,
        lock_modes=modes,
        locks_hold=bool(modes) and all(all(tried[mode]) for mode in modes),
        bypass="GOVERNANCE" in modes and trial.bypasses(),
        legal_hold=lock and trial.holds(),
        once=trial.refuses("plain", IfNoneMatch="*"),
        md5=trial.refuses("md5", ContentMD5=_md5(_WRONG)),
        sha256=trial.refuses("sha256", ChecksumSHA256=_sha256(_WRONG)),
        sha256_told=trial.tells_sha256(),
        shielded=is_shielded(client, bucket),
    )


class _Trial:
    """One trial, under a prefix of its own."""

    def __init__(self, client: S3Client, bucket: str, prefix: str, until: datetime) -> None:
        self.client, self.bucket, self.prefix, self.until = client, bucket, prefix, until
        self.versions: dict[str, str] = {}

    def put(self, name: str, **how: Any) -> None:
        reply = self.client.put_object(
            Bucket=self.bucket,
            Key=f"{self.prefix}/{name}",
            Body=_BODY,
            **{"ContentMD5": _md5(_BODY), **how},
        )
        self.versions[name] = reply.get("VersionId", "null")

    def refuses(self, name: str, **how: Any) -> bool:
        return _refused(lambda: self.put(name, **how))

    def at(self, name: str) -> dict[str, Any]:
        key = f"{self.prefix}/{name}"
        return {"Bucket": self.bucket, "Key": key, "VersionId": self.versions[name]}

    def lock(self, mode: Mode) -> Iterator[bool]:
        """Nothing where the mode is not kept; else whether each attack on the lock was refused."""
        how = {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": self.until}
        if self.refuses(mode.lower(), **how):
            return
        told = self.client.head_object(**self.at(mode.lower()))
        if read_lock(told).until is None or told.get("ObjectLockMode") != mode:
            return
        sooner: Any = {"Mode": mode, "RetainUntilDate": self.until - timedelta(minutes=1)}
        yield _refused(
            lambda: self.client.put_object_retention(**self.at(mode.lower()), Retention=sooner)
        )
        yield _refused(lambda: self.client.delete_object(**self.at(mode.lower())))
        yield not _refused(lambda: self.client.head_object(**self.at(mode.lower())))
        if mode == "COMPLIANCE":
            yield _refused(
                lambda: self.client.delete_object(
                    **self.at(mode.lower()), BypassGovernanceRetention=True
                )
            )

    def bypasses(self) -> bool:
        """Whether this very key can lift a GOVERNANCE lock."""
        return not _refused(
            lambda: self.client.delete_object(
                **self.at("governance"), BypassGovernanceRetention=True
            )
        )

    def holds(self) -> bool:
        """Whether a legal hold is kept; taken off again."""
        try:
            self.put("hold")
            self.client.put_object_legal_hold(**self.at("hold"), LegalHold={"Status": "ON"})
            held = read_lock(self.client.head_object(**self.at("hold"))).held
            self.client.put_object_legal_hold(**self.at("hold"), LegalHold={"Status": "OFF"})
        except ClientError:
            return False
        return held

    def tells_sha256(self) -> bool:
        if self.refuses("told", ChecksumSHA256=_sha256(_BODY)):
            return False
        told = self.client.head_object(**self.at("told"), ChecksumMode="ENABLED")
        return told.get("ChecksumSHA256") == _sha256(_BODY)

    def clear(self, now: datetime) -> None:
        """Take away what earlier trials left, as far as our key may; a few bytes stay if not."""
        pages = self.client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=PROBES):
            listed: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            for one in listed:
                if one["LastModified"] < now - 2 * _LOCKED_FOR:
                    _refused(partial(self._delete, one["Key"], one["VersionId"]))

    def _delete(self, key: str, version: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key, VersionId=version)


def _refused(attempt: Callable[[], object]) -> bool:
    """True when the server said no; an outage is no answer, and is raised."""
    try:
        attempt()
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 and status != 501:
            raise
        return True
    return False


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
