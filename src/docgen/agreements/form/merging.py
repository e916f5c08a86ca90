"""Two people on one draft: what each changed since the same edition, put together.

A conflict is a field that both changed, to different values. Lists of plain values are one field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A path that is not there.
_ABSENT = None


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed: what it said, what it says now; None for nothing."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Conflict:
    """A field that both changed."""

    path: str
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """`data` holds mine where there is a conflict; `theirs` are the changes taken over."""

    data: dict[str, Any]
    theirs: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Merged:
    """Both sets of changes, over the edition they began from."""
    before, there, here = flat(base), flat(theirs), flat(mine)
    result, taken, conflicts = dict(here), [], []
    for path in sorted({*before, *there, *here}):
        was, other, own = before.get(path), there.get(path), here.get(path)
        if other in (was, own):
            continue
        if own != was:
            conflicts.append(Conflict(path, other, own))
            continue
        taken.append(Change(path, was, other))
        if other is _ABSENT:
            result.pop(path, None)
        else:
            result[path] = other
    return Merged(nested(result), tuple(taken), tuple(conflicts))


def flat(data: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Each value by its dotted path; a list whole, as its items have no name of their own."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        path = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            found |= flat(value, f"{path}.")
        else:
            found[path] = value
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The data of such values."""
    data: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = path.split(".")
        place = data
        for key in above:
            inner = place.get(key)
            if not isinstance(inner, dict):
                inner = place[key] = {}
            place = inner
        place.setdefault(last, value)
    return data
