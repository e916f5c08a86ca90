"""The one environment in which templates are read: what they may say, print and call."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from docxtpl import InlineImage, RichText, RichTextParagraph
from jinja2 import StrictUndefined, Template, TemplateRuntimeError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup, escape

from docgen.documents import bounds
from docgen.documents.bounds import spend
from docgen.documents.glyphs import COMMON, unprintable
from docgen.errors import Finding, InvalidData

# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MEANT = "&<>\"'\r"
# Nearly every text: letters that every font has; and of these, those that XML takes as they are.
_WRITABLE = _UNWRITABLE.sub("", "".join(sorted(COMMON)))
_ORDINARY = re.compile(f"[{re.escape(_WRITABLE)}]*")
_PLAIN = re.compile(f"[{re.escape(_WRITABLE.translate(dict.fromkeys(map(ord, _MEANT))))}]*")
# What a plain value may be asked; nothing here builds a text of a length the template chooses.
_ASKED = {
    str: frozenset(
        {"capitalize", "casefold", "count", "endswith", "find", "isalpha", "isdigit", "islower"}
        | {"isupper", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split"}
        | {"startswith", "strip", "swapcase", "title", "upper"}
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    dt.date: frozenset({"isoformat", "isoweekday", "weekday"}),
    dt.time: frozenset({"isoformat"}),
    dt.timedelta: frozenset({"total_seconds"}),
    LoopContext: frozenset({"changed", "cycle"}),
}
_FUNCTIONS = (bounds.bounded_range, Namespace)
_ADDED = (int, float, Decimal, str, list, tuple, dt.date, dt.timedelta)
MOST = 10**12
LONGEST_TEXT = 100_000
LONGEST_QUOTE = 80


class _Template(Template):
    """A template that fills on an allowance of its own."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        with bounds.allowance():
            return super().render(*args, **kwargs)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Calls nothing but plain values' methods, macros, loops and a few functions.

    A model's methods are out of reach: pydantic's deprecated `parse_raw` unpickles what it is told.
    """

    template_class = _Template
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._readable: set[tuple[type, str]] = set()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, whose question is asked of the type and the name: once is enough."""
        place = (type(obj), attribute)
        if place in self._readable:
            value = getattr(obj, attribute, None)
            if value is not None and not callable(value):
                return value
        value = super().getattr(obj, attribute)
        if not isinstance(value, Undefined) and self.is_safe_attribute(obj, attribute, value):
            self._readable.add(place)
        return value

    def _generate(
        self,
        source: nodes.Template,
        name: Any,
        filename: Any,
        defer_init: bool = False,  # noqa: FBT002 # Jinja's
    ) -> str:
        return super()._generate(bounds.bounded(source), name, filename, defer_init)

    def is_safe_callable(self, obj: Any) -> bool:
        if not super().is_safe_callable(obj):
            return False
        if isinstance(obj, Macro) or any(obj is allowed for allowed in _FUNCTIONS):
            return True
        owner = getattr(obj, "__self__", None)
        name = getattr(obj, "__name__", "")
        return any(isinstance(owner, kind) and name in names for kind, names in _ASKED.items())

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        # A text's method goes through all of it.
        spend(1 + bounds.size(getattr(obj, "__self__", None)))
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            if not (isinstance(left, _ADDED) and isinstance(right, _ADDED)):
                raise SecurityError("l’addition « + » n’est admise qu’entre nombres, textes, dates")
            return bounds.added(left, right)
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


def environment(
    filters: Mapping[str, Callable[..., object]],
    finalize: Callable[[object], object] | None = None,
    **options: bool,
) -> ImmutableSandboxedEnvironment:
    """The strict environment, with our filters beside those of Jinja's that are bounded.

    `finalize` writes what `{{ value }}` gives, as XML by default; `options` are Jinja's own.
    """
    made = _Sandbox(
        autoescape=True, undefined=_Unknown, finalize=finalize or written, cache_size=0, **options
    )
    made.filters = bounds.bounded_filters(made.filters)
    made.globals = {"range": bounds.bounded_range, "namespace": Namespace}
    made.filters.update(filters)
    return made


def written(value: object) -> object:
    """What `{{ value }}` writes: plain values, escaped whatever the template says.

    Raises TemplateRuntimeError (nothing to write here, or too much) or InvalidData (can't be
    written).
    """
    if type(value) is str:  # nearly all of them
        return _written(value)
    match value:
        case Undefined():
            return str(value)  # raises, and says which
        case Markup():
            spend(1, len(value))
            return value  # written by the template itself: a macro, a block
        case RichText() | RichTextParagraph() | InlineImage():
            return Markup(str(value))  # noqa: S704 # docxtpl's own XML, its text escaped
        case None:
            raise TemplateRuntimeError(
                "une marque est vide ; entourez-la de {% if … %} ou donnez-lui une autre valeur"
            )
        case bool():
            raise TemplateRuntimeError("une marque vaut « vrai » ou « faux », sans texte à écrire")
        case str() | int() | float() | Decimal() | dt.date() | dt.time():
            return _written(str(value))
        case _:
            raise TemplateRuntimeError(
                f"une marque désigne un groupe ({type(value).__name__}) et non un texte"
            )


def _written(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _cannot_print(
            text, f"{len(text)} caractères ; un texte en compte au plus {LONGEST_TEXT}."
        )
    spend(1, len(text))
    if _PLAIN.fullmatch(text):
        return text  # nothing in it to escape
    if not _ORDINARY.fullmatch(text):
        _check_printable(text)
    return escape(text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_printable(text: str) -> None:
    if bad := _UNWRITABLE.search(text):
        raise _cannot_print(
            _UNWRITABLE.sub("�", text),
            f"un caractère de contrôle (U+{ord(bad.group()):04X}) ; à retirer.",
        )
    if lost := unprintable(text):
        raise _cannot_print(
            text,
            f"« {lost[0]} » (U+{ord(lost[0]):04X}), qu’aucune police de cette machine ne sait "
            "imprimer ; écrivez-le autrement, ou installez une police qui l’a (fonts-noto).",
        )


def _cannot_print(text: str, why: str) -> InvalidData:
    start = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
    return InvalidData([Finding("caractere", "error", "", f"le texte « {start} » contient {why}")])
