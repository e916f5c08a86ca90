"""A part read statement by statement against the model: what it prints, tests, loops over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, nodes

from docgen.documents.lint import filters as filter_reader
from docgen.documents.lint import names, operations
from docgen.documents.lint.allowed import LOOP
from docgen.documents.lint.knowledge import (
    Reader,
    Reading,
    Value,
    present,
    shown,
    there,
    value_of,
)
from docgen.documents.lint.marks import Mark
from docgen.documents.lint.rules import Flaw
from docgen.documents.lint.shapes import TEXT, UNKNOWN, Shape

DEEPEST_MACRO = 8
MOST_CALLS = 1000
_SILENT = {
    "groupe": "un groupe de champs",
    "liste": "une liste",
    "table": "un tableau",
    "oui/non": "un oui ou un non",
    "macro": "une macro, sans ses parenthèses",
}
_ONE_BY_ONE = "écrivez `| et`, ou parcourez-la avec {% for %}"
READERS: Mapping[type[nodes.Node], Reader] = {
    nodes.Name: names.name,
    nodes.Getattr: names.attribute,
    nodes.Getitem: names.item,
    nodes.Const: names.constant,
    nodes.Filter: filter_reader.filtered,
    nodes.Test: operations.test,
    nodes.Call: operations.call,
    nodes.CondExpr: operations.choice,
    nodes.And: operations.logic,
    nodes.Or: operations.logic,
    nodes.Not: operations.negation,
    nodes.Compare: operations.comparison,
    nodes.List: operations.sequence,
    nodes.Tuple: operations.sequence,
    nodes.Concat: operations.joined,
    **dict.fromkeys(
        (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow),
        operations.arithmetic,
    ),
}


@dataclass
class Read:
    """What a part was found to use, and what is wrong in it, by its mark's number."""

    flaws: list[tuple[int, Flaw]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    printed: list[tuple[str, int]] = field(default_factory=list)


def read_part(
    marks: Sequence[Mark],
    lines: Sequence[str],
    known: Mapping[str, Shape],
    filters: Mapping[str, Callable[..., object]],
) -> Read:
    """Read a part whose marks are `lines` of a template, one a line."""
    read = Read()
    told: set[tuple[int, str, str]] = set()

    def report(line: int, rule: str, message: str, suggestion: str) -> None:
        # A macro called twice is read twice.
        number = min(max(line, 1), len(marks)) - 1
        if (number, rule, message) not in told:
            told.add((number, rule, message))
            read.flaws.append((number, marks[number].flaw(rule, message, suggestion)))

    tree = Environment(autoescape=True).parse("\n".join(lines))
    at = Reading(known, filters, report, _called, READERS, used=read.used, whole=read.whole)
    at.printed = read.printed
    at.macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    _walk(at, tree.body)
    called = {
        call.node.name
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
    }  # fmt: skip
    for name, macro in at.macros.items():
        if name not in called:
            _enter(at, macro, {arg.name: Value(UNKNOWN) for arg in macro.args})
    return read


def _walk(at: Reading, body: Iterable[nodes.Node]) -> None:
    for node in body:
        _statement(at, node)


def _statement(at: Reading, node: nodes.Node) -> None:
    if walk := _STATEMENTS.get(type(node)):
        walk(at, node)
        return
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Stmt):
            _statement(at, child)
        else:
            value_of(at, child)


def _output(at: Reading, node: nodes.Output) -> None:
    for one in node.nodes:
        _print(at, one)


def _assign(at: Reading, node: nodes.Assign) -> None:
    _bind(at, node.target, value_of(at, node.node))


def _assign_block(at: Reading, node: nodes.AssignBlock) -> None:
    _walk(at, node.body)
    _bind(at, node.target, Value(TEXT))


def _with(at: Reading, node: nodes.With) -> None:
    outside = dict(at.scope)
    for target, value in zip(node.targets, node.values, strict=True):
        _bind(at, target, value_of(at, value))
    _walk(at, node.body)
    at.scope = outside


def _call_block(at: Reading, node: nodes.CallBlock) -> None:
    value_of(at, node.call)
    outside = dict(at.scope)
    for argument in node.args:
        at.scope[argument.name] = Value(UNKNOWN)
    _walk(at, node.body)
    at.scope = outside


def _filter_block(at: Reading, node: nodes.FilterBlock) -> None:
    value_of(at, node.filter)
    _walk(at, node.body)


