"""An archive in a folder: each object a read-only file, written whole or not at all.

Bytes go to a temporary file, reach the disk, and only then take their name through a hard link,
which refuses to replace anything. Locks bind docgen alone, not an administrator: see `name`.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from docgen.archive.capabilities import Capabilities
from docgen.archive.store import (
    Lock,
    Piece,
    Seen,
    Stored,
    Version,
    admit,
    confirm,
    is_key,
    key_sha256,
    locked,
    lost,
    verified,
)
from docgen.errors import NotFound, Unavailable

_MIN_FREE_BYTES = 10_000_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderArchive:
    """The objects under `root`, each at the path its key spells."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # No key begins with a dot.
        self._unfinished = root / ".tmp"
        self._locks = root / ".verrous"
        self._damaged = root / ".quarantaine"

    @property
    def name(self) -> str:
        return f"dossier {self.root} (sans verrou WORM)"

    @property
    def first_lock(self) -> timedelta | None:
        return None

    def capabilities(self, *, again: bool = False) -> Capabilities:  # noqa: ARG002 (a folder is a folder)
        return Capabilities(once=True, md5=True, sha256=True)

    def check(self) -> None:
        """Write, link and erase a small file; sweep what a killed process left behind."""
        with self._at_the_edge():
            _make_folder(self._unfinished)
            self._sweep()
            with self._writing(b"docgen") as path:
                link = path.with_suffix(".link")
                os.link(path, link)
                link.unlink()
            state = os.statvfs(self.root)
            if state.f_bavail * state.f_frsize < _MIN_FREE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def put(self, key: str, content: bytes, sha256: str) -> Stored:
        admit(key, content, sha256)
        path = self.root / key
        with self._at_the_edge():
            _make_folder(path.parent)
            if not path.exists():
                _make_folder(self._unfinished)
                with self._writing(content) as whole, suppress(FileExistsError):
                    os.link(whole, path)
            # Also when the file was there: its writer may have died before its name was safe.
            self._settle(path.parent)
        verified(key, self._read(key))
        return Stored(key, None, len(content), sha256)

    def put_new(self, folder: str, pieces: Iterable[Piece]) -> list[Stored]:  # noqa: ARG002 (a file costs the same one by one)
        return [self.put(*piece) for piece in pieces]

    def get(self, key: Stored | str, version_id: str | None = None) -> bytes:  # noqa: ARG002 (a file has one version; the hash says it is the right one)
        name = key.key if isinstance(key, Stored) else key
        key_sha256(name)
        return verified(name, self._read(name))

    def read_back(self, stored: Stored) -> None:
        try:
            content = self.get(stored)
        except NotFound as error:
            raise lost(stored) from error
        confirm(stored, content)

    def list(self, prefix: str) -> Iterator[str]:
        start = self.root / prefix.rpartition("/")[0]
        if "\0" in prefix or ".." in prefix.split("/") or not start.is_relative_to(self.root):
            return
        with self._at_the_edge():
            paths = [str(path.relative_to(self.root)) for path in start.rglob("*.*")]
        yield from sorted(key for key in paths if key.startswith(prefix) and is_key(key))

    def survey(self, after: str = "") -> Iterator[Version]:
        with self._at_the_edge():
            found = []
            self.root.stat()  # missing as a whole: a disk that isn't mounted
            for folder, names, files in os.walk(self.root):
                names[:] = [name for name in names if not name.startswith(".")]
                found += [os.path.relpath(os.path.join(folder, one), self.root) for one in files]  # noqa: PTH118
            for key in sorted(found):
                if key > after:
                    state = os.lstat(self.root / key)
                    written = datetime.fromtimestamp(state.st_mtime, UTC)
                    yield Version(key, None, state.st_size, written)

    def look(self, stored: Stored) -> Seen:
        return Seen(self._read(stored.key), self.lock_of(stored))

    def restore(self, key: str, content: bytes, sha256: str) -> Stored:
        """The damaged file is kept apart, and a hard link puts the good one in its place."""
        admit(key, content, sha256)
        path = self.root / key
        with self._at_the_edge():
            _make_folder(self._unfinished)
            with self._writing(content) as whole:
                _make_folder(path.parent)
                if path.exists():
                    apart = self._damaged / key
                    _make_folder(apart.parent)
                    path.replace(apart)
                os.link(whole, path)
            self._settle(path.parent)
        return Stored(key, None, len(content), sha256)

    def dangers(self) -> tuple[str, ...]:
        return ()

    def lock_of(self, stored: Stored) -> Lock:
        with self._at_the_edge():
            try:
                kept = json.loads(self._lock_path(stored).read_bytes())
            except FileNotFoundError:
                return Lock()
        until = datetime.fromisoformat(kept["until"]) if kept["until"] else None
        return Lock(until, kept["held"])

    def extend_lock(self, stored: Stored, until: datetime) -> None:
        lock = self.lock_of(stored)
        if lock.until is None or until > lock.until:
            self._keep_lock(stored, replace(lock, until=until))

    def hold(self, stored: Stored, *, on: bool) -> None:
        self._keep_lock(stored, replace(self.lock_of(stored), held=on))

    def destroy(self, stored: Stored, now: datetime) -> None:
        lock = self.lock_of(stored)
        if not lock.allows(now):
            raise locked(stored, lock)
        path = self.root / stored.key
        with self._at_the_edge():
            if path.parent.is_dir():
                path.unlink(missing_ok=True)
                _sync(path.parent)
            self._lock_path(stored).unlink(missing_ok=True)

    def _lock_path(self, stored: Stored) -> Path:
        key_sha256(stored.key)
        return self._locks / f"{stored.key}.json"

    def _keep_lock(self, stored: Stored, lock: Lock) -> None:
        """Replace the lock of an object that is there, whole or not at all."""
        self._read(stored.key)
        path = self._lock_path(stored)
        until = lock.until.isoformat() if lock.until else None
        content = json.dumps({"until": until, "held": lock.held}).encode()
        with self._at_the_edge():
            _make_folder(path.parent)
            _make_folder(self._unfinished)
            with self._writing(content) as whole:
                spare = whole.with_suffix(".lock")
                os.link(whole, spare)
                spare.replace(path)
            _sync(path.parent)

    def _read(self, key: str) -> bytes:
        with self._at_the_edge():
            try:
                return (self.root / key).read_bytes()
            except (FileNotFoundError, NotADirectoryError) as error:
                if not self.root.is_dir():
                    raise  # the whole archive is missing: a disk that isn't mounted
                raise NotFound("L’objet d’archive", key) from error

    @contextmanager
    def _writing(self, content: bytes) -> Iterator[Path]:
        """A temporary file that holds `content`, read-only and safe on disk; gone afterwards.

        The shared lock tells `_sweep` that somebody is at work; it dies with its process.
        """
        with _opened(self._unfinished) as folder:
            fcntl.flock(folder, fcntl.LOCK_SH)
            descriptor, name = tempfile.mkstemp(dir=self._unfinished)
            path = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fchmod(file.fileno(), 0o444)
                    os.fsync(file.fileno())
                yield path
            finally:
                path.unlink()

    def _sweep(self) -> None:
        with _opened(self._unfinished) as folder:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # a writer is alive: another start will sweep
            for path in self._unfinished.iterdir():
                path.unlink()

    def _settle(self, folder: Path) -> None:
        """Make every name from the root down to `folder` survive a power cut."""
        while True:
            _sync(folder)
            if folder == self.root:
                return
            folder = folder.parent

    @contextmanager
    def _at_the_edge(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: OSError) -> Unavailable:
        if error.errno in _FULL:
            return Unavailable(
                f"Le disque de l’archive ({self.root}) est plein.",
                "Libérez de la place ; rien n’a été archivé à moitié.",
            )
        if error.errno in _FORBIDDEN:
            return Unavailable(
                f"L’archive ne peut pas lire ou écrire dans {self.root}.",
                "Donnez ce dossier au compte qui lance docgen.",
            )
        return Unavailable(
            f"L’archive {self.root} ne répond pas ({error.strerror}).",
            "Vérifiez que ce dossier existe et que son disque admet les liens physiques.",
        )


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    with _opened(folder) as descriptor:
        os.fsync(descriptor)


def _make_folder(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        _sync(path.parent)
