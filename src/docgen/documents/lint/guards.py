"""What a condition proves: which fields are there when it is true, and when it is false.

A fact is a path that is not None; with a final `!`, one that is neither None nor empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

Facts = frozenset[str]
PathOf = Callable[[nodes.Node], str | None]
NOTHING: Facts = frozenset()
_MEASURES = ("length", "count", "list", "trim", "d", "default", "upper", "lower", "join")


def _there(path: str | None) -> Facts:
    """The path is not None, nor is any group it goes through."""
    if not path:
        return NOTHING
    steps = path.split(".")
    return frozenset(".".join(steps[: n + 1]) for n in range(len(steps)))


def _full(path: str | None) -> Facts:
    return _there(path) | {f"{path}!"} if path else NOTHING


def _parent(path: str | None) -> Facts:
    return _there(path.rpartition(".")[0]) if path else NOTHING


def when_true(node: nodes.Node, path_of: PathOf) -> Facts:
    """What holds when `node` is true."""
    match node:
        case nodes.And():
            return when_true(node.left, path_of) | when_true(node.right, path_of)
        case nodes.Or():
            return when_true(node.left, path_of) & when_true(node.right, path_of)
        case nodes.Not():
            return when_false(node.node, path_of)
        case nodes.Test():
            return _parent(path_of(node.node)) if node.name == "defined" else _tested(node, path_of)
        case nodes.Compare():
            return _compared(node, path_of, true=True)
        case nodes.Filter() if node.name in _MEASURES and node.node is not None:
            return when_true(node.node, path_of)
        case _:
            return _full(path_of(node))


def when_false(node: nodes.Node, path_of: PathOf) -> Facts:
    """What holds when `node` is false."""
    match node:
        case nodes.And():
            return when_false(node.left, path_of) & when_false(node.right, path_of)
        case nodes.Or():
            return when_false(node.left, path_of) | when_false(node.right, path_of)
        case nodes.Not():
            return when_true(node.node, path_of)
        case nodes.Test(name="none"):
            return _there(path_of(node.node))
        case nodes.Test(name="undefined"):
            return _parent(path_of(node.node))
        case nodes.Compare():
            return _compared(node, path_of, true=False)
        case _:
            return NOTHING


def _tested(node: nodes.Test, path_of: PathOf) -> Facts:
    if node.name in {"none", "undefined", "false"}:
        return NOTHING
    return _there(path_of(node.node))


def _compared(node: nodes.Compare, path_of: PathOf, *, true: bool) -> Facts:
    if len(node.ops) != 1:
        return NOTHING
    operand = node.ops[0]
    if isinstance(operand.expr, nodes.Const) and operand.expr.value is None:
        proves = operand.op == ("ne" if true else "eq")
        return _there(path_of(node.expr)) if proves else NOTHING
    constant: Any = operand.expr.value if isinstance(operand.expr, nodes.Const) else ""
    match operand.op:
        case "eq" | "in" if true:
            return _there(path_of(node.expr))
        case "ne" | "notin" if not true:
            return _there(path_of(node.expr))
        case "gt" | "gteq" if true and constant != "":
            inner = node.expr
            if isinstance(inner, nodes.Filter) and inner.node is not None:
                return when_true(inner, path_of)
            return _there(path_of(inner))
        case _:
            return NOTHING
