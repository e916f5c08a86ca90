"""Names and what hangs on them: marks, fields, items, constants."""

from __future__ import annotations

import difflib

from jinja2 import nodes

from docgen.documents.lint.allowed import FUNCTIONS
from docgen.documents.lint.knowledge import Reading, Value, present, shown, value_of
from docgen.documents.lint.shapes import NONE, NUMBER, TEXT, UNKNOWN, YES_OR_NO, Shape

MOST_NAMES = 8


def constant(_at: Reading, node: nodes.Const, _lenient: bool) -> Value:
    """A text, a number, true, false or none."""
    match node.value:
        case bool():
            return Value(YES_OR_NO)
        case int() | float():
            return Value(NUMBER)
        case str():
            return Value(TEXT.but(values=(node.value,)))
        case _:
            return Value(NONE)


def name(at: Reading, node: nodes.Name, lenient: bool) -> Value:
    """A name in scope, a mark, a macro, a function of Jinja's."""
    if value := at.scope.get(node.name):
        if value.path:
            at.note(value.path, value.shape)
        return value
    if node.name in at.marks:
        at.note(node.name, at.marks[node.name])
        return Value(at.marks[node.name], node.name)
    if node.name in at.macros:
        return Value(Shape("macro"))
    if node.name in FUNCTIONS:
        return Value(UNKNOWN)
    if not lenient:
        message = f"«\u00a0{node.name}\u00a0» est inconnu"
        at.report(node.lineno, "marque-inconnue", message, _near(at, node.name))
    return Value(UNKNOWN)


def _near(at: Reading, name: str) -> str:
    names = [*at.scope, *at.marks, *at.macros]
    if close := difflib.get_close_matches(name, names, 1, 0.7):
        return f"vouliez-vous écrire `{close[0]}`\u202f?"
    # `{{ raison_sociale }}` alone: whose?
    holders = [mark for mark, shape in at.marks.items() if name in shape.members]
    holders.sort(key=lambda mark: not at.marks[mark].required)
    if inside := [f"{mark}.{name}" for mark in holders]:
        return f"vouliez-vous écrire `{'` ou `'.join(inside[:3])}`\u202f?"
    return ""


def attribute(at: Reading, node: nodes.Getattr, lenient: bool) -> Value:
    """A field of a group."""
    return _member(at, node, node.attr, lenient)


def _member(at: Reading, node: nodes.Getattr | nodes.Getitem, name: str, lenient: bool) -> Value:
    base = value_of(at, node.node)
    shape, path = base.shape, f"{base.path}.{name}" if base.path else None
    if shape.sort == "inconnu":
        return Value(UNKNOWN)
    known = shape.members.get(name) if shape.sort == "groupe" else None
    if known is None and shape.sort == "table":
        return Value((shape.item or UNKNOWN).but(absent=True), None)
    if known is None:
        at.report(node.lineno, "marque-inconnue", *_unknown_member(base, name))
        return Value(UNKNOWN)
    if path:
        at.note(path, known)
    if base.shape.absent:
        at.report(node.lineno, "peut-etre-absente", "elle n’existe que dans un des cas", "")
    elif not at.is_there(base):
        if lenient:
            return Value(known.but(absent=True), path)
        group = shown(base.path) or "ce groupe"
        at.report(
            node.lineno,
            "facultatif-non-garde",
            f"«\u00a0{group}\u00a0» est facultatif, et sans lui `{group}.{name}` n’existe pas",
            f"entourez-le de {{% if {group} %}} … {{% endif %}}",
        )
    return Value(known, path)


def _unknown_member(base: Value, name: str) -> tuple[str, str]:
    owner = shown(base.path)
    if base.shape.sort != "groupe":
        what = "une liste" if base.shape.sort == "liste" else "une valeur simple"
        way = f"parcourez-la : {{% for element in {owner} %}}" if what == "une liste" else ""
        return f"«\u00a0{owner}\u00a0» est {what}, sans champ «\u00a0{name}\u00a0»", way
    names, unknown = list(base.shape.members), f"«\u00a0{name}\u00a0» est inconnu"
    if close := difflib.get_close_matches(name, names, 1, 0.6):
        return unknown, f"vouliez-vous écrire `{close[0]}`\u202f?"
    some = ", ".join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")
    return unknown, f"champs de «\u00a0{owner}\u00a0»\u00a0: {some}"


def item(at: Reading, node: nodes.Getitem, lenient: bool) -> Value:
    """An item of a list or of a table, a field between brackets, a slice."""
    key = node.arg
    if isinstance(key, nodes.Const) and isinstance(key.value, str):
        base = value_of(at, node.node)
        if base.shape.sort == "groupe":
            return _member(at, node, key.value, lenient)
    base = present(at, node.node)
    value_of(at, key)
    if isinstance(key, nodes.Slice):
        return base
    shape = base.shape
    if isinstance(key, nodes.Const) and str(key.value) in shape.members and shape.sort == "liste":
        return Value(shape.members[str(key.value)])
    rank = key.value if isinstance(key, nodes.Const) else ""
    path = f"{base.path}[{rank}]" if base.path and shape.sort == "liste" else None
    return Value(shape.item or UNKNOWN, path)