def _print(at: Reading, node: nodes.Node) -> None:
    if isinstance(node, nodes.TemplateData):
        return
    value = value_of(at, node)
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        value = Value(value.shape.but(absent=False), value.path)  # then nothing is printed
    value = there(at, node, value)
    shape, name = value.shape, shown(value.path)
    if value.path:
        at.printed.append((value.path, node.lineno))
    if shape.sort in _SILENT:
        what = f"«\u00a0{name}\u00a0» est" if name else "c’est"
        suggestion = ""
        if shape.sort == "groupe" and shape.members:
            suggestion = (
                f"écrivez un de ses champs, par exemple `{name}.{next(iter(shape.members))}`"
            )
        elif shape.sort == "liste":
            suggestion = _ONE_BY_ONE
        at.report(node.lineno, "marque-sans-texte", f"{what} {_SILENT[shape.sort]}", suggestion)
    elif shape.sort in {"date", "instant"}:
        way = "date" if shape.sort == "date" else "horodatage"
        at.report(node.lineno, "date-brute", "la date serait écrite 2026-03-01", f"ajoutez | {way}")


def _if(at: Reading, node: nodes.If) -> None:
    before = dict(at.scope)
    outcomes: list[dict[str, Value]] = []
    not_yet = at.facts
    for branch in (node, *node.elif_):
        with at.given(not_yet):
            value_of(at, branch.test)
            with at.given(at.true(branch.test)):
                at.scope = dict(before)
                _walk(at, branch.body)
            outcomes.append(at.scope)
            at.scope = dict(before)
            not_yet |= at.false(branch.test)
    with at.given(not_yet):
        _walk(at, node.else_)
    outcomes.append(at.scope)
    at.scope = _joined(outcomes)


def _joined(outcomes: Sequence[dict[str, Value]]) -> dict[str, Value]:
    """The names after an `if`: one that only some branches set may be absent."""
    joined: dict[str, Value] = {}
    for name in dict.fromkeys(name for one in outcomes for name in one):
        values = [one[name] for one in outcomes if name in one]
        first = values[0]
        same = all(value == first for value in values)
        shape = first.shape if same else first.shape.but(
            null=any(value.shape.null for value in values), values=()
        )  # fmt: skip
        missing = len(values) < len(outcomes)
        joined[name] = Value(
            shape.but(absent=shape.absent or missing), first.path if same else None
        )
    return joined


def _for(at: Reading, node: nodes.For) -> None:
    iterated = present(at, node.iter)
    shape, path = iterated.shape, iterated.path
    name = shown(path)
    if shape.sort in {"groupe", "nombre", "date", "oui/non"}:
        what = f"«\u00a0{name}\u00a0»" if name else "cette valeur"
        at.report(node.lineno, "marque-sans-texte", f"{what} n’est pas une liste", "")
    outside = dict(at.scope)
    item = shape.members.get("", UNKNOWN) if shape.sort == "table" else (shape.item or UNKNOWN)
    _bind(at, node.target, Value(item, f"{path}[]" if path and shape.sort == "liste" else None))
    at.scope["loop"] = Value(LOOP)
    facts = at.true(node.iter)
    if node.test is not None:
        value_of(at, node.test)
        facts |= at.true(node.test)
    with at.given(facts):
        _walk(at, node.body)
    at.scope = outside
    _walk(at, node.else_)


def _bind(at: Reading, target: nodes.Node, value: Value) -> None:
    match target:
        case nodes.Name():
            at.scope[target.name] = value
        case nodes.Tuple():
            for rank, one in enumerate(target.items):
                _bind(at, one, Value(value.shape.members.get(str(rank), UNKNOWN)))
        case _:
            pass  # an attribute of a namespace


def _called(at: Reading, macro: nodes.Macro, call: nodes.Call) -> None:
    """Read a macro's body with the shapes of what this call gives it."""
    given = {arg.name: value_of(at, node) for arg, node in zip(macro.args, call.args, strict=False)}
    given |= {word.key: value_of(at, word.value) for word in call.kwargs}
    defaults = macro.args[len(macro.args) - len(macro.defaults) :]
    for argument, default in zip(defaults, macro.defaults, strict=True):
        given.setdefault(argument.name, value_of(at, default))
    for argument in macro.args:
        if argument.name not in given:
            message = (
                f"la macro «\u00a0{macro.name}\u00a0» attend aussi «\u00a0{argument.name}\u00a0»"
            )
            at.report(call.lineno, "appel-interdit", message, "")
            given[argument.name] = Value(UNKNOWN)
    _enter(at, macro, given)


def _enter(at: Reading, macro: nodes.Macro, given: Mapping[str, Value]) -> None:
    at.entered += 1
    if at.depth >= DEEPEST_MACRO or at.entered > MOST_CALLS:
        return  # it calls itself, perhaps twice
    outside = dict(at.scope)
    at.scope = {**at.scope, **given, "caller": Value(UNKNOWN)}
    at.depth += 1
    _walk(at, macro.body)
    at.depth -= 1
    at.scope = outside


_STATEMENTS: Mapping[type[nodes.Node], Callable[[Reading, Any], None]] = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Assign: _assign,
    nodes.AssignBlock: _assign_block,
    nodes.With: _with,
    nodes.CallBlock: _call_block,
    nodes.FilterBlock: _filter_block,
    nodes.Macro: lambda _at, _node: None,  # read where it is called, with what it is given
}
