"""Tests, calls, choices, comparisons, arithmetic."""

from __future__ import annotations

import difflib

from jinja2 import nodes

from docgen.documents.lint.allowed import FUNCTIONS, LOOP_CALLS, METHODS, TESTS
from docgen.documents.lint.knowledge import Reading, Value, present, shown, value_of
from docgen.documents.lint.shapes import NUMBER, TEXT, UNKNOWN, YES_OR_NO, Shape, list_of


def negation(at: Reading, node: nodes.Not, _lenient: bool) -> Value:
    """`not x`."""
    value_of(at, node.node)
    return Value(YES_OR_NO)


def sequence(at: Reading, node: nodes.List | nodes.Tuple, _lenient: bool) -> Value:
    """A list written in the template."""
    items = [present(at, item).shape for item in node.items]
    return Value(list_of(items[0].but(values=()) if items else UNKNOWN))


def arithmetic(at: Reading, node: nodes.BinExpr, _lenient: bool) -> Value:
    """`a + b` and the like; a text stays one."""
    left, _ = present(at, node.left), present(at, node.right)
    return Value(left.shape if left.shape.sort != "nombre" else NUMBER)


def joined(at: Reading, node: nodes.Concat, _lenient: bool) -> Value:
    """`a ~ b`."""
    for one in node.nodes:
        present(at, one)
    return Value(TEXT)


def test(at: Reading, node: nodes.Test, _lenient: bool) -> Value:
    """`x is defined` and the like."""
    if node.name not in TESTS:
        close = difflib.get_close_matches(node.name, TESTS, 1, 0.6)
        at.report(
            node.lineno,
            "test-inconnu",
            f"«\u00a0is {node.name}\u00a0» n’existe pas",
            f"vouliez-vous écrire «\u00a0is {close[0]}\u00a0»\u202f?" if close else "",
        )
    value_of(at, node.node, lenient=node.name in {"defined", "undefined"})
    for argument in node.args or ():
        value_of(at, argument)
    return Value(YES_OR_NO)


def call(at: Reading, node: nodes.Call, _lenient: bool) -> Value:
    """A macro, a function or a method that templates may call; all else is told."""
    for argument in [*node.args, *(keyword.value for keyword in node.kwargs)]:
        value_of(at, argument)
    given: Value | None = None
    name, suggestion = "", ""
    if isinstance(node.node, nodes.Name):
        name = node.node.name
        given = _function(at, node, name)
    elif isinstance(node.node, nodes.Getattr):
        name, suggestion = node.node.attr, "un champ s’écrit sans parenthèses"
        given = _method(at, node.node)
    if given is None:
        message = f"l’appel de «\u00a0{name}\u00a0» n’est pas permis"
        at.report(node.lineno, "appel-interdit", message, suggestion)
    return given or Value(UNKNOWN)


def _function(at: Reading, node: nodes.Call, name: str) -> Value | None:
    if macro := at.macros.get(name):
        at.call_macro(at, macro, node)
        return Value(TEXT)
    if name == "loop" and "loop" in at.scope:
        return Value(TEXT)  # a recursive loop
    return Value(FUNCTIONS[name]) if name in FUNCTIONS else None


def _method(at: Reading, called: nodes.Getattr) -> Value | None:
    if isinstance(called.node, nodes.Name) and called.node.name == "loop":
        return Value(LOOP_CALLS.get(called.attr, UNKNOWN))
    base = present(at, called.node)
    if base.shape.sort == "inconnu" and not called.attr.startswith("_"):
        return Value(UNKNOWN)
    known = METHODS.get(base.shape.sort, {}).get(called.attr)
    if known is None:
        return None
    return Value(_pairs(base.shape) if called.attr == "items" else known)


def _pairs(table: Shape) -> Shape:
    key, value = table.members.get("", UNKNOWN), table.item or UNKNOWN
    return list_of(Shape("liste", members={"0": key, "1": value}))


def choice(at: Reading, node: nodes.CondExpr, _lenient: bool) -> Value:
    """`a if x else b`."""
    value_of(at, node.test)
    with at.given(at.true(node.test)):
        first = value_of(at, node.expr1)
        first = Value(first.shape.but(null=not at.is_there(first)), first.path)
    if node.expr2 is None:
        # Printed, it is nothing; a filter would be given something that is not there.
        return Value(first.shape.but(absent=True), first.path)
    with at.given(at.false(node.test)):
        second = value_of(at, node.expr2)
        missing = not at.is_there(second)
    return Value(first.shape.but(null=first.shape.null or missing))


def logic(at: Reading, node: nodes.And | nodes.Or, _lenient: bool) -> Value:
    """`a or b`, `a and b`: one of the two, as Python gives it."""
    left = value_of(at, node.left)
    either = isinstance(node, nodes.Or)
    with at.given(at.false(node.left) if either else at.true(node.left)):
        right = value_of(at, node.right)
        missing = not at.is_there(right)
    shape = right.shape if left.shape.sort in {"oui/non", "vide"} else left.shape
    # `telephone or "aucun"` is never missing; `telephone and …` may be.
    return Value(shape.but(null=missing or (not either and not at.is_there(left)), empty=False))


def comparison(at: Reading, node: nodes.Compare, _lenient: bool) -> Value:
    """`a == b` and the like; a value that a choice never has is told."""
    ordering = any(operand.op in {"lt", "lteq", "gt", "gteq"} for operand in node.ops)
    read = present if ordering else value_of
    left = read(at, node.expr)
    for operand in node.ops:
        read(at, operand.expr)
        wanted = (
            operand.expr.items
            if isinstance(operand.expr, (nodes.List, nodes.Tuple))
            else [operand.expr]
        )
        for one in wanted:
            if left.path and isinstance(one, nodes.Const) and isinstance(one.value, str):
                _check_choice(at, node.lineno, left, one.value)
    return Value(YES_OR_NO)


def _check_choice(at: Reading, line: int, left: Value, value: str) -> None:
    choices = left.shape.values
    if not choices or value in choices:
        return
    close = difflib.get_close_matches(value, choices, 1, 0.6)
    at.report(
        line,
        "valeur-inconnue",
        f"«\u00a0{shown(left.path)}\u00a0» ne vaut jamais «\u00a0{value}\u00a0»",
        f"vouliez-vous écrire `{close[0]}`\u202f?"
        if close
        else f"valeurs admises\u00a0: {', '.join(choices)}",
    )
