"""The one environment in which templates are read: what they may say, print and call."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, TemplateRuntimeError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup, escape

from docgen.documents.glyphs import unprintable
from docgen.errors import Finding, InvalidData

# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# These give text that is taken for XML, call by name, or answer something else every time.
_REFUSED_FILTERS = ("safe", "tojson", "urlize", "xmlattr", "random", "pprint")
_GLOBALS = (safe_range, dict, Cycler, Joiner, Namespace)
_PLAIN = (str, int, float, Decimal, dt.date, dt.time, dt.timedelta, tuple, list, dict)
MOST = 10**12
LONGEST_QUOTE = 80


class _Sandbox(ImmutableSandboxedEnvironment):
    """Calls nothing but plain values' methods, macros, loops and Jinja's own functions.

    A model's methods are out of reach: pydantic's deprecated `parse_raw` unpickles what it is told.
    """

    intercepted_binops = frozenset(["*", "**", "%"])

    def is_safe_callable(self, obj: Any) -> bool:
        if not super().is_safe_callable(obj):
            return False
        if any(obj is allowed for allowed in _GLOBALS) or isinstance(obj, (Macro, Cycler, Joiner)):
            return True
        return isinstance(getattr(obj, "__self__", None), (LoopContext, *_PLAIN))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        if not numbers or max(abs(left), abs(right)) > MOST or (operator == "**" and right > 8):
            raise SecurityError(f"le calcul « {operator} » n’est admis qu’entre nombres ordinaires")
        return super().call_binop(context, operator, left, right)


class _Unknown(StrictUndefined):
    """A mark that the data does not have; says so in French."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        return f"la marque « {self._undefined_name} » est inconnue"


def environment(filters: Mapping[str, Callable[..., object]]) -> ImmutableSandboxedEnvironment:
    """The strict environment, with our filters beside Jinja's."""
    made = _Sandbox(autoescape=True, undefined=_Unknown, finalize=_print, cache_size=0)
    for name in _REFUSED_FILTERS:
        del made.filters[name]
    del made.globals["lipsum"]
    made.filters.update(filters)
    return made


def _print(value: object) -> object:
    """What `{{ value }}` writes: plain values, escaped whatever the template says.

    Raises TemplateRuntimeError (nothing to write here) or InvalidData (can't be written).
    """
    match value:
        case Undefined():
            return str(value)  # raises, and says which
        case Markup():
            return value  # written by the template itself: a macro, a block
        case None:
            raise TemplateRuntimeError(
                "une marque est vide ; entourez-la de {% if … %} ou donnez-lui une autre valeur"
            )
        case bool():
            raise TemplateRuntimeError("une marque vaut « vrai » ou « faux », sans texte à écrire")
        case str() | int() | float() | Decimal() | dt.date() | dt.time():
            return _written(str(value))
        case _:
            raise TemplateRuntimeError(
                f"une marque désigne un groupe ({type(value).__name__}) et non un texte"
            )


def _written(text: str) -> Markup:
    if bad := _UNWRITABLE.search(text):
        raise _cannot_print(
            _UNWRITABLE.sub("�", text),
            f"un caractère de contrôle (U+{ord(bad.group()):04X}) ; à retirer.",
        )
    if lost := unprintable(text):
        raise _cannot_print(
            text,
            f"« {lost[0]} » (U+{ord(lost[0]):04X}), qu’aucune police de cette machine ne sait "
            "imprimer ; écrivez-le autrement, ou installez une police qui l’a (fonts-noto).",
        )
    escaped = str(escape(text.replace("\r\n", "\n").replace("\r", "\n")))
    # docxtpl turns {_{ into {{ after the fact: these two letters go in as a reference.
    return Markup(escaped.replace("{_", "{&#95;").replace("_}", "&#95;}"))  # noqa: S704


def _cannot_print(text: str, why: str) -> InvalidData:
    start = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
    return InvalidData([Finding("caractere", "error", "", f"le texte « {start} » contient {why}")])
