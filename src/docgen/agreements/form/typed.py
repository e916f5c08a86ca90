"""Between what a browser sends (names and texts) and an agreement's data (nested, typed).

Only what the form asks is read: a name that is no field of it is nothing. What can't be read for
its type stays as it was typed, for the check to speak of, and to be shown again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from docgen.agreements.amending import value_at
from docgen.agreements.form.hours import cents_of, euros_of, spans_of
from docgen.agreements.form.merging import flat, nested
from docgen.agreements.form.nodes import Field, Group, Many, Node, Only, Section, Timetable
from docgen.agreements.timetable import JOURS

# Beyond, a list is a mistake or an attack.
MOST_ITEMS = 60
YES, NO = "oui", "non"

_NOTHING = object()


def data_of(sections: Iterable[Section], sent: Mapping[str, str]) -> dict[str, Any]:
    """The data that a form says; empty fields, items and optional groups are left out."""
    given = {name: text.replace("\r\n", "\n").strip() for name, text in sent.items()}
    found: dict[str, Any] = {}
    for section in sections:
        for node in section.parts:
            value = _value(node, given)
            if value is not _NOTHING:
                found[node.path] = value
    return nested(found)


def _group(nodes: tuple[Node, ...], sent: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        value = _value(node, sent)
        if value is not _NOTHING:
            found[node.path.rpartition(".")[2]] = value
    return found


def _value(node: Node, sent: Mapping[str, str]) -> Any:
    match node:
        case Field():
            return typed(node, sent.get(node.path, ""))
        case Group():
            inside = _group(node.parts, sent)
            # An empty group that is required says which of its fields are missing.
            return inside if node.required or not _hollow(inside) else _NOTHING
        case Many():
            items = [_value(at(node.item, rank), sent) for rank in ranks(node.path, sent)]
            kept = [item for item in items if item is not _NOTHING and not _hollow(item)]
            return kept or _NOTHING
        case Timetable():
            return _timetable(node, sent)


def _hollow(value: Any) -> bool:
    """A group with nothing in it, or with such groups only."""
    return isinstance(value, dict) and all(_hollow(one) for one in value.values())


def typed(field: Field, text: str) -> Any:
    """One value, in the type its field wants when the text allows it."""
    if not text:
        return _NOTHING
    match field.sort:
        case "integer":
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
        case "euros":
            cents = cents_of(text)
            return text if cents is None else cents
        case "yes_no":
            return {YES: True, NO: False}.get(text, text)
        case "data":
            return _loose(text)
        case "line" | "email" | "siret" | "telephone" | "postcode":
            return " ".join(text.split())
        case _:
            return text


def _loose(text: str) -> Any:
    """What is written as JSON; any other text as it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _timetable(node: Timetable, sent: Mapping[str, str]) -> Any:
    week = {
        day: spans_of(text) for day in JOURS if (text := sent.get(f"{node.path}.semaine.{day}"))
    }
    start = f"{node.path}.exceptions."
    days = sorted(name.removeprefix(start) for name in sent if name.startswith(start))
    # An empty date is a day of absence.
    apart = {day: spans_of(sent[start + day]) for day in days[:366] if _is_day(day)}
    return {"semaine": week, **({"exceptions": apart} if apart else {})}


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def ranks(path: str, sent: Mapping[str, str]) -> list[int]:
    """The ranks of a list's items that were sent, in order."""
    start = f"{path}."
    found = {name[len(start) :].partition(".")[0] for name in sent if name.startswith(start)}
    return sorted(int(one) for one in found if one.isdecimal() and len(one) < 4)[:MOST_ITEMS]


def at(node: Node, rank: int) -> Node:
    """An item's node, or a node inside one, at that rank of its list."""

    def placed(path: str) -> str:
        return path.replace("*", str(rank), 1)

    path = placed(node.path)
    match node:
        case Field():
            return Field(**{**vars(node), "path": path})
        case Group():
            parts = tuple(at(one, rank) for one in node.parts)
            return Group(path, node.label, node.help, node.required, parts, node.only)
        case Many():
            return Many(path, node.label, node.help, node.required, at(node.item, rank), node.only)
        case Timetable():
            return Timetable(path, node.label, node.help, node.required, node.only)


def text_of(field: Field, value: Any) -> str:
    """A value as its field shows it."""
    match value:
        case None:
            return ""
        case str() if field.sort == "data" and _loose(value) != value:
            return json.dumps(value, ensure_ascii=False)
        case int() if field.sort == "data":
            return json.dumps(value)
        case bool():
            return YES if value else NO
        case int():
            return euros_of(value) if field.sort == "euros" else str(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def holds(only: Only | None, data: Mapping[str, Any]) -> bool:
    """Whether what is asked in some case is asked now."""
    return only is None or value_at(data, only.path) in only.values


def asked(sections: Iterable[Section], data: Mapping[str, Any]) -> dict[str, Any]:
    """Of an agreement's data, what the form asks."""
    paths = [node.path for section in sections for node in section.parts]
    return nested({path: value_at(data, path) for path in paths if _is(value_at(data, path))})


def _is(value: Any) -> bool:
    return value is not None and value != []


def said_again(
    data: Mapping[str, Any], sections: Iterable[Section], said: Mapping[str, Any]
) -> dict[str, Any]:
    """A draft's data with what its form says now; what no form asks of it stays."""
    paths = [node.path for section in sections for node in section.parts]
    kept = {
        path: value
        for path, value in flat(data).items()
        if not any(path == one or path.startswith(f"{one}.") for one in paths)
    }
    return nested(kept | flat(said))
