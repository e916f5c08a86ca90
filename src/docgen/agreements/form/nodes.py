"""What a form is made of. `path` is dotted; inside a list, `*` stands for the rank of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal[
    "line", "text", "day", "integer", "euros", "choice", "yes_no", "email", "telephone", "siret",
    "postcode", "data",
]  # fmt: skip


@dataclass(frozen=True)
class Only:
    """Asked only while another field says one of those values."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One thing to write; `choices` are (value, words). `data`: whatever another field takes.

    `default` is what an empty field says, in words.
    """

    path: str
    label: str
    help: str
    sort: Sort
    required: bool
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    least: int | None = None
    most: int | None = None
    default: str = ""
    only: Only | None = None


@dataclass(frozen=True)
class Group:
    """Fields that go together; an optional one may stay empty as a whole."""

    path: str
    label: str
    help: str
    required: bool
    parts: tuple[Node, ...]
    only: Only | None = None


@dataclass(frozen=True)
class Many:
    """A list: each item is made as `item` says."""

    path: str
    label: str
    help: str
    required: bool
    item: Node
    only: Only | None = None


@dataclass(frozen=True)
class Timetable:
    """Hours of presence: a typical week, and the dates that differ from it."""

    path: str
    label: str
    help: str
    required: bool = True
    only: Only | None = None


Node = Field | Group | Many | Timetable


@dataclass(frozen=True)
class Section:
    """A part of the form, as a person would think of it."""

    slug: str
    title: str
    help: str
    parts: tuple[Node, ...]
