"""A signature drawn on a screen: strokes, as text, never an image that somebody else made.

`x,y x,y …;x,y …`: points of a sheet of 1000 by 400, from its top left; a stroke ends at `;`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.errors import Finding, InvalidData

WIDTH, HEIGHT = 1000, 400
MOST_STROKES = 60
MOST_POINTS = 3000
MOST_LETTERS = 8 * MOST_POINTS
_TEXT = re.compile(r"\d{1,4},\d{1,4}(?:[ ;]\d{1,4},\d{1,4})*", re.ASCII)
_PEN = 11  # of a sheet WIDTH wide


@dataclass(frozen=True)
class Drawing:
    """The strokes of a hand, each a line through its points."""

    strokes: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def text(self) -> str:
        """As it was read."""
        return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in self.strokes)

    def in_pdf(self, left: float, bottom: float, width: float, height: float) -> str:
        """PDF operators that draw it as large as fits in a box, whose corner is (left, bottom)."""
        xs, ys = zip(*(point for stroke in self.strokes for point in stroke), strict=True)
        across, down = max(max(xs) - min(xs), 1), max(max(ys) - min(ys), 1)
        scale = min(width / across, height / down, width / WIDTH * 2)
        left += (width - across * scale) / 2
        top = bottom + (height + down * scale) / 2
        parts = [f"q 0.1 0.1 0.35 RG 1 J 1 j {max(_PEN * scale, 0.6):.2f} w"]
        for stroke in self.strokes:
            # A dot is a line to its own place, which round ends make visible.
            first, *rest = stroke if len(stroke) > 1 else stroke * 2
            for operator, (x, y) in zip(("m", *"l" * len(rest)), (first, *rest), strict=True):
                parts.append(
                    f"{left + (x - min(xs)) * scale:.2f} {top - (y - min(ys)) * scale:.2f} "
                    f"{operator}"
                )
            parts.append("S")
        return "\n".join([*parts, "Q"])


def read_drawing(text: str) -> Drawing | None:
    """The drawing that a page sent, None when there is none. Raises InvalidData (`dessin`)."""
    text = text.strip()
    if not text:
        return None
    if len(text) > MOST_LETTERS:
        raise _refused("ce dessin est trop long ; effacez-le et faites plus simple.")
    if not _TEXT.fullmatch(text):
        raise _refused("ce dessin est illisible ; effacez-le, ou signez sans dessin.")
    strokes = tuple(
        tuple((int(x), int(y)) for x, y in (point.split(",") for point in stroke.split(" ")))
        for stroke in text.split(";")
    )
    points = [point for stroke in strokes for point in stroke]
    if len(strokes) > MOST_STROKES or len(points) > MOST_POINTS:
        raise _refused("ce dessin est trop long ; effacez-le et faites plus simple.")
    if any(x > WIDTH or y > HEIGHT for x, y in points):
        raise _refused("ce dessin sort du cadre ; effacez-le, ou signez sans dessin.")
    return Drawing(strokes)


def _refused(message: str) -> InvalidData:
    return InvalidData([Finding("dessin", "error", "dessin", message)])
