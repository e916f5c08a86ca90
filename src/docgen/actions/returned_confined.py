"""What a provider gives back is read in a process of its own (`docgen.confinement`), as any file.

Both ways, a line of JSON; after the task, the frozen PDF and then the returned one.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from docgen.confinement import Limits, answer_of
from docgen.documents.finish import Field
from docgen.documents.pages import letters_outside, page_count
from docgen.errors import Broken, DocgenError
from docgen.signing.elsewhere import Elsewhere, signatures_elsewhere

_LIMITS = Limits(seconds=60, processor=40)
# Points around a box: a provider's drawing may touch its edge.
_MARGIN = 4.0
_TOO_MUCH = (
    "Le document rendu demande trop de temps ou de mémoire, ou ne se lit pas jusqu’au bout : il "
    "n’est pas pris."
)


@dataclass(frozen=True)
class Examined:
    """A returned document that is ours: its pages, and its signatures."""

    pages: int
    signatures: tuple[Elsewhere, ...]


@dataclass(frozen=True)
class _Task:
    frozen: int
    boxes: tuple[Field, ...]


@dataclass(frozen=True)
class _Said:
    examined: Examined | None = None
    broken: str = ""


_TASK: TypeAdapter[_Task] = TypeAdapter(_Task)
_SAID: TypeAdapter[_Said] = TypeAdapter(_Said)


def examined(
    frozen: bytes, returned: bytes, boxes: Sequence[Field], limits: Limits = _LIMITS
) -> Examined:
    """What `returned` holds. Raises Broken unless it is our document, signed and intact."""
    task = json.dumps(asdict(_Task(len(frozen), tuple(boxes)))).encode()
    said = answer_of(__name__, task + b"\n" + frozen + returned, limits)
    try:
        answer = _SAID.validate_json(said) if said is not None else _Said()
    except ValidationError:
        answer = _Said()
    if answer.examined is None:
        raise Broken(answer.broken or _TOO_MUCH)
    return answer.examined


def main() -> None:
    """The child: both PDFs on the standard input, what was found on the standard output."""
    task = _TASK.validate_json(sys.stdin.buffer.readline())
    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read()
    frozen, returned = content[: task.frozen], content[task.frozen :]
    try:
        check_same_text(frozen, returned, task.boxes)
        said = _Said(Examined(page_count(returned), signatures_elsewhere(returned)))
    except DocgenError as error:
        said = _Said(broken=error.explain())
    json.dump(asdict(said), sys.stdout)


def check_same_text(frozen: bytes, returned: bytes, boxes: Sequence[Field]) -> None:
    """Raise Broken unless `returned` reads as `frozen` does, outside the signature boxes."""
    pages = page_count(frozen)
    if (found := page_count(returned)) != pages:
        raise Broken(f"Le document rendu a {found} pages ; le document figé en a {pages}.")
    for index in range(pages):
        free = [_wider(one.box) for one in boxes if one.page == index]
        if letters_outside(frozen, index, free) != letters_outside(returned, index, free):
            raise Broken(
                f"Le document rendu n’est pas celui qui a été figé : sa page {index + 1} dit autre "
                "chose. Rien n’en est gardé."
            )


def _wider(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    return left - _MARGIN, bottom - _MARGIN, right + _MARGIN, top + _MARGIN
