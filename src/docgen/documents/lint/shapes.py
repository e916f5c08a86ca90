"""What each mark is, by the annotations of the model: a text, a date, a group, a list."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, EmailStr

from docgen.agreements.base import Agreement, Communes
from docgen.agreements.marks import computed, fields_read, types_of_marks

Sort = Literal[
    "texte", "nombre", "date", "instant", "heure", "oui/non", "groupe", "liste", "table",
    "macro", "inconnu", "vide",
]  # fmt: skip

_PLAIN: tuple[tuple[type, Sort], ...] = (
    (bool, "oui/non"),
    (dt.datetime, "instant"),
    (dt.date, "date"),
    (dt.time, "heure"),
    (int, "nombre"),
    (float, "nombre"),
    (Decimal, "nombre"),
    (str, "texte"),
    (EmailStr, "texte"),  # no subclass of str, though its values are
)


@dataclass(frozen=True)
class Shape:
    """What a mark designates.

    `null`: may be without a value; `absent`: may not exist at all; `empty`: a list that may have no
    item; `values`: the choices of a text; `reads`: the fields that a computed member is made of.
    """

    sort: Sort
    members: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    values: tuple[str, ...] = ()
    null: bool = False
    absent: bool = False
    empty: bool = False
    required: bool = True
    reads: frozenset[str] = frozenset()

    def but(self, **changes: Any) -> Shape:
        """The same shape with something changed."""
        return dataclasses.replace(self, **changes)


UNKNOWN = Shape("inconnu")
TEXT = Shape("texte")
NUMBER = Shape("nombre")
YES_OR_NO = Shape("oui/non")
NONE = Shape("vide", null=True)


def list_of(item: Shape) -> Shape:
    """A list whose items are of that shape."""
    return Shape("liste", item=item)


def marks_of_kind(model: type[Agreement]) -> dict[str, Shape]:
    """Every mark that a template of this kind may print, by its name."""
    types_ = types_of_marks(model)
    shapes = {name: shape_of(annotation) for name, annotation in types_.items()}
    for name, info in model.model_fields.items():
        shapes[name] = _field(shapes[name], info)
    reads = fields_read(model, model.calculs)
    for name in computed(model):
        shapes[name] = shapes[name].but(required=False, reads=reads)
    for name in typing.get_type_hints(Communes):
        shapes[name] = shapes[name].but(required=False)
    shapes["titre"] = shapes["titre"].but(reads=fields_read(model, model.titre))
    return shapes


def shape_of(annotation: Any) -> Shape:
    """The shape of an annotation; unknown when nothing is known of it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return shape_of(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return _union([argument for argument in arguments if argument is not types.NoneType],
                      null=types.NoneType in arguments)  # fmt: skip
    if origin is Literal:
        shape = shape_of(type(arguments[0]))
        return shape.but(values=tuple(value for value in arguments if isinstance(value, str)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("table", members={"": shape_of(arguments[0])}, item=shape_of(arguments[1]))
    if isinstance(origin, type) and issubclass(origin, Sequence):
        items = [argument for argument in arguments if argument is not Ellipsis]
        return list_of(_union(items, null=False))
    if isinstance(annotation, type):
        return _class(annotation)
    return UNKNOWN


def _union(arguments: Sequence[Any], *, null: bool) -> Shape:
    shapes = [shape_of(argument) for argument in arguments]
    shape = shapes[0] if shapes and all(one == shapes[0] for one in shapes) else UNKNOWN
    return shape.but(null=null or shape.null)


def _class(annotation: type) -> Shape:
    for plain, sort in _PLAIN:
        if issubclass(annotation, plain):
            return Shape(sort)
    if issubclass(annotation, BaseModel):
        members = {
            name: _field(shape_of(info.annotation), info)
            for name, info in annotation.model_fields.items()
        }
        return Shape("groupe", members=members | _properties(annotation))
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation)
        members = {
            one.name: shape_of(hints[one.name]).but(required=False)
            for one in dataclasses.fields(annotation)
        }
        return Shape("groupe", members=members | _properties(annotation))
    return UNKNOWN


def _field(shape: Shape, info: Any) -> Shape:
    """A model's field: what it may lack."""
    at_least = [one.min_length for one in info.metadata if hasattr(one, "min_length")]
    may_be_empty = shape.sort == "liste" and not any(at_least)
    return shape.but(required=info.is_required(), empty=may_be_empty)


def _properties(annotation: type) -> dict[str, Shape]:
    found = {}
    for parent in reversed(annotation.__mro__):
        if parent in {BaseModel, object}:
            continue
        for name, member in vars(parent).items():
            if isinstance(member, property) and member.fget and not name.startswith("_"):
                given = typing.get_type_hints(member.fget).get("return")
                reads = fields_read(annotation, member.fget)
                found[name] = shape_of(given).but(required=False, reads=reads)
    return found


def argument_sorts(function: Callable[..., object]) -> frozenset[Sort]:
    """What the first argument of a filter may be; empty when anything may."""
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    if not hints:
        return frozenset()
    annotation = next(iter(hints.values()))
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        arguments = [one for one in typing.get_args(annotation) if one is not types.NoneType]
        sorts = {shape_of(one).sort for one in arguments}
    else:
        sorts = {shape_of(annotation).sort}
    if "inconnu" in sorts:
        return frozenset()
    # A datetime is a date to Python, and to our filters.
    return frozenset(sorts | ({"instant"} if "date" in sorts else set()))
