"""A few words drawn as outlines: no font to embed, nothing for a screen reader to stumble on."""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont, TTLibError

from docgen.errors import Unavailable

CARLITO = Path("/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf")
# It wonders at the font's date of creation on the standard error.
logging.getLogger("fontTools").setLevel(logging.ERROR)


class _Pen(BasePen):  # type: ignore[misc]
    """Writes what it draws as PDF path operators (ISO 32000-1, 8.5.2)."""

    def __init__(self, glyphs: object, scale: float, left: float, bottom: float) -> None:
        super().__init__(glyphs)
        self.scale, self.left, self.bottom = scale, left, bottom
        self.operators: list[str] = []

    def _write(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (
            f"{self.left + x * self.scale:.2f} {self.bottom + y * self.scale:.2f}"
            for x, y in points
        )
        self.operators.append(" ".join([*numbers, operator]))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 — fontTools' names
        self._write("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._write("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._write("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self._write("h")


def outlined(text: str, size: float, right: float, baseline: float) -> str:
    """The operators that fill `text`, ending at `right`; all in points. Raises Unavailable."""
    font = _font()
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    scale = size / font["head"].unitsPerEm
    letters = [glyphs[names[ord(letter)]] for letter in text]
    left = right - scale * sum(letter.width for letter in letters)
    drawn: list[str] = []
    for letter in letters:
        pen = _Pen(glyphs, scale, left, baseline)
        letter.draw(pen)
        drawn += pen.operators
        left += letter.width * scale
    return "\n".join([*drawn, "f"])


@lru_cache(maxsize=1)
def _font() -> TTFont:
    try:
        return TTFont(io.BytesIO(CARLITO.read_bytes()), lazy=True)
    except (OSError, TTLibError) as error:
        raise Unavailable(
            f"La police {CARLITO} manque ou ne se lit pas.",
            "Installez le paquet fonts-crosextra-carlito.",
        ) from error
