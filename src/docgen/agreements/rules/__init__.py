"""Business rules as data: id, title, source, mark, level, date of effect, example, a pure check.

`check` is run over the fields named in `needs` alone, so that a file with a mistake elsewhere still
hears everything the rules have to say. Ids P1 to P18 are those of the PMSMP; D rules hold for every
kind; each other kind has its letters (docs/rules.md, made from these tables by `make rules`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from docgen.agreements.rules.context import Context
from docgen.errors import Level

Mark = Literal["confirmed", "secondary", "inference", "unsure"]
MARKS: dict[Mark, str] = {
    "confirmed": "texte lu",
    "secondary": "connu par une source secondaire",
    "inference": "lecture ou choix de docgen",
    "unsure": "non établi : à vérifier, réglable",
}
# What a level does to an agreement, in a word.
EFFECTS: dict[Level, str] = {"error": "refus", "warning": "avertissement", "info": "information"}
ALWAYS = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Breach:
    """What a check found: the field, what is wrong, and a value that would pass.

    `level` replaces the rule's where one case of it is milder; `rule` and `source` where it passes
    on what a rule of the amended agreement says.
    """

    field: str
    message: str
    allowed: str | int | None = None
    level: Level | None = None
    rule: str | None = None
    source: str | None = None


Check = Callable[[Any, Context], Iterator[Breach]]


@dataclass(frozen=True)
class Rule:
    """A rule and where it comes from.

    `since` is the first day of issue it applies to, `until` the last (older agreements stay
    readable); `mark` says how sure the source is, and what is not confirmed is never shown as law;
    `overridable` rules yield to a written reason (`derogations`), kept in the journal; `example` is
    one case in a sentence.
    """

    id: str
    title: str
    source: str
    level: Level
    since: dt.date
    needs: tuple[str, ...]
    check: Check
    mark: Mark = "confirmed"
    example: str = ""
    overridable: bool = False
    until: dt.date | None = None

    def applies(self, on: dt.date) -> bool:
        """True for an agreement issued on that day."""
        return self.since <= on and (self.until is None or on <= self.until)
