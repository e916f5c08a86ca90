"""From a model and its outline to the nodes of its form."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docgen import agreements
from docgen.agreements.fields import CHOICES
from docgen.agreements.form.nodes import Field, Group, Many, Node, Only, Section, Sort, Timetable
from docgen.agreements.form.outlines import OUTLINES
from docgen.agreements.parties import CodePostal, Courriel, Siret, Telephone
from docgen.agreements.parts import Text
from docgen.agreements.timetable import Horaires

# By the annotation itself: each is a name that the models share.
_SORTS: Mapping[Any, Sort] = {
    Siret: "siret",
    Telephone: "telephone",
    CodePostal: "postcode",
    Courriel: "email",
    Text: "text",
}


@cache
def form_of(slug: str) -> tuple[Section, ...]:
    """The sections of a kind's form."""
    model, outline = agreements.KINDS[slug].model, OUTLINES[slug]
    return tuple(
        Section(
            part.slug,
            part.title,
            part.help,
            tuple(_reached(model, path, outline.only) for path in part.fields),
        )
        for part in outline.parts
    )


def _reached(model: type[BaseModel], path: str, only: Mapping[str, Only]) -> Node:
    """The node of a path of the model: a field of its own, or one inside a group."""
    *above, last = path.split(".")
    for key in above:
        inner = plain_type(unwrapped(typing.get_type_hints(model, include_extras=True)[key])[0])
        assert issubclass(inner, BaseModel)
        model = inner
    hints = typing.get_type_hints(model, include_extras=True)
    return _node(hints[last], model.model_fields[last], path, only)


def leaves(nodes: tuple[Node, ...]) -> Iterator[Field | Timetable]:
    """Every field of those nodes, those of list items once."""
    for node in nodes:
        match node:
            case Group():
                yield from leaves(node.parts)
            case Many():
                yield from leaves((node.item,))
            case _:
                yield node


def _node(hint: Any, info: FieldInfo | None, path: str, only: Mapping[str, Only]) -> Node:
    bare, optional = unwrapped(hint)
    required = not optional and (info is None or info.is_required())
    label, help_ = _words(info, bare, path)
    when = only.get(path)
    inner = plain_type(bare)
    if inner is Horaires:
        return Timetable(path, label, help_, required, when)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        hints = typing.get_type_hints(inner, include_extras=True)
        parts = tuple(
            _node(hints[name], one, f"{path}.{name}", only)
            for name, one in inner.model_fields.items()
        )
        return Group(path, label, help_, required, parts, when)
    if get_origin(inner) is tuple:
        item = _node(get_args(inner)[0], None, f"{path}.*", only)
        return Many(path, label, help_, required, item, when)
    return _field(path, bare, inner, info, label, help_, required, when)


def _field(
    path: str,
    bare: Any,
    inner: Any,
    info: FieldInfo | None,
    label: str,
    help_: str,
    required: bool,
    when: Only | None,
) -> Field:
    details = [*_details(bare), *([info] if info else [])]
    example = next((str(one.examples[0]) for one in reversed(details) if one.examples), "")
    choices: tuple[tuple[str, str], ...] = ()
    if get_origin(inner) is Literal:
        choices = tuple((str(one), CHOICES.get(str(one), str(one))) for one in get_args(inner))
        help_ = _without_codes(help_, dict(choices))
    bounds = [mark for one in details for mark in one.metadata]
    return Field(
        path,
        label,
        help_,
        _sort(path, bare, inner),
        required,
        choices,
        example,
        next((one.ge for one in bounds if getattr(one, "ge", None) is not None), None),
        next((one.le for one in bounds if getattr(one, "le", None) is not None), None),
        _default(info, dict(choices)),
        when,
    )


def _default(info: FieldInfo | None, choices: Mapping[str, str]) -> str:
    value = info.default if info is not None else None
    if isinstance(value, str) and value:
        return choices.get(value, value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _without_codes(help_: str, choices: Mapping[str, str]) -> str:
    """The help of a choice, unless it only explains the codes that a list shows in words."""
    if any(help_.startswith(code) for code, words in choices.items() if words != code):
        return ""
    return help_


def _sort(path: str, bare: Any, inner: Any) -> Sort:
    if bare in _SORTS:
        return _SORTS[bare]
    if get_origin(inner) is Literal:
        return "choice"
    if inner is bool:
        return "yes_no"
    if inner is int:
        return "euros" if path.endswith("_centimes") else "integer"
    if inner is dt.date:
        return "day"
    return "line" if inner is str else "data"


def unwrapped(hint: Any) -> tuple[Any, bool]:
    """The annotation without « or nothing », and whether it had it."""
    if get_origin(hint) in {Union, types.UnionType}:
        left = [one for one in get_args(hint) if one is not type(None)]
        return (left[0], True) if len(left) == 1 else (hint, type(None) in get_args(hint))
    return hint, False


def plain_type(bare: Any) -> Any:
    """The type under its constraints."""
    while get_origin(bare) is Annotated:
        bare = get_args(bare)[0]
    return bare


def _details(bare: Any) -> list[FieldInfo]:
    """What a shared annotation (SIRET, postcode) says of itself."""
    if get_origin(bare) is not Annotated:
        return []
    return [one for one in get_args(bare) if isinstance(one, FieldInfo)]


def _words(info: FieldInfo | None, bare: Any, path: str) -> tuple[str, str]:
    details = [*_details(bare), *([info] if info else [])]
    label = next((one.title for one in reversed(details) if one.title), path.rpartition(".")[2])
    help_ = next((one.description for one in reversed(details) if one.description), "")
    return str(label), str(help_ or "")
