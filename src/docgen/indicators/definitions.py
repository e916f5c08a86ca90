"""Every definition, by its id, in the order of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from docgen.indicators.definition import Definition
from docgen.indicators.of_partners import PARTNERS
from docgen.indicators.of_stays import STAYS

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {one.id: one for one in (*STAYS, *PARTNERS)}
)

__all__ = ["DEFINITIONS", "Definition"]
