"""What a definition is: a figure's name, its unit, and the text that every report prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["nombre", "jours", "minutes", "centimes", "pour cent"]
# What counts as concluded, in the words of every definition.
SIGNED = "signées par toutes les parties et non annulées, ou reprises du passé"


@dataclass(frozen=True)
class Definition:
    """What a figure counts, in one or two sentences; `of_people`: small ones are masked outside."""

    id: str
    label: str
    unit: Unit
    text: str
    of_people: bool = False
