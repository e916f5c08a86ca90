"""An archive in an S3 bucket. boto3 is met here, in `s3_client` and in `s3_probe` only.

Measured on real servers: some ignore `If-None-Match` on a versioned bucket, and a reply lost after
the commit makes boto3's own retry answer 412. So neither a success nor a 412 says who wrote: the
truth is the first version under the key, and its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from docgen.archive.capabilities import PLACE, Capabilities, parse_capabilities
from docgen.archive.s3_bucket import dangers, erase, no_lock, read_lock, unfit
from docgen.archive.s3_client import described, read_all, within
from docgen.archive.s3_faults import code_of, s3_faults
from docgen.archive.s3_listing import PROBES, first_version, first_versions, survey, versions_of
from docgen.archive.s3_probe import probe
from docgen.archive.store import (
    Lock,
    Piece,
    Seen,
    Stored,
    Unreachable,
    Version,
    admit,
    confirm,
    key_sha256,
    locked,
    lost,
    verified,
)
from docgen.errors import Broken, NotFound, Unavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# The version that S3 names where a bucket isn't versioned.
_UNVERSIONED = "null"
_SOMEBODY_WROTE = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}


class S3Archive:
    """The objects of one bucket; needs the rights to list, read, put and lock, none to delete.

    Each object is locked in `lock_mode` for `first_lock` from the moment `now` says; None: the
    bucket may have no lock. `step` is how many seconds one act may take, tries included.
    """

    def __init__(
        self,
        bucket: str,
        client: S3Client,
        lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE",
        first_lock: timedelta | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        step: float = 60,
    ) -> None:
        self.bucket = bucket
        self._first_lock = first_lock
        self._client = client
        self._lock_mode = lock_mode
        self._now = now
        self._seconds = step
        self._known: Capabilities | None = None

    @property
    def name(self) -> str:
        how = f"verrou {self._lock_mode}" if self.first_lock else "sans verrou WORM"
        return f"compartiment S3 {self.bucket} ({how})"

    @property
    def _once(self) -> bool:
        return self._known is not None and self._known.once

    @property
    def first_lock(self) -> timedelta | None:
        return self._first_lock

    def check(self) -> None:
        """Ask for one version: that takes the bucket, the network and the credentials.

        Then ask what it can do: a bucket that does not lock as the settings say is refused.
        """
        with self._step():
            self._client.list_object_versions(Bucket=self.bucket, MaxKeys=1)
        if self.first_lock is None:
            self.capabilities()
        elif unfit(self.bucket, self._lock_mode, self.capabilities()) and (
            fault := unfit(self.bucket, self._lock_mode, self.capabilities(again=True))
        ):
            raise fault

    def capabilities(self, *, again: bool = False) -> Capabilities:
        if self._known is None or again:
            found = None if again else self._kept_capabilities()
            if found is None:
                with self._step():
                    found = probe(self._client, self.bucket, self._now())
                # Where a lock is wanted, a bucket without any takes nothing: `check` refuses it.
                if found.object_lock or self.first_lock is None:
                    content = found.to_bytes()
                    self.read_back(self.put(found.key, content, key_sha256(found.key)))
            self._known = found
        return self._known

    def put(self, key: str, content: bytes, sha256: str) -> Stored:
        admit(key, content, sha256)
        piece = Piece(key, content, sha256)
        with self._step(key):
            # Where a second writer is refused, the write itself says so.
            first = None if self._once else first_version(self._client, self.bucket, key)
            return self._settled(piece, first, None) if first else self.put_new(key, [piece])[0]

    def put_new(self, folder: str, pieces: Iterable[Piece]) -> list[Stored]:
        written: list[tuple[Piece, str | None]] = []
        for piece in pieces:
            admit(*piece)
            with self._step(piece.key):
                written.append((piece, self._written(piece)))
        with self._step(folder):
            alone = self._once and all(version for _, version in written)
            first = {} if alone else first_versions(self._client, self.bucket, folder)
            # Absent after a success: `read_back` will say that the server kept nothing.
            return [
                self._settled(piece, first.get(piece.key, version), version)
                for piece, version in written
            ]

    def _written(self, piece: Piece) -> str | None:
        """The version written; None when somebody's is there, be it ours without an answer."""
        try:
            return self._write(*piece)
        except Unreachable:
            # A reply lost after the commit: what is there, if anything, decides.
            if first_version(self._client, self.bucket, piece.key) is None:
                raise
            return None

    def _settled(self, piece: Piece, first: str | None, written: str | None) -> Stored:
        """What was put, by the version that counts; another writer's is read and hashed first."""
        if first is None:
            raise Unavailable(
                f"« {piece.key} » est en cours d’envoi ailleurs.", "docgen réessaiera."
            )
        if first != written:
            self._read(piece.key, first)
        return _stored(*piece, first)

    def get(self, key: Stored | str, version_id: str | None = None) -> bytes:
        recorded = version_id
        if isinstance(key, Stored):
            recorded, key = version_id or key.version_id, key.key
        key_sha256(key)
        with self._step(key):
            version = recorded or first_version(self._client, self.bucket, key)
            if version is None:
                raise NotFound("L’objet d’archive", key)
            try:
                return self._read(key, version)
            except (NotFound, Broken):
                if version_id is not None:
                    raise
                for other in versions_of(self._client, self.bucket, key):
                    try:
                        return self._read(key, other)
                    except (NotFound, Broken):
                        continue
                raise

    def read_back(self, stored: Stored) -> None:
        try:
            content = self.get(stored, stored.version_id or _UNVERSIONED)
        except NotFound as error:
            raise lost(stored) from error
        confirm(stored, content)

    def list(self, prefix: str) -> Iterator[str]:
        with s3_faults(self.bucket):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    if not found["Key"].startswith(PROBES):
                        yield found["Key"]

    def survey(self, after: str = "") -> Iterator[Version]:
        with s3_faults(self.bucket):
            yield from survey(self._client, self.bucket, after)

    def look(self, stored: Stored) -> Seen:
        with self._step(stored.key):
            reply = self._get(stored.key, stored.version_id or _UNVERSIONED)
            return Seen(read_all(reply), read_lock(reply))

    def restore(self, key: str, content: bytes, sha256: str) -> Stored:
        admit(key, content, sha256)
        with self._step(key):
            version = self._write(key, content, sha256, again=True)
        return _stored(key, content, sha256, version or _UNVERSIONED)

    def dangers(self) -> tuple[str, ...]:
        with self._step():
            known = self.capabilities()
            return tuple(
                dangers(self._client, self.bucket, known, locks=self.first_lock is not None)
            )

    def lock_of(self, stored: Stored) -> Lock:
        with self._step(stored.key):
            version = self._version(stored)
            return read_lock(
                self._client.head_object(Bucket=self.bucket, Key=stored.key, VersionId=version)
            )

    def extend_lock(self, stored: Stored, until: datetime) -> None:
        current = self.lock_of(stored).until
        if current is not None and until <= current:
            return
        with self._step(stored.key), no_lock(self.bucket):
            self._client.put_object_retention(
                Bucket=self.bucket,
                Key=stored.key,
                VersionId=self._version(stored),
                Retention={"Mode": self._lock_mode, "RetainUntilDate": until},
            )

    def hold(self, stored: Stored, *, on: bool) -> None:
        with self._step(stored.key), no_lock(self.bucket):
            self._client.put_object_legal_hold(
                Bucket=self.bucket,
                Key=stored.key,
                VersionId=self._version(stored),
                LegalHold={"Status": "ON" if on else "OFF"},
            )

    def destroy(self, stored: Stored, now: datetime) -> None:
        with self._step(stored.key):
            # Every version of these bytes, and never a delete marker that only hides them.
            found = versions_of(self._client, self.bucket, stored.key, markers=True)
            if found and (stored.version_id or found[0]) in found:
                lock = self.lock_of(stored)
                if not lock.allows(now):
                    raise locked(stored, lock)
            erase(self._client, self.bucket, stored.key, found)

    def _version(self, stored: Stored) -> str:
        """The version recorded or, where none is, the first one."""
        first = stored.version_id or first_version(self._client, self.bucket, stored.key)
        if first is None:
            raise NotFound("L’objet d’archive", stored.key)
        return first

    def _kept_capabilities(self) -> Capabilities | None:
        with self._step():
            found = [*survey(self._client, self.bucket, "", prefix=f"{PLACE}.")]
        last = max((one for one in found if not one.marker), key=lambda one: one.written_at,
                   default=None)  # fmt: skip
        try:
            return parse_capabilities(self.get(last.key, last.version_id)) if last else None
        except Broken:
            return None  # of another version of docgen, or altered: tried anew

    def _read(self, key: str, version: str) -> bytes:
        """The bytes of that very version, hashed."""
        with s3_faults(self.bucket, key):
            return verified(key, read_all(self._get(key, version)))

    def _get(self, key: str, version: str) -> Any:
        return self._client.get_object(Bucket=self.bucket, Key=key, VersionId=version)

    def _write(self, key: str, content: bytes, sha256: str, *, again: bool = False) -> str | None:
        """The version written, or None when the server says that somebody wrote that key before."""
        how = described(key, content, sha256)
        if not again and (self._known is None or self._once):
            how["IfNoneMatch"] = "*"
        if self.first_lock is not None:
            how["ObjectLockMode"] = self._lock_mode
            how["ObjectLockRetainUntilDate"] = self._now() + self.first_lock
        with s3_faults(self.bucket, key):
            try:
                reply = self._client.put_object(Bucket=self.bucket, Key=key, Body=content, **how)
            except ClientError as error:
                if code_of(error) in _SOMEBODY_WROTE:
                    return None
                raise
        return reply.get("VersionId", _UNVERSIONED)

    @contextmanager
    def _step(self, key: str = "") -> Iterator[None]:
        with within(self._seconds), s3_faults(self.bucket, key):
            yield


def _stored(key: str, content: bytes, sha256: str, version: str) -> Stored:
    return Stored(key, None if version == _UNVERSIONED else version, len(content), sha256)
