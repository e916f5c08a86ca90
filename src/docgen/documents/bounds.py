"""What filling a template may cost: so many steps, so many letters, so many seconds.

Jinja's sandbox keeps a template away from Python; it does not keep it from going round for ever or
from writing without end. Every turn of a loop, call, filter and written text is paid out of one
allowance here, and no value is built whose size was not paid before. A template that spends it all
is refused, by a count that does not depend on the machine; the clock is a second wall.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import TemplateRuntimeError, nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

MOST_STEPS = 1_000_000
MOST_LETTERS = 20_000_000  # a thousand pages are three million
MOST_SECONDS = 10.0  # of this thread's own work
LONGEST_RANGE = 1000
MOST_DIGITS = 12
STEPS_A_LOOK = 256
# No template can write these names: they hold spaces.
_TURN, _EACH, _TEXT, _SINGLE = "a turn", "each of", "as text", "not a group"
_GROUPS = (list, tuple, dict, set, frozenset)
# Jinja's filters that templates may use. Left out are those that pad (center, indent, batch),
# format, take text for XML, call by name, or never answer twice the same.
_OF_TEXT = ("capitalize", "e", "escape", "lower", "string", "title", "trim", "truncate", "upper")
_OF_ALL = (
    *("abs", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items"),
    *("last", "length", "list", "map", "max", "min", "reject", "rejectattr", "reverse", "select"),
    *("selectattr", "sort", "unique"),
)


class TooMuch(TemplateRuntimeError):
    """The template goes on without end."""


class _Allowance:
    """What is left to spend of one filling."""

    __slots__ = ("end", "letters", "look", "steps")

    def __init__(self) -> None:
        self.steps = MOST_STEPS
        self.letters = MOST_LETTERS
        self.look = MOST_STEPS - STEPS_A_LOOK
        self.end = time.thread_time() + MOST_SECONDS

    def spend(self, steps: int, letters: int) -> None:
        self.steps -= steps
        self.letters -= letters
        if self.letters < 0:
            raise TooMuch(f"le modèle écrit sans fin (plus de {MOST_LETTERS // 1_000_000} Mo)")
        if self.steps < self.look:
            self.look = self.steps - STEPS_A_LOOK
            if self.steps < 0 or time.thread_time() > self.end:
                raise TooMuch("une boucle du modèle tourne sans fin")


_left: ContextVar[_Allowance] = ContextVar("left to spend")


@contextmanager
def allowance() -> Iterator[None]:
    """A new allowance for what is filled inside."""
    before = _left.set(_Allowance())
    try:
        yield
    finally:
        _left.reset(before)


def spend(steps: int = 1, letters: int = 0) -> None:
    """Pay for some work. Raises TooMuch when the allowance is spent."""
    try:
        left = _left.get()
    except LookupError:
        return  # jinja computes constants when it reads a template, before anything is filled
    left.spend(steps, letters)


def bounded(tree: nodes.Template) -> nodes.Template:
    """The same template, paying for its turns and its groups."""
    _Paying().visit(tree)
    assert tree.environment is not None
    tree.set_environment(tree.environment)
    return tree


def bounded_filters(builtin: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Those of Jinja's filters that templates may use, paying for their work."""
    kept = {name: _paid(builtin[name]) for name in _OF_ALL}
    kept |= {name: _paid(builtin[name], _as_text) for name in _OF_TEXT}
    return kept | {
        "join": _join(builtin["join"]),
        "replace": _replace(builtin["replace"]),
        "round": _round(builtin["round"]),
        "sum": _sum(builtin["sum"]),
        _TURN: _turn,
        _EACH: _each,
        _TEXT: _as_text,
        _SINGLE: _single,
    }


def bounded_range(*numbers: int) -> range:
    """Python's range, short."""
    made = range(*numbers)
    if len(made) > LONGEST_RANGE:
        raise SecurityError(f"range() compte au plus jusqu’à {LONGEST_RANGE}")
    return made


def added(left: Any, right: Any) -> Any:
    """`left + right`, both of a known and bounded size."""
    for value in (left, right):
        if isinstance(value, str):
            spend(1, len(value))
        elif isinstance(value, Sized):
            spend(1 + len(value))
    return left + right


