"""One figure: a number, what it is of, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from docgen.french import NBSP, accord, duree, euros, nombre, pour_cent
from docgen.indicators.definitions import DEFINITIONS, Definition

Value = int | Fraction | None


@dataclass(frozen=True)
class Figure:
    """A value of a definition; `group` is the row of a breakdown, empty for the figure itself.

    `value` None: nothing to divide by, or nothing measured; `hidden`: not to be shown outside.
    """

    id: str
    value: Value
    group: str = ""
    label: str = ""
    hidden: bool = False

    @property
    def definition(self) -> Definition:
        return DEFINITIONS[self.id]

    @property
    def name(self) -> str:
        """What it is called: the row of its breakdown, or the definition's own words."""
        return self.label or self.group or self.definition.label

    @property
    def shown(self) -> str:
        """The value for a person."""
        if self.hidden:
            return "< 5"
        if self.value is None:
            return "—"
        match self.definition.unit:
            case "minutes":
                return _hours(int(self.value))
            case "centimes":
                return euros(int(self.value))
            case "pour cent":
                return pour_cent(self.value)
            case "jours":
                return f"{nombre(self.value, 1)}{NBSP}{accord(int(self.value), 'jour')}"
            case _:
                return nombre(self.value, 1)


def _hours(minutes: int) -> str:
    """« 1 197 h 30 »: by thousands, which an agreement's own hours never reach."""
    hours, rest = divmod(minutes, 60)
    return (
        duree(minutes)
        if hours < 1000
        else f"{nombre(hours)}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")
    )
