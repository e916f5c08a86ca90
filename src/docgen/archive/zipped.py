"""Dossiers as a zip: stored, in order, dated by nothing: same dossiers, same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from typing import IO

from docgen.archive.check import plain_files
from docgen.archive.store import Archive

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_zip(
    archive: Archive,
    dossiers: Sequence[tuple[str, str]],
    to: IO[bytes],
    told: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write the (name, manifest key) dossiers into `to`, each in a folder of its name.

    `told` hears how many are done. Raises NotFound, Broken or Unavailable; `to` is then no zip.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as out:
        for number, (name, manifest_key) in enumerate(dossiers, 1):
            for file, content in sorted(plain_files(archive, manifest_key).items()):
                entry = zipfile.ZipInfo(f"{name}/{file}", _EPOCH)
                entry.external_attr = 0o644 << 16
                out.writestr(entry, content)
            told(number)
