"""Two copies of one archive: everything is written to the first, and read from the second at need.

The second is filled afterwards (`actions.custody.copying`). A key holds its own hash, so that bytes
from the second are those that were asked for, or are refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from docgen.archive.capabilities import Capabilities
from docgen.archive.store import Archive, Lock, Piece, Seen, Stored, Version
from docgen.errors import Broken, DocgenError, NotFound, Refused, Unavailable

log = logging.getLogger("docgen")


class TwofoldArchive:
    """The first copy, which every verb is about; `get` turns to the second when it must.

    Locks and destruction reach both.
    """

    def __init__(self, first: Archive, second: Archive) -> None:
        self.first = first
        self.second = second

    @property
    def name(self) -> str:
        return f"{self.first.name}, seconde copie : {self.second.name}"

    @property
    def first_lock(self) -> timedelta | None:
        return self.first.first_lock

    def check(self) -> None:
        self.first.check()

    def capabilities(self, *, again: bool = False) -> Capabilities:
        return self.first.capabilities(again=again)

    def put(self, key: str, content: bytes, sha256: str) -> Stored:
        return self.first.put(key, content, sha256)

    def put_new(self, folder: str, pieces: Iterable[Piece]) -> list[Stored]:
        return self.first.put_new(folder, pieces)

    def get(self, key: Stored | str, version_id: str | None = None) -> bytes:
        try:
            return self.first.get(key, version_id)
        except (NotFound, Broken, Unavailable) as error:
            name = key.key if isinstance(key, Stored) else key
            try:
                content = self.second.get(name)
            except DocgenError:
                raise error from None  # what the first says is what is to be mended
            log.warning("%s was read from the second copy: %s", name, error.explain())
            return content

    def read_back(self, stored: Stored) -> None:
        self.first.read_back(stored)

    def list(self, prefix: str) -> Iterator[str]:
        return self.first.list(prefix)

    def survey(self, after: str = "") -> Iterator[Version]:
        return self.first.survey(after)

    def look(self, stored: Stored) -> Seen:
        return self.first.look(stored)

    def restore(self, key: str, content: bytes, sha256: str) -> Stored:
        return self.first.restore(key, content, sha256)

    def dangers(self) -> tuple[str, ...]:
        return self.first.dangers()

    def lock_of(self, stored: Stored) -> Lock:
        return self.first.lock_of(stored)

    def extend_lock(self, stored: Stored, until: datetime) -> None:
        self.first.extend_lock(stored, until)
        # Not copied yet: the copy will take the lock of the first. Without locks: the first counts.
        with suppress(NotFound, Refused):
            self.second.extend_lock(_elsewhere(stored), until)

    def hold(self, stored: Stored, *, on: bool) -> None:
        self.first.hold(stored, on=on)
        with suppress(NotFound, Refused):
            self.second.hold(_elsewhere(stored), on=on)

    def destroy(self, stored: Stored, now: datetime) -> None:
        self.second.destroy(_elsewhere(stored), now)
        self.first.destroy(stored, now)


def _elsewhere(stored: Stored) -> Stored:
    """The same object where its version has another name."""
    return replace(stored, version_id=None)
