"""Bars for a report, drawn as pictures: two shades that print in grey, values written on them.

A chart never stands alone: its table is beside it, and its words are its alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from docgen.documents.typefaces import font_file
from docgen.french import nombre

# Pixels: 16 cm at 300 points an inch. The template keeps a place of the same shape.
WIDTH, HEIGHT = 1890, 700
INK, GREY, LINE = "#1B1B1B", "#5A5A5A", "#D5D3CB"
SHADES = ("#1F4E5F", "#A9C3CB")
SIZE = 36
LONGEST_LABEL = 30

Value = int | Fraction


@dataclass(frozen=True)
class Bars:
    """Groups of bars: a label for each group, and for each series its name and its values."""

    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[Value]]]


def upright(bars: Bars) -> bytes:
    """PNG of bars that stand: months, years."""
    return _drawn(bars, _standing)


def lying(bars: Bars) -> bytes:
    """PNG of bars that lie, for long labels; a dozen groups at most are legible."""
    return _drawn(bars, _across)


def _drawn(bars: Bars, draw: Callable[[ImageDraw.ImageDraw, Bars, int], None]) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    canvas = ImageDraw.Draw(image)
    top = _legend(canvas, [name for name, _ in bars.series])
    draw(canvas, bars, top)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


def _legend(canvas: ImageDraw.ImageDraw, names: Sequence[str]) -> int:
    """The series, above; the first free line under it."""
    left = 10
    for name, shade in zip(names, SHADES, strict=False):
        canvas.rectangle((left, 12, left + 30, 42), fill=shade)
        canvas.text((left + 44, 27), name, INK, _font(), anchor="lm")
        left += 44 + int(canvas.textlength(name, _font())) + 60
    return 70


def _standing(canvas: ImageDraw.ImageDraw, bars: Bars, top: int) -> None:
    floor = HEIGHT - 60
    most = _most(bars)
    slot = (WIDTH - 20) / max(len(bars.labels), 1)
    width = min(slot * 0.8 / max(len(bars.series), 1), 110)
    for place, label in enumerate(bars.labels):
        middle = 10 + slot * (place + 0.5)
        start = middle - width * len(bars.series) / 2
        for number, (_, values) in enumerate(bars.series):
            height = float(values[place]) / most * (floor - top - 50)
            left = start + number * width
            canvas.rectangle((left, floor - height, left + width - 6, floor), fill=SHADES[number])
            if values[place]:
                at = (left + (width - 6) / 2, floor - height - 6)
                canvas.text(at, nombre(values[place], 1), INK, _font(), anchor="ms")
        canvas.text((middle, floor + 40), label, GREY, _font(), anchor="ms")
    canvas.line((10, floor, WIDTH - 10, floor), LINE, 3)


def _across(canvas: ImageDraw.ImageDraw, bars: Bars, top: int) -> None:
    most = _most(bars)
    labels = [_shortened(label) for label in bars.labels]
    left = 30 + max((int(canvas.textlength(one, _font())) for one in labels), default=0)
    slot = (HEIGHT - top - 10) / max(len(labels), 1)
    thick = min(slot * 0.8 / max(len(bars.series), 1), 44)
    for place, label in enumerate(labels):
        middle = top + slot * (place + 0.5)
        canvas.text((left - 16, middle), label, INK, _font(), anchor="rm")
        start = middle - thick * len(bars.series) / 2
        for number, (_, values) in enumerate(bars.series):
            length = float(values[place]) / most * (WIDTH - left - 130)
            upper = start + number * thick
            canvas.rectangle((left, upper, left + length, upper + thick - 5), fill=SHADES[number])
            at = (left + length + 12, upper + (thick - 5) / 2)
            canvas.text(at, nombre(values[place], 1), GREY, _font(), anchor="lm")
    canvas.line((left, top, left, HEIGHT - 10), LINE, 3)


def _most(bars: Bars) -> float:
    return max((float(one) for _, values in bars.series for one in values), default=0) or 1


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file("Carlito")), SIZE)
