"""An agreement that cites another: the link it keeps, and what it takes from the one it cites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from docgen.agreements.parts import Day, Line, Part
from docgen.agreements.rules.context import Parent


class LienConvention(Part):
    """The agreement that this one amends, closes or ends, as it stood."""

    reference: Line = Field(title="Numéro", examples=["PMSMP-2026-0001"])
    debut: Day = Field(title="Premier jour")
    fin: Day = Field(title="Dernier jour")


def link(parent: Parent) -> dict[str, Any]:
    """The link to a parent, as data."""
    return {
        "reference": parent.reference,
        "debut": parent.data["debut"],
        "fin": parent.data["fin"],
    }


def copied(data: Mapping[str, Any], parent: Parent, fields: Iterable[str]) -> dict[str, Any]:
    """`data` with its link written out, and each of `fields` taken from the parent where absent."""
    taken = {name: parent.data[name] for name in fields if parent.data.get(name) is not None}
    return {**taken, **data, "convention": link(parent)}


def kept(model: type[Part], data: Any) -> Any:
    """Of `data`, the fields that `model` has; data of another shape is left for the model."""
    if not isinstance(data, Mapping):
        return data
    return {name: data[name] for name in model.model_fields if name in data}


def day_in(data: Mapping[str, Any], key: str) -> dt.date | None:
    """The day that a file gives under `key`; None when it gives none, or no right one."""
    try:
        return dt.date.fromisoformat(str(data.get(key)))
    except ValueError:
        return None
