"""Amendments applied: an agreement's data with the changes signed since.

A change names a field by its dotted path (`horaires.semaine.lundi`, `objectifs.0`) and gives its
value after; null takes an optional field away.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any


def value_at(data: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    for key in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, (list, tuple)) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        else:
            return None
    return data


def amended(data: Mapping[str, Any], changes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A copy of `data` with each (path, value) set. Raises KeyError: a path leads nowhere."""
    result: dict[str, Any] = copy.deepcopy(dict(data))
    for path, value in changes:
        *parents, last = path.split(".")
        place: Any = result
        for key in parents:
            place = _inside(place, key, path)
        if isinstance(place, list):
            if not last.isdigit() or int(last) >= len(place):
                raise KeyError(path)
            place[int(last)] = value
        elif isinstance(place, dict):
            place[last] = value
        else:
            raise KeyError(path)
    return result


def _inside(place: Any, key: str, path: str) -> Any:
    if isinstance(place, dict):
        if place.get(key) is None:
            place[key] = {}
        return place[key]
    if isinstance(place, list) and key.isdigit() and int(key) < len(place):
        return place[int(key)]
    raise KeyError(path)


def changes_of(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The (path, value after) pairs of an amendment's data; what is out of shape is left out."""
    changes = data.get("modifications")
    return [
        (one["champ"], one["apres"])
        for one in (changes if isinstance(changes, (list, tuple)) else ())
        if isinstance(one, Mapping) and isinstance(one.get("champ"), str) and "apres" in one
    ]


def as_amended(data: Mapping[str, Any], amendment: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with the changes of an amendment's data that lead somewhere."""
    result = dict(data)
    for change in changes_of(amendment):
        try:
            result = amended(result, [change])
        except KeyError:
            continue
    return result
