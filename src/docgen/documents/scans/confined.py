"""The reading of a scan, in a process of its own (`docgen.confinement`).

Both ways, a line of JSON and then the bytes that it gives the sizes of, one after the other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.confinement import MEGABYTE, Limits, answer_of
from docgen.documents.scans import MOST_BYTES
from docgen.documents.scans.printed import Layout
from docgen.documents.scans.reading import MOST_FILES, read
from docgen.documents.scans.sheets import Fault, Pile

# Sixty pages, each looked at three times at most.
LIMITS = Limits(seconds=240, processor=200, memory=1536 * MEGABYTE, answer=160 * MEGABYTE)
_LAYOUT: TypeAdapter[Layout] = TypeAdapter(Layout)
_PILE: TypeAdapter[Pile] = TypeAdapter(Pile)
_TOO_MUCH = (
    "la lecture demande trop de temps ou de mémoire, ou ne peut pas finir. Numérisez de nouveau, "
    "en PDF ou en JPEG à 200 points par pouce."
)


def read_confined(
    files: Sequence[tuple[str, bytes]], layout: Layout, limits: Limits = LIMITS
) -> Pile:
    """`read` in a confined process. Raises nothing: a child that dies leaves a fault."""
    names = ", ".join(name for name, _ in files)
    if len(files) > MOST_FILES:
        return Pile(faults=(Fault("", f"plus de {MOST_FILES} fichiers."),))
    if sum(len(content) for _, content in files) > MOST_BYTES:
        return Pile(faults=(Fault(names, f"plus de {MOST_BYTES // MEGABYTE} Mo en tout."),))
    task = {
        "layout": asdict(layout),
        "files": [(name, len(content)) for name, content in files],
    }
    said = answer_of(__name__, _packed(task, [content for _, content in files]), limits)
    if said is None:
        return Pile(faults=(Fault(names, _TOO_MUCH),))
    head, _, body = said.partition(b"\n")
    try:
        sizes = json.loads(head)["sizes"]
        pile = _PILE.validate_python(json.loads(head)["pile"])
        pictures = list(_cut(body, sizes))
    except (ValueError, KeyError, ValidationError):
        return Pile(faults=(Fault(names, _TOO_MUCH),))
    pairs = zip(pile.sheets, pictures, strict=True)
    return replace(pile, sheets=tuple(replace(one, jpeg=jpeg) for one, jpeg in pairs))


def main() -> None:
    """The child: files on the standard input, the pile on the standard output."""
    task = json.loads(sys.stdin.buffer.readline())
    contents = _cut(sys.stdin.buffer.read(), [size for _, size in task["files"]])
    names = [name for name, _ in task["files"]]
    pile = read(list(zip(names, contents, strict=True)), _LAYOUT.validate_python(task["layout"]))
    pictures = [sheet.jpeg for sheet in pile.sheets]
    bare = replace(pile, sheets=tuple(replace(sheet, jpeg=b"") for sheet in pile.sheets))
    said = {"pile": _PILE.dump_python(bare, mode="json"), "sizes": [len(one) for one in pictures]}
    sys.stdout.buffer.write(_packed(said, pictures))


def _packed(head: Any, parts: Sequence[bytes]) -> bytes:
    return json.dumps(head).encode() + b"\n" + b"".join(parts)


def _cut(body: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield body[at : at + size]
        at += size