class _Paying(NodeTransformer):
    """Puts a payment at every turn, and a question around every member of a group."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 # named by Jinja
        self.generic_visit(node)
        assert isinstance(node.iter, nodes.Expr)
        node.iter = _filtered(node.iter, _EACH)
        return _paying(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 # named by Jinja
        return _paying(self.generic_visit(node))

    visit_CallBlock = visit_Macro  # noqa: N815 # as above

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 # named by Jinja
        self.generic_visit(node)
        node.nodes = [_filtered(one, _TEXT) for one in node.nodes]
        return node

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802 # named by Jinja
        self.generic_visit(node)
        node.items = [_member(one) for one in node.items]
        return node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802 # named by Jinja
        self.generic_visit(node)
        if node.ctx == "load":
            node.items = [_member(one) for one in node.items]
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802 # named by Jinja
        self.generic_visit(node)
        node.value = _member(node.value)
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 # named by Jinja
        # A macro that hands its own arguments on builds groups of groups without end.
        if node.name in {"varargs", "kwargs"}:
            raise SecurityError(f"« {node.name} » n’est pas admis dans un modèle")
        return node


def _paying(node: nodes.Node) -> nodes.Node:
    assert isinstance(node, (nodes.For, nodes.Macro, nodes.CallBlock))
    written = nodes.Const(_written_by(node.body), lineno=node.lineno)
    payment = nodes.ExprStmt(_filtered(written, _TURN), lineno=node.lineno)
    node.body.insert(0, payment)
    return node


def _written_by(body: Iterable[nodes.Node]) -> int:
    """Letters of the template's own that one turn writes, inner loops left out."""
    letters = 0
    for node in body:
        if isinstance(node, nodes.TemplateData):
            letters += len(node.data)
        elif not isinstance(node, (nodes.For, nodes.Macro, nodes.CallBlock)):
            letters += _written_by(node.iter_child_nodes())
    return letters


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _member(node: nodes.Expr) -> nodes.Expr:
    plain = (nodes.Const, nodes.List, nodes.Tuple, nodes.Dict)
    return node if isinstance(node, plain) else _filtered(node, _SINGLE)


def _turn(letters: int) -> None:
    spend(1, letters)


def _each(values: Any) -> Any:
    spend(1 + size(values))
    return values


def size(value: object) -> int:
    """How many steps going through a value takes."""
    if isinstance(value, str):
        return len(value) >> 6  # a filter goes through some sixty letters in the time of a step
    return len(value) if isinstance(value, Sized) else 0


def _single(value: Any) -> Any:
    if isinstance(value, _GROUPS):
        raise SecurityError("un groupe ne peut pas en contenir un autre")
    return value


def _as_text(value: Any) -> Any:
    """The value, when it has a text of its own: that of a group of groups may be endless."""
    if isinstance(value, _GROUPS):
        raise SecurityError("un groupe n’est pas un texte")
    spend(1, len(value) if isinstance(value, str) else 32)
    return value


def _paid(function: Callable[..., Any], ask: Callable[[Any], Any] = _each) -> Callable[..., Any]:
    # Jinja marks filters that want its context or environment before the value.
    place = 1 if hasattr(function, "jinja_pass_arg") else 0

    @functools.wraps(function)
    def filtering(*values: Any, **options: Any) -> Any:
        if len(values) > place:
            ask(values[place])
        return function(*values, **options)

    return filtering


def _join(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def joining(context: Any, values: Any, d: Any = "", attribute: Any = None) -> Any:
        listed = list(values)
        spend(1 + len(listed), len(listed) * len(str(_as_text(d))))
        if attribute is None:
            for value in listed:
                _as_text(value)
        return function(context, listed, d, attribute)

    return joining


def _replace(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def replacing(context: Any, text: Any, old: str, new: str, count: int | None = None) -> Any:
        _as_text(text)
        spend(1, (1 + str(text).count(str(old))) * len(str(new)))
        return function(context, text, old, new, count)

    return replacing


def _round(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def rounding(value: float, precision: int = 0, method: str = "common") -> float:
        if not 0 <= precision <= MOST_DIGITS:
            raise SecurityError(f"round() garde de 0 à {MOST_DIGITS} décimales")
        spend()
        return float(function(value, precision, method))

    return rounding


def _sum(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def summing(environment: Any, values: Any, attribute: Any = None) -> Any:
        spend(1 + size(values))
        return function(environment, values, attribute)

    return summing
