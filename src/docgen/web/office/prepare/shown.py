"""A form as a page shows it: each node with its value, its faults, and whether it is asked now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.agreements.amending import value_at
from docgen.agreements.form import Field, Group, Many, Node, Section, Timetable
from docgen.agreements.form.typed import at, holds, text_of
from docgen.agreements.form.weeks import CalendarWeek, Day, calendar, typical
from docgen.errors import Finding

# Blank items that a list shows after those it has; what may be left empty shows none.
BLANK = 1
_LONG = {"text", "data"}


def anchor(path: str) -> str:
    """The identifier of a field on the page."""
    return f"c-{path.replace('.', '-')}"


@dataclass(frozen=True)
class Shown:
    """A node on the page. `sort` says how it is drawn; `asked` is False in the cases it is not for.

    `value` is the text of a field; `parts` those of a group or the items of a list; `full` is True
    when something is written in it.
    """

    sort: str
    path: str
    id: str
    node: Node
    faults: tuple[str, ...] = ()
    value: str = ""
    parts: tuple[Shown, ...] = ()
    asked: bool = True
    full: bool = False
    week: tuple[Day, ...] = ()
    weeks: tuple[CalendarWeek, ...] = ()

    @property
    def long(self) -> bool:
        """True for what wants a line of its own."""
        return self.sort != "field" or getattr(self.node, "sort", "") in _LONG

    @property
    def whole(self) -> bool:
        """True for a group in which all that is required is written, and nothing is wrong."""
        return all(
            one.value and not one.faults
            for one in self.walk()
            if one.sort == "field" and getattr(one.node, "required", False)
        )

    def walk(self) -> Iterator[Shown]:
        """This node and all that are in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class ShownSection:
    """A section; `wrong` and `missing` count what it has of each."""

    section: Section
    parts: tuple[Shown, ...]
    wrong: int = 0
    missing: int = 0

    def walk(self) -> Iterator[Shown]:
        """Every node of it."""
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Place:
    """A finding and the element of the page that it is about."""

    id: str
    label: str
    finding: Finding


@dataclass
class Placed:
    """Findings by the path that shows them; those of no field of the page are in `elsewhere`."""

    by_path: dict[str, list[Finding]] = field(default_factory=dict)
    elsewhere: list[Finding] = field(default_factory=list)


def placed(
    sections: Iterable[Section], data: Mapping[str, Any], findings: Iterable[Finding]
) -> Placed:
    """Each finding at the nearest field that the page shows."""
    paths = {one.path for one in _all(shown(sections, data, Placed()))}
    found = Placed()
    for finding in findings:
        path = finding.field
        while path and path not in paths:
            path = path.rpartition(".")[0]
        if path:
            found.by_path.setdefault(path, []).append(finding)
        else:
            found.elsewhere.append(finding)
    return found


def _all(sections: Iterable[ShownSection]) -> Iterator[Shown]:
    for section in sections:
        yield from section.walk()


def shown(
    sections: Iterable[Section],
    data: Mapping[str, Any],
    faults: Placed,
    more: Mapping[str, int] | None = None,
) -> tuple[ShownSection, ...]:
    """The whole form over `data`; `more` are blank items asked for, by the path of their list."""
    return tuple(
        ShownSection(
            section,
            tuple(_shown(node, data, faults, more or {}) for node in section.parts),
        )
        for section in sections
    )


def _shown(node: Node, data: Mapping[str, Any], faults: Placed, more: Mapping[str, int]) -> Shown:
    value = value_at(data, node.path)
    said = tuple(
        f"{one.message[:1].upper()}{one.message[1:]}" for one in faults.by_path.get(node.path, ())
    )
    asked, full = holds(node.only, data), value not in (None, "", [], {})
    base = Shown(
        "field", node.path, anchor(node.path), node, faults=said, asked=asked or full, full=full
    )
    match node:
        case Field():
            return replace(base, value=text_of(node, value))
        case Group():
            parts = tuple(_shown(one, data, faults, more) for one in node.parts)
            return replace(base, sort="group", parts=parts)
        case Many():
            held = len(value) if isinstance(value, list) else 0
            count = held + more.get(node.path, BLANK if node.required or held else 0)
            items = tuple(_shown(at(node.item, n), data, faults, more) for n in range(count))
            return replace(base, sort="many", parts=items)
        case Timetable():
            hours = value if isinstance(value, Mapping) else {}
            return replace(base, sort="hours", week=typical(hours), weeks=calendar(hours, data))


def places(sections: Iterable[ShownSection], faults: Placed) -> list[Place]:
    """Every finding of the page in its order, as the list at the top names them."""
    found = [
        Place(one.id, _label(one.node), finding)
        for one in _all(sections)
        for finding in faults.by_path.get(one.path, ())
    ]
    return found + [Place("contenu", "", finding) for finding in faults.elsewhere]


def _label(node: Node) -> str:
    if node.label != "*":
        return node.label
    return f"n°\u00a0{int(node.path.rpartition('.')[2]) + 1}"


def label_of(sections: Iterable[Section], path: str) -> str:
    """What a person calls a path of the form: « Entreprise d’accueil, SIRET »."""
    for section in sections:
        for node in section.parts:
            if path == node.path or path.startswith(f"{node.path}."):
                return ", ".join(_way(node, path))
    return path


def _way(node: Node, path: str) -> list[str]:
    inner: tuple[Node, ...] = node.parts if isinstance(node, Group) else ()
    for part in inner:
        if path == part.path or path.startswith(f"{part.path}."):
            return [node.label, *_way(part, path)]
    return [node.label]
