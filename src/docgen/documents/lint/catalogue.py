"""Every mark that a kind's template may print, flat, for the person who writes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docgen.agreements.base import Agreement
from docgen.documents.lint.shapes import Shape, marks_of_kind


@dataclass(frozen=True)
class Entry:
    """A mark: its path (`taches[]` is each item of a list), its nature, whether it may be missing.

    `values` are those of a choice.
    """

    mark: str
    sort: str
    optional: bool
    values: tuple[str, ...]


def catalogue(model: type[Agreement]) -> list[Entry]:
    """The marks of a kind in the order of its fields; groups are opened."""
    return list(_opened("", marks_of_kind(model), optional=False))


def _opened(stem: str, members: Mapping[str, Shape], *, optional: bool) -> Iterator[Entry]:
    for name, shape in members.items():
        path = f"{stem}{name}"
        missing = optional or shape.null
        if shape.sort == "groupe":
            yield from _opened(f"{path}.", shape.members, optional=missing)
            continue
        yield Entry(path, shape.sort, missing, shape.values)
        if shape.sort == "liste" and shape.item and shape.item.sort == "groupe":
            yield from _opened(f"{path}[].", shape.item.members, optional=False)
