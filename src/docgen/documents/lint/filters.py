"""Filters: which are allowed, to what, and what they give."""

from __future__ import annotations

import difflib

from jinja2 import nodes

from docgen.documents.lint.allowed import JINJA_FILTERS
from docgen.documents.lint.knowledge import Reading, Value, present, shown, value_of
from docgen.documents.lint.shapes import TEXT, UNKNOWN, Shape, argument_sorts, list_of

# A name as first argument, or as `attribute`, is a field of each item.
_BY_NAME = ("selectattr", "rejectattr", "groupby")
_KEEP = ("select", "reject", "selectattr", "rejectattr", "list", "reverse", "sort", "unique")


def filtered(at: Reading, node: nodes.Filter, _lenient: bool) -> Value:
    """What a filter gives of what it is given."""
    for argument in [*node.args, *(keyword.value for keyword in node.kwargs)]:
        value_of(at, argument)
    if node.name in {"default", "d"}:
        return _default(at, node)
    # {% filter upper %} has no node: it filters the text of its block.
    value = present(at, node.node) if node.node is not None else Value(TEXT)
    if node.name in {"et", "join", "first", "last"}:
        _check_empty(at, node, value)
    if node.name in at.filters:
        _check_argument(at, node, value)
        return Value(TEXT)
    if node.name not in JINJA_FILTERS:
        _unknown(at, node)
        return Value(UNKNOWN)
    return _jinja(at, node, value)


def _unknown(at: Reading, node: nodes.Filter) -> None:
    known = [*at.filters, *JINJA_FILTERS]
    close = difflib.get_close_matches(node.name, known, 1, 0.6)
    suggestion = (
        f"vouliez-vous écrire `{close[0]}`\u202f?"
        if close
        else f"filtres de docgen\u00a0: {', '.join(at.filters)}"
    )
    message = f"le filtre «\u00a0{node.name}\u00a0» n’existe pas ou n’est pas permis"
    at.report(node.lineno, "filtre-inconnu", message, suggestion)


def _check_argument(at: Reading, node: nodes.Filter, value: Value) -> None:
    sorts = argument_sorts(at.filters[node.name])
    if value.shape.sort == "inconnu" or not sorts or value.shape.sort in sorts:
        return
    fitting = [
        name
        for name, function in at.filters.items()
        if value.shape.sort in argument_sorts(function) and value.shape.sort != "texte"
    ]
    what = shown(value.path) or "cette valeur"
    at.report(
        node.lineno,
        "filtre-mal-applique",
        f"«\u00a0{node.name}\u00a0» attend {' ou '.join(sorted(sorts))}, et "
        f"«\u00a0{what}\u00a0» est de nature {value.shape.sort}",
        f"filtres qui conviennent\u00a0: {', '.join(fitting)}" if fitting else "retirez le filtre",
    )


def _check_empty(at: Reading, node: nodes.Filter, value: Value) -> None:
    if value.shape.empty and f"{value.path}!" not in at.facts:
        name = shown(value.path)
        at.report(
            node.lineno,
            "liste-vide",
            f"«\u00a0{name}\u00a0» peut être vide",
            f"entourez la phrase de {{% if {name} %}} … {{% endif %}}",
        )


def _default(at: Reading, node: nodes.Filter) -> Value:
    if node.node is None:
        return Value(UNKNOWN)
    value = value_of(at, node.node, lenient=True)
    flags = [*node.args[1:], *(word.value for word in node.kwargs if word.key == "boolean")]
    covers_none = any(isinstance(flag, nodes.Const) and flag.value for flag in flags)
    if not covers_none and not value.shape.absent and not at.is_there(value):
        name = shown(value.path) or "cette valeur"
        instead = node.args[0] if node.args else None
        text = f'"{instead.value}"' if isinstance(instead, nodes.Const) else '"…"'
        at.report(
            node.lineno,
            "facultatif-non-garde",
            f"«\u00a0{name}\u00a0» existe toujours, parfois vide\u00a0: default n’y change rien",
            f"écrivez default({text}, true)",
        )
    return Value(value.shape.but(null=False, absent=False, values=()), None)


def _jinja(at: Reading, node: nodes.Filter, value: Value) -> Value:
    item, path = value.shape.item or UNKNOWN, f"{value.path}[]" if value.path else None
    named = [word.value for word in node.kwargs if word.key == "attribute"]
    if node.name in _BY_NAME or (node.name in {"sort", "unique", "join"} and named):
        named = named or node.args[:1]
    found = UNKNOWN
    for name in named:
        if isinstance(name, nodes.Const) and isinstance(name.value, str):
            found = _member(at, node, item, path, name.value)
    if node.name == "map" and named:
        return Value(list_of(found))
    if node.name in {"first", "last"}:
        return Value(item, path)
    given = JINJA_FILTERS[node.name]
    if given is None:
        kept = value.shape if value.shape.sort == "liste" else UNKNOWN
        return Value(kept.but(empty=False), value.path)
    return Value(given)


def _member(at: Reading, node: nodes.Filter, item: Shape, path: str | None, name: str) -> Shape:
    """The field `name` (dotted) of each item, told when there is none."""
    for step in name.split("."):
        if item.sort != "groupe":
            return UNKNOWN
        known = item.members.get(step)
        if known is None:
            close = difflib.get_close_matches(step, list(item.members), 1, 0.6)
            near = f"vouliez-vous écrire `{close[0]}`\u202f?" if close else ""
            at.report(node.lineno, "marque-inconnue", f"«\u00a0{step}\u00a0» est inconnu", near)
            return UNKNOWN
        item = known
        if path:
            path = f"{path}.{step}"
            at.note(path, item)
    return item
