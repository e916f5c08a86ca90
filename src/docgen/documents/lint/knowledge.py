"""What is known at one point of a template: names in scope, facts, and what was noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from docgen.documents.lint.guards import Facts, when_false, when_true
from docgen.documents.lint.shapes import UNKNOWN, Shape


@dataclass(frozen=True)
class Value:
    """A shape and, when it comes from the data, its path (`entreprise.adresse`, `taches[]`)."""

    shape: Shape
    path: str | None = None


@dataclass
class Reading:
    """What is known at one point of a template, and what was noted on the way there.

    `used` are the paths read, `whole` those read together with all that they hold, `printed` the
    path and line of everything printed.
    """

    marks: Mapping[str, Shape]
    filters: Mapping[str, Callable[..., object]]
    report: Callable[[int, str, str, str], None]
    call_macro: Callable[[Reading, nodes.Macro, nodes.Call], None]
    readers: Mapping[type[nodes.Node], Reader]
    scope: dict[str, Value] = field(default_factory=dict)
    macros: dict[str, nodes.Macro] = field(default_factory=dict)
    facts: Facts = frozenset()
    depth: int = 0
    entered: int = 0
    used: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    printed: list[tuple[str, int]] = field(default_factory=list)

    @contextmanager
    def given(self, facts: Facts) -> Iterator[None]:
        """Inside the block, these facts hold as well."""
        before = self.facts
        self.facts = before | facts
        yield
        self.facts = before

    def true(self, node: nodes.Node) -> Facts:
        return when_true(node, self.path_of)

    def false(self, node: nodes.Node) -> Facts:
        return when_false(node, self.path_of)

    def path_of(self, node: nodes.Node) -> str | None:
        """The path of the data that an expression names, if it does."""
        match node:
            case nodes.Name():
                known = self.scope.get(node.name)
                return known.path if known else (node.name if node.name in self.marks else None)
            case nodes.Getattr():
                base = self.path_of(node.node)
                return f"{base}.{node.attr}" if base else None
            case _:
                return None

    def is_there(self, value: Value) -> bool:
        return not value.shape.null or value.path in self.facts

    def note(self, path: str, shape: Shape) -> None:
        """Remember that the data at `path` is read."""
        self.used.add(path)
        parent = path.rpartition(".")[0]
        for name in shape.reads:
            self.whole.add(f"{parent}.{name}" if parent else name)


# How one kind of node is read; the last argument: its last step may be missing (`is defined`).
Reader = Callable[[Reading, Any, bool], Value]


def value_of(at: Reading, node: nodes.Node, *, lenient: bool = False) -> Value:
    """What `node` gives. `lenient`: its last step may be missing (`default`, `is defined`)."""
    if reader := at.readers.get(type(node)):
        return reader(at, node, lenient)
    for child in node.iter_child_nodes():
        value_of(at, child)
    return Value(UNKNOWN)


def present(at: Reading, node: nodes.Node) -> Value:
    """What `node` gives, told if it may not be there."""
    return there(at, node, value_of(at, node))


def there(at: Reading, node: nodes.Node, value: Value) -> Value:
    """`value` as something that is there, told if it may not be."""
    if value.shape.absent:
        at.report(node.lineno, "peut-etre-absente", "elle n’existe que dans un des cas", "")
    elif not at.is_there(value):
        name = shown(value.path) or "cette valeur"
        at.report(
            node.lineno,
            "facultatif-non-garde",
            f"«\u00a0{name}\u00a0» est facultatif et rien ne le protège",
            f"entourez-le de {{% if {name} %}} … {{% endif %}}",
        )
    return Value(value.shape.but(null=False, absent=False), value.path)


def shown(path: str | None) -> str:
    """A path as its author writes it: the last item of a list is said by its list."""
    return (path or "").replace("[]", "")
