"""The type of every mark that a kind's Word template can print, read from the code itself."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from docgen.agreements.base import Agreement, Communes


def types_of_marks(model: type[Agreement]) -> dict[str, Any]:
    """Mark to annotation: the model's fields, what it computes, what every template is given."""
    fields = {name: info.annotation for name, info in model.model_fields.items()}
    return fields | computed(model) | typing.get_type_hints(Communes)


def computed(model: type[Agreement]) -> dict[str, Any]:
    """The marks that the kind computes, with their annotations."""
    given = typing.get_type_hints(model.calculs)["return"]
    return typing.get_type_hints(given) if typing.is_typeddict(given) else {}


def fields_read(model: type, function: Callable[..., object]) -> frozenset[str]:
    """The names of `model` that a method or a property reads, by itself or through other methods.

    Read from the compiled code: naming a field a second time would one day be forgotten.
    """
    found: set[str] = set()
    waiting: list[CodeType] = [function.__code__]
    seen: set[CodeType] = set()
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        for name in code.co_names:
            found.add(name)
            inner = _code_of(getattr(model, name, None))
            waiting += [inner] if inner else []
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(found & set(_fields(model)))


def _code_of(member: object) -> CodeType | None:
    function = member.fget if isinstance(member, property) else member
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _fields(model: type) -> Mapping[str, object]:
    return getattr(model, "model_fields", None) or getattr(model, "__dataclass_fields__", {})
