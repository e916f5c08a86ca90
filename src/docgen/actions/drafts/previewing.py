"""The pages of a draft as LibreOffice really draws them, whatever is still missing.

What is not written yet stands between brackets; a choice not made yet takes the first one, and is
named beside the pages. Nothing of it is kept but in memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from docgen import agreements
from docgen.actions.around import look_around
from docgen.actions.paper import word
from docgen.actions.ports import Ports
from docgen.actions.template import current
from docgen.agreements.base import Agreement
from docgen.agreements.form.walking import plain_type, unwrapped
from docgen.agreements.form.weeks import plain
from docgen.agreements.reading import Source
from docgen.agreements.timetable import Horaires
from docgen.documents.kept import Kept
from docgen.documents.pages import page_count, page_image
from docgen.errors import NotFound
from docgen.french import PARIS
from docgen.journal import canonical

_PDFS = Kept(48 * 1024 * 1024)
DPI = 80
REFERENCE = "BROUILLON"


@dataclass(frozen=True)
class Preview:
    """`mark` changes with what is drawn, so that a browser keeps each picture."""

    pages: int
    mark: str
    supposed: tuple[str, ...]


def preview(ports: Ports, data: Mapping[str, Any], now: datetime) -> Preview:
    """Draw the draft; how many pages it has. Raises Broken or Unavailable."""
    pdf, mark, supposed = _drawn(ports, data, now)
    return Preview(page_count(pdf), mark, supposed)


def page(ports: Ports, data: Mapping[str, Any], number: int, now: datetime) -> bytes:
    """A page of the draft as a PNG, counted from 1. Raises NotFound."""
    pdf, _, _ = _drawn(ports, data, now)
    if not 1 <= number <= page_count(pdf):
        raise NotFound("La page", str(number))
    return page_image(pdf, number - 1, DPI)


def _drawn(
    ports: Ports, data: Mapping[str, Any], now: datetime
) -> tuple[bytes, str, tuple[str, ...]]:
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        source, _ = look_around(session, Source(plain(data)), today, ports.law)
    kind = agreements.get(str(data["type"]))
    gaps = _Gaps(today)
    agreement = cast("Agreement", gaps.filled(kind.model, source.data))
    template = current(ports, kind.slug)
    told = canonical({"data": dict(source.data), "on": today.isoformat()})
    mark = hashlib.sha256(told + template.content).hexdigest()

    def make() -> bytes:
        return ports.to_pdf(word(agreement, template.content, REFERENCE, today))

    return _PDFS.get(mark, make), mark[:16], tuple(dict.fromkeys(gaps.supposed))


@dataclass
class _Gaps:
    """Fills what is missing or wrong so that it can be drawn, and seen to be missing."""

    today: dt.date
    supposed: list[str] = field(default_factory=list)

    def filled(self, model: type[BaseModel], data: Any) -> BaseModel:
        """The model of `data`, each field that is right as it is, the others in brackets."""
        given = data if isinstance(data, Mapping) else {}
        hints = typing.get_type_hints(model, include_extras=True)
        values = {}
        for name, info in model.model_fields.items():
            if given.get(name) is None and not info.is_required():
                values[name] = info.get_default(call_default_factory=True, validated_data={})
                continue
            title = info.title or name
            values[name] = self._value(hints[name], info, given.get(name), title)
        return model.model_construct(**values)

    def _value(self, hint: Any, info: Any, value: Any, title: str) -> Any:
        annotated = info.rebuild_annotation() if info is not None else hint
        try:
            return TypeAdapter(annotated).validate_python(value)
        except ValidationError:
            return self._otherwise(hint, value, title)

    def _otherwise(self, hint: Any, value: Any, title: str) -> Any:
        bare, _ = unwrapped(hint)
        inner = plain_type(bare)
        if inner is Horaires:
            return Horaires.model_construct(semaine={}, exceptions={})
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return self.filled(inner, value)
        if get_origin(inner) is tuple:
            items = value if isinstance(value, list) else [None]
            return tuple(
                self._value(get_args(inner)[0], None, one, title) for one in items or [None]
            )
        if get_origin(inner) is typing.Literal:
            self.supposed.append(title)
            return get_args(inner)[0]
        if inner is dt.date:
            self.supposed.append(title)
            return self.today
        if inner in {int, bool}:
            self.supposed.append(title)
            return inner(0)
        return str(value) if isinstance(value, str) and value.strip() else f"[{title}]"
