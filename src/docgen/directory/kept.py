"""Answers kept for a while: one small file per SIRET, in a folder of this installation.

Files rather than a database: they last from one command to the next, replacing one is atomic, two
processes need no lock, and a damaged one is only forgotten. Nothing here ever fails: a cache that
can't be read or written is a cache that is empty.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from docgen.directory.answer import parse
from docgen.directory.company import Company, State
from docgen.errors import Unavailable

# The register itself is renewed once a day.
TIME_KEPT = timedelta(hours=24)
# A SIRET nobody knows today may be a new establishment, or one mistyped and about to be corrected.
TIME_UNKNOWN_KEPT = timedelta(hours=1)
MOST_KEPT = 1000


@dataclass(frozen=True)
class Kept:
    """The answers of the API at `url`, kept in `folder`."""

    folder: Path
    url: str

    def get(self, siret: str, now: datetime) -> Company | None:
        """What was answered about `siret`, if that is recent."""
        try:
            kept = json.loads((self.folder / f"{siret}.json").read_bytes())
            age = now - datetime.fromisoformat(kept["asked_at"])
            if kept["url"] != self.url:
                return None
            company = parse(siret, kept["answer"].encode())
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            Unavailable,
        ):
            return None
        most = TIME_UNKNOWN_KEPT if company.state is State.NOT_FOUND else TIME_KEPT
        # An age below nought: the clock has been put back since.
        return company if timedelta(0) <= age <= most else None

    def put(self, siret: str, answer: bytes, now: datetime) -> None:
        """Keep an answer that `parse` has read, and forget the oldest beyond `MOST_KEPT`."""
        kept = {"asked_at": now.isoformat(), "url": self.url, "answer": answer.decode()}
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False) as draft:
                draft.write(json.dumps(kept))
            Path(draft.name).replace(self.folder / f"{siret}.json")
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        files = list(self.folder.iterdir())
        if len(files) > MOST_KEPT:
            files.sort(key=lambda path: path.stat().st_mtime)
            for path in files[: len(files) - MOST_KEPT]:
                path.unlink(missing_ok=True)
