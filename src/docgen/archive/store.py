"""What every archive store promises, and the names under which it keeps things.

A key carries the SHA-256 of its bytes (`a/v1/2026/<dossier>/o/evidence.<sha256>.pdf`): putting it
twice is harmless, and whoever reads it back can tell whether the bytes are the right ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from docgen.archive.capabilities import Capabilities
from docgen.errors import Broken, Refused, Unavailable

_MAX_KEY = 512
_PART = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}", re.ASCII)
_DIGEST = re.compile(r"[a-z0-9-]+\.([0-9a-f]{64})\.[a-z0-9]+(\.[a-z0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Stored:
    """An object in a store; `version_id` is None where a key has one version only."""

    key: str
    version_id: str | None
    size: int
    sha256: str


@dataclass(frozen=True)
class Lock:
    """What keeps an object from being destroyed: nobody may before `until`, nor while `held`."""

    until: datetime | None = None
    held: bool = False

    def allows(self, now: datetime) -> bool:
        """True when the object may be destroyed."""
        return not self.held and (self.until is None or self.until <= now)


@dataclass(frozen=True)
class Version:
    """One version of a key as the store lists it; `marker`: a delete marker, which has no bytes."""

    key: str
    version_id: str | None
    size: int
    written_at: datetime
    marker: bool = False


@dataclass(frozen=True)
class Seen:
    """One version read from end to end: its bytes, and the lock it bears."""

    content: bytes
    lock: Lock


class Piece(NamedTuple):
    """What is to be kept, under the key that announces its hash."""

    key: str
    content: bytes
    sha256: str


class Unreachable(Unavailable):
    """The store does not answer, for now: whoever starts may go on without it."""


class Archive(Protocol):
    """A store whose objects are written once. Every method may raise Unavailable."""

    @property
    def name(self) -> str:
        """The store, for people."""

    @property
    def first_lock(self) -> timedelta | None:
        """How long an object is locked from its first second; None in a store without locks."""

    def check(self) -> None:
        """Refuse to start (Unavailable, with the remedy) rather than fail on the first dossier.

        Raises Unreachable when it is only the network, or the server, that does not answer.
        """

    def capabilities(self, *, again: bool = False) -> Capabilities:
        """What the store really does, tried on it once and kept in it; `again`: tried anew."""

    def put(self, key: str, content: bytes, sha256: str) -> Stored:
        """Keep `content`, durably, before returning. Again with the same bytes: the same answer.

        Raises Broken when the key, the hash and the bytes disagree, or when the key holds others.
        """

    def put_new(self, folder: str, pieces: Iterable[Piece]) -> list[Stored]:
        """The same for several keys under `folder`, which a listing has just shown to be absent.

        Somebody may have put them since: the answer is `put`'s, and it takes fewer questions.
        """

    def get(self, key: Stored | str, version_id: str | None = None) -> bytes:
        """The bytes, hashed against the key. Raises NotFound, or Broken when they differ.

        With `version_id`, of that very version. Otherwise of the version that `key` records or, for
        a bare key, of the first ever written; when that one is gone or altered, of any other whose
        hash is right.
        """

    def read_back(self, stored: Stored) -> None:
        """Read that very version again. Raises Broken unless its hash and size are right."""

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`, in order."""

    def survey(self, after: str = "") -> Iterator[Version]:
        """Every version and delete marker of every key after `after`, by key, oldest first.

        Whatever lies in the store, foreign names included; not docgen's own trials.
        """

    def look(self, stored: Stored) -> Seen:
        """That very version, whatever its bytes are now. Raises NotFound."""

    def restore(self, key: str, content: bytes, sha256: str) -> Stored:
        """Put good bytes as a new version; in a folder, in the place of the damaged file.

        Raises Broken when the key, the hash and the bytes disagree.
        """

    def dangers(self) -> tuple[str, ...]:
        """What in the store's own settings endangers what it keeps, in French."""

    def lock_of(self, stored: Stored) -> Lock:
        """What locks that version. Raises NotFound."""

    def extend_lock(self, stored: Stored, until: datetime) -> None:
        """Lock that version until then, at least; never shorter than it is already.

        Raises Refused where the store has no locks.
        """

    def hold(self, stored: Stored, *, on: bool) -> None:
        """Put the legal hold on or off. Raises Refused where the store has none."""

    def destroy(self, stored: Stored, now: datetime) -> None:
        """Remove that object for good; again, nothing. Raises Refused while it is locked."""


def sha256_of(content: bytes) -> str:
    """SHA-256 in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def key_sha256(key: str) -> str:
    """The hash a key announces. Raises Broken for a key that isn't content-addressed or is unsafe.

    Parts are ASCII lower case and begin with a letter or a digit, so a key can be a path: no `..`,
    no empty part, no leading slash, no NUL, and nothing a file system or a server would fold.
    """
    parts = key.split("/")
    announced = _DIGEST.fullmatch(parts[-1])
    if announced is None or len(key) > _MAX_KEY or not all(map(_PART.fullmatch, parts)):
        raise Broken(f"La clé d’archive {key!r} n’a pas la forme attendue.")
    return announced[1]


def is_key(text: str) -> bool:
    """True for a key `put` would take."""
    try:
        key_sha256(text)
    except Broken:
        return False
    return True


def admit(key: str, content: bytes, sha256: str) -> None:
    """Raise Broken unless key, hash and bytes agree: nothing wrong enters the archive."""
    if key_sha256(key) != sha256 or sha256_of(content) != sha256:
        raise Broken(f"Le contenu à archiver n’est pas celui qu’annonce sa clé « {key} ».")


def verified(key: str, content: bytes) -> bytes:
    """`content`, or Broken when it isn't what `key` announces."""
    if sha256_of(content) != key_sha256(key):
        raise Broken(
            f"L’objet d’archive « {key} » a été altéré : son empreinte n’est pas celle de sa clé. "
            "Restaurez-le depuis une copie, puis vérifiez le dossier."
        )
    return content


def confirm(stored: Stored, content: bytes) -> None:
    """Raise Broken unless the bytes read back are those that `stored` describes."""
    if len(content) != stored.size or sha256_of(content) != stored.sha256:
        raise Broken(
            f"L’archive a rendu autre chose que ce qui lui a été confié : « {stored.key} »."
        )


def lost(stored: Stored) -> Broken:
    """The store said yes and has nothing."""
    return Broken(f"L’archive a accepté « {stored.key} » mais ne l’a pas gardé.")


def locked(stored: Stored, lock: Lock) -> Refused:
    """Why an object can't be destroyed yet."""
    if lock.held:
        return Refused(f"« {stored.key} » est sous gel juridique : il ne peut pas être détruit.")
    day = f"{lock.until:%d/%m/%Y}" if lock.until else ""
    return Refused(f"« {stored.key} » est verrouillé jusqu’au {day} : il ne peut pas être détruit.")
