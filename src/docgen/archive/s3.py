"""An archive in an S3 bucket. The home of boto3.

Measured on real servers: some ignore `If-None-Match` on a versioned bucket, and a reply lost after
the commit makes boto3's own retry answer 412. So neither a success nor a 412 says who wrote: the
truth is the first version under the key, and its bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from docgen.archive.s3_faults import code_of, no_credentials, s3_faults
from docgen.archive.store import (
    Lock,
    Stored,
    admit,
    confirm,
    key_sha256,
    locked,
    lost,
    verified,
)
from docgen.errors import NotFound, Refused, Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# The version that S3 names where a bucket isn't versioned.
_UNVERSIONED = "null"
# What servers say of an object, or of a bucket, that has no lock.
_NO_LOCK = {
    "NoSuchObjectLockConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "InvalidRequest",
    "InvalidArgument",
    "MethodNotAllowed",
    "NotImplemented",
}
_SOMEBODY_WROTE = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_MEDIA_TYPES = {"pdf": "application/pdf", "json": "application/json", "txt": "text/plain"}


def s3_client(
    endpoint: str,
    region: str,
    access_key: str,
    secret_key: str,
    *,
    addressing: Literal["path", "virtual", "auto"] = "path",
    connect_timeout: float = 3,
    read_timeout: float = 20,
    attempts: int = 4,
) -> S3Client:
    """A client that threads may share; `endpoint` is a URL, timeouts are in seconds.

    Checksums are sent by `S3Archive`, since boto3's own default ones break several servers.
    """
    if not access_key or not secret_key:
        raise no_credentials()  # boto3 would look for others in the environment
    config = Config(
        region_name=region,
        signature_version="s3v4",
        s3={"addressing_style": addressing},
        max_pool_connections=32,
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        tcp_keepalive=True,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        return boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=config,
        )
    except (ValueError, BotoCoreError) as error:
        raise Unavailable(
            f"L’adresse du stockage S3 ({endpoint}) ou la région ({region}) n’est pas valable.",
            "Donnez une adresse complète, par exemple https://s3.fr-par.scw.cloud.",
        ) from error


class S3Archive:
    """The objects of one bucket, versioned or not; needs the rights to list, read and put."""

    def __init__(
        self,
        bucket: str,
        client: S3Client,
        lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE",
    ) -> None:
        self.bucket = bucket
        self._client = client
        self._lock_mode = lock_mode

    @property
    def name(self) -> str:
        return f"S3 bucket {self.bucket}"

    def check(self) -> None:
        """Ask for one version: that takes the bucket, the network and the credentials."""
        with s3_faults(self.bucket):
            self._client.list_object_versions(Bucket=self.bucket, MaxKeys=1)

    def put(self, key: str, content: bytes, sha256: str) -> Stored:
        admit(key, content, sha256)
        first, written = self._first(key), None
        if first is None:
            written = self._write(key, content, sha256)
            # Absent after a success: `read_back` will say that the server kept nothing.
            first = self._first(key) or written
        if first is None:
            raise Unavailable(f"Un autre envoi de « {key} » est en cours.", "docgen réessaiera.")
        if first != written:
            self.get(key, first)
        return Stored(key, None if first == _UNVERSIONED else first, len(content), sha256)

    def get(self, key: Stored | str, version_id: str | None = None) -> bytes:
        if isinstance(key, Stored):
            return self.get(key.key, version_id or key.version_id)
        key_sha256(key)
        version = version_id or self._first(key)
        if version is None:
            raise NotFound("L’objet d’archive", key)
        with s3_faults(self.bucket, key):
            reply = self._client.get_object(Bucket=self.bucket, Key=key, VersionId=version)
            with closing(reply["Body"]) as body:
                content = body.read()
        return verified(key, content)

    def read_back(self, stored: Stored) -> None:
        try:
            content = self.get(stored)
        except NotFound as error:
            raise lost(stored) from error
        confirm(stored, content)

    def list(self, prefix: str) -> Iterator[str]:
        with s3_faults(self.bucket):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield found["Key"]

    def lock_of(self, stored: Stored) -> Lock:
        version = self._version(stored)
        until, held = None, False
        with s3_faults(self.bucket, stored.key):
            try:
                kept = self._client.get_object_retention(
                    Bucket=self.bucket, Key=stored.key, VersionId=version
                )
                until = kept["Retention"].get("RetainUntilDate")
            except ClientError as error:
                if code_of(error) not in _NO_LOCK:
                    raise
            try:
                held_now = self._client.get_object_legal_hold(
                    Bucket=self.bucket, Key=stored.key, VersionId=version
                )
                held = held_now["LegalHold"].get("Status") == "ON"
            except ClientError as error:
                if code_of(error) not in _NO_LOCK:
                    raise
        return Lock(until, held)

    def extend_lock(self, stored: Stored, until: datetime) -> None:
        current = self.lock_of(stored).until
        if current is not None and until <= current:
            return
        with s3_faults(self.bucket, stored.key), self._locking():
            self._client.put_object_retention(
                Bucket=self.bucket,
                Key=stored.key,
                VersionId=self._version(stored),
                Retention={"Mode": self._lock_mode, "RetainUntilDate": until},
            )

    def hold(self, stored: Stored, *, on: bool) -> None:
        with s3_faults(self.bucket, stored.key), self._locking():
            self._client.put_object_legal_hold(
                Bucket=self.bucket,
                Key=stored.key,
                VersionId=self._version(stored),
                LegalHold={"Status": "ON" if on else "OFF"},
            )

    def destroy(self, stored: Stored, now: datetime) -> None:
        with s3_faults(self.bucket, stored.key):
            # Every version of these bytes, and never a delete marker that only hides them.
            pages = self._client.get_paginator("list_object_versions")
            found = [
                version["VersionId"]
                for page in pages.paginate(Bucket=self.bucket, Prefix=stored.key)
                for version in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
                if version["Key"] == stored.key
            ]
            if self._version(stored) in found:
                lock = self.lock_of(stored)
                if not lock.allows(now):
                    raise locked(stored, lock)
            for version in found:
                self._client.delete_object(Bucket=self.bucket, Key=stored.key, VersionId=version)

    def _version(self, stored: Stored) -> str:
        return stored.version_id or _UNVERSIONED

    @contextmanager
    def _locking(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if code_of(error) in _NO_LOCK:
                raise Refused(
                    f"Le compartiment {self.bucket} n’a pas de verrou d’objets : ce qu’il garde "
                    "ne tient qu’aux droits d’accès."
                ) from error
            raise

    def _first(self, key: str) -> str | None:
        """The version that counts: the oldest under `key`, whatever was put or deleted after."""
        first = None
        with s3_faults(self.bucket, key):
            pages = self._client.get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self.bucket, Prefix=key):
                same = [v["VersionId"] for v in page.get("Versions", []) if v["Key"] == key]
                first = same[-1] if same else first
        return first

    def _write(self, key: str, content: bytes, sha256: str) -> str | None:
        """The version written, or None when the server says that somebody wrote that key before."""
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        with s3_faults(self.bucket, key):
            try:
                reply = self._client.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=content,
                    # Some servers check the one, some the other; none is harmed by both.
                    ContentMD5=base64.b64encode(md5).decode(),
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
                    ContentType=_media_type(key),
                    IfNoneMatch="*",
                    Metadata={"sha256": sha256},
                )
            except ClientError as error:
                if code_of(error) in _SOMEBODY_WROTE:
                    return None
                raise
        return reply.get("VersionId", _UNVERSIONED)


def _media_type(key: str) -> str:
    return _MEDIA_TYPES.get(key.rpartition(".")[2], "application/octet-stream")
