"""Pictures drawn as SVG beside their table: shapes placed here, colours in the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FLOOR, TOP = 480, 190, 160, 24


@dataclass(frozen=True)
class Column:
    """A bar that stands; `x` is its left, `middle` where its words are centred."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True)
class Columns:
    """The picture, in its own units."""

    width: int
    height: int
    floor: int
    bars: tuple[Column, ...]


def columns(values: Sequence[tuple[int, int]]) -> Columns:
    """A bar for each (label, value), the highest as high as the picture."""
    most = max((value for _, value in values), default=0) or 1
    slot = WIDTH / max(len(values), 1)
    width = slot * 0.6
    bars = []
    for place, (label, value) in enumerate(values):
        middle = slot * (place + 0.5)
        height = round(value / most * (FLOOR - TOP), 1)
        bars.append(
            Column(
                str(label), value, round(middle - width / 2, 1), FLOOR - height, round(width, 1),
                height, round(middle, 1),
            )
        )  # fmt: skip
    return Columns(WIDTH, HEIGHT, FLOOR, tuple(bars))
