"""Business rules as data: id, title, source, level, date of effect, and a pure check.

`check` is run over the fields named in `needs` alone, so that a file with a mistake elsewhere still
hears everything the rules have to say. Ids P1 to P18 are those of the PMSMP rule table in
docs/rules.md; D rules hold for every kind, C rules for partnership conventions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from docgen.errors import Level


@dataclass(frozen=True)
class Breach:
    """What a check found: the field, what is wrong, and a value that would pass."""

    field: str
    message: str
    allowed: str | int | None = None


@dataclass(frozen=True)
class Rule:
    """A rule and where it comes from; `since` is the first day of issue it applies to."""

    id: str
    title: str
    source: str
    level: Level
    since: dt.date
    needs: tuple[str, ...]
    check: Callable[[Any], Iterator[Breach]]
