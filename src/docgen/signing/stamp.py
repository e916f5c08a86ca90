"""The visible seal: lines of text in the signer's box, and what their hand drew, if it did."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from docgen.signing.drawing import Drawing
from docgen.signing.font import Face, embed, face

# Caladea has the languages of western and central Europe; Carlito adds Greek and Cyrillic.
FAMILIES = ("Caladea", "Carlito")
UNCOVERED = "(nom : voir le document)"
ELLIPSIS = "…"

_PADDING = 4.0
_BAR = 1.6
_TEXT_LEFT = 8.0
_LEADING = 1.2
# What of the box a drawing takes, on its right.
_DRAWN = 0.36
_SMALLEST = 5.5
# (size in points, bold, grey level) of the first line, of the name under it, and of the rest.
_LABEL = (7.0, False, 0.35)
_NAME = (10.0, True, 0.08)
_DETAIL = (7.2, False, 0.25)
_ACCENT = "0.11 0.29 0.44"


@dataclass(frozen=True)
class Line:
    """A line that fits: its text, font, size in points and grey level."""

    text: str
    face: Face
    size: float
    grey: float


def set_lines(lines: Sequence[str], width: float, height: float) -> list[Line]:
    """Set the lines in a box: first a label, then the name, then details.

    What is too long is shrunk, then cut with an ellipsis; what no font can show is replaced.
    Raises Unavailable when the fonts are missing.
    """
    cleaned = [text for text in map(_clean, lines) if text]
    styles = [_LABEL, _NAME, *[_DETAIL] * len(cleaned)][: len(cleaned)]
    wanted = sum(size * _LEADING for size, _, _ in styles)
    room = height - 2 * _PADDING
    shrink = min(1.0, room / wanted) if wanted else 1.0
    fitted = []
    for text, (size, bold, grey) in zip(cleaned, styles, strict=True):
        shown, chosen = _in_a_font(text, bold=bold)
        fitted.append(_fit(shown, chosen, size * shrink, grey, width - _TEXT_LEFT - _PADDING))
    return fitted


def _clean(text: str) -> str:
    """One line, composed characters, plain spaces, no invisible marks."""
    composed = unicodedata.normalize("NFC", text)
    visible = (
        c if unicodedata.category(c) not in {"Cc", "Cf"} or c in "\t\n" else "" for c in composed
    )
    return " ".join("".join(visible).split())


def _in_a_font(text: str, *, bold: bool) -> tuple[str, Face]:
    faces = [face(f"{family}-{'Bold' if bold else 'Regular'}") for family in FAMILIES]
    covering = next((candidate for candidate in faces if candidate.covers(text)), None)
    return (text, covering) if covering else (UNCOVERED, faces[0])


def _fit(text: str, chosen: Face, size: float, grey: float, room: float) -> Line:
    natural = chosen.width(text, size)
    if natural > room:
        size = max(min(size, _SMALLEST), size * room / natural)
        while len(text) > 1 and chosen.width(text, size) > room:
            text = text.removesuffix(ELLIPSIS)[:-1].rstrip() + ELLIPSIS
    return Line(text, chosen, size, grey)


@dataclass(frozen=True)
class SealStyle(BaseStampStyle):
    """A pyHanko stamp style that draws `lines`, and a hand's `drawing` beside them."""

    lines: tuple[str, ...] = ()
    drawing: Drawing | None = None

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        text_params: dict[str, str],  # noqa: ARG002 - pyHanko's own parameters, not ours
    ) -> BaseStamp:
        return _Seal(writer, self, box)


class _Seal(BaseStamp):
    def render(self) -> bytes:
        width, height = float(self.box.width), float(self.box.height)
        beside = width * _DRAWN if self.style.drawing else 0.0
        lines = set_lines(self.style.lines, width - beside, height)
        fonts: dict[str, str] = {}
        for line in lines:
            if line.face.name not in fonts:
                name = f"/F{len(fonts) + 1}"
                texts = [other.text for other in lines if other.face.name == line.face.name]
                reference = embed(self._ensure_writer, line.face, texts)
                self.set_resource(ResourceType.FONT, pdf_name(name), reference)
                fonts[line.face.name] = name
        half = 0.25
        drawn = [
            "q",
            f"0.82 G 0.5 w {half} {half} {width - 2 * half:.2f} {height - 2 * half:.2f} re S",
            f"{_ACCENT} rg 0 0 {_BAR} {height:.2f} re f",
        ]
        total = sum(line.size * _LEADING for line in lines)
        top = height - max(_PADDING, (height - total) / 2)
        for line in lines:
            top -= line.size * _LEADING
            # The baseline sits a little above the bottom of its line.
            baseline = top + line.size * 0.28
            drawn.append(
                f"BT {line.grey} g {fonts[line.face.name]} {line.size:.2f} Tf "
                f"{_TEXT_LEFT} {baseline:.2f} Td {line.face.encode(line.text)} Tj ET"
            )
        if self.style.drawing:
            room = (beside - 2 * _PADDING, height - 2 * _PADDING)
            drawn.append(self.style.drawing.in_pdf(width - beside + _PADDING, _PADDING, *room))
        drawn.append("Q")
        return "\n".join(drawn).encode("ascii")
