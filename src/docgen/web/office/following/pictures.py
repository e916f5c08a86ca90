"""Pictures drawn as SVG beside their table: shapes placed here, colours in the style sheet.

A series is told from the other by its shade, its outline and its place, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.documents.charts import Bars
from docgen.french import nombre

WIDTH, HEIGHT, FLOOR, TOP = 480, 190, 160, 24
LINE, BAR = 46, 15  # of bars that lie
MOST_LETTERS = 60  # of a label in the picture; the table has it whole


@dataclass(frozen=True)
class Shape:
    """A bar of the series `number`, with its value written at (`at_x`, `at_y`)."""

    number: int
    x: float
    y: float
    width: float
    height: float
    value: str
    at_x: float
    at_y: float


@dataclass(frozen=True)
class Word:
    """What names a group of bars, and where it stands."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """The picture, in its own units: `ground` is the line (x1, y1, x2, y2) that bars start from."""

    width: int
    height: int
    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    words: tuple[Word, ...]
    ground: tuple[float, float, float, float]
    lying: bool = False


def columns(values: Sequence[tuple[int, int]]) -> Drawing:
    """A bar for each (label, value), the highest as high as the picture."""
    return standing(Bars([str(label) for label, _ in values], [("", [one for _, one in values])]))


def standing(bars: Bars) -> Drawing:
    """Groups of bars that stand: years, months."""
    most = _most(bars)
    slot = WIDTH / max(len(bars.labels), 1)
    width = slot * (0.6 if len(bars.series) == 1 else 0.8) / max(len(bars.series), 1)
    shapes, words = [], []
    for place, label in enumerate(bars.labels):
        middle = slot * (place + 0.5)
        left = middle - width * len(bars.series) / 2
        for number, (_, values) in enumerate(bars.series):
            height = float(values[place]) / most * (FLOOR - TOP)
            x = left + number * width
            shapes.append(
                Shape(
                    number, round(x, 1), round(FLOOR - height, 1), round(width, 1),
                    round(height, 1), nombre(values[place], 1) if values[place] else "",
                    round(x + width / 2, 1), round(FLOOR - height - 5, 1),
                )
            )  # fmt: skip
        words.append(Word(label, round(middle, 1), HEIGHT - 10))
    names = tuple(name for name, _ in bars.series if name)
    return Drawing(WIDTH, HEIGHT, names, tuple(shapes), tuple(words), (0, FLOOR, WIDTH, FLOOR))


def lying(bars: Bars) -> Drawing:
    """Groups of bars that lie, each under its label: companies."""
    most = _most(bars)
    height = max(len(bars.labels), 1) * (LINE + BAR * (len(bars.series) - 1)) + 4
    shapes, words = [], []
    top = 0.0
    for place, label in enumerate(bars.labels):
        words.append(Word(_cut(label), 4, round(top + 15, 1)))
        for number, (_, values) in enumerate(bars.series):
            length = float(values[place]) / most * (WIDTH - 60)
            y = top + 22 + number * BAR
            shapes.append(
                Shape(
                    number, 4, round(y, 1), round(max(length, 1), 1), BAR - 3,
                    nombre(values[place], 1), round(length + 10, 1), round(y + BAR - 5, 1),
                )
            )  # fmt: skip
        top += LINE + BAR * (len(bars.series) - 1)
    names = tuple(name for name, _ in bars.series if name)
    return Drawing(WIDTH, height, names, tuple(shapes), tuple(words), (3, 0, 3, height), lying=True)


def _most(bars: Bars) -> float:
    return max((float(one) for _, values in bars.series for one in values), default=0) or 1


def _cut(label: str) -> str:
    return label if len(label) <= MOST_LETTERS else label[: MOST_LETTERS - 1].rstrip() + "…"
