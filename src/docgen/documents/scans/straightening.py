"""A page of paper taken out of its picture: upright, and nothing of what lay around it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageFilter

from docgen.documents.scans.codes import Corner, PageCode, parse
from docgen.documents.scans.geometry import Point, Projection, projection, similarity
from docgen.documents.scans.printed import Box, corners_of
from docgen.documents.scans.symbols import Seen, squares

A4 = (595.3, 841.9)
# With one code alone, how the sheet lies is known less well: this is shown around it.
_AROUND = 42.5
# Two codes that do not lie as on one sheet, by more than this, are not of one sheet.
_FARTHEST = 0.02
_MOST_DPI, _LEAST_DPI = 200, 100
_QUALITY = 80
# The frame's own line, and how far a page may have been laid wrong.
_INSIDE = 5.0
# A point is ink when it is darker than the paper around it by that much, of 255.
_DARKER = 40


@dataclass(frozen=True)
class Laid:
    """A sheet in a picture: its code, how many of them were read, and where its points fall."""

    code: PageCode
    codes: int
    size: tuple[float, float]
    place: Projection
    around: float
    dpi: int


@dataclass(frozen=True)
class Page:
    """The page in RGB, the size it is shown at (points), and the ink in its signature boxes."""

    picture: Image.Image
    size: tuple[float, float]
    ink: Mapping[str, int]

    def jpeg(self) -> bytes:
        """JPEG bytes, without EXIF."""
        out = io.BytesIO()
        self.picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
        return out.getvalue()


def laid(found: Iterable[Seen], sizes: Sequence[tuple[float, float]]) -> Iterator[Laid]:
    """The sheets that these codes are on, one for each page; other QR codes don't count."""
    sheets: dict[PageCode, dict[Corner, Seen]] = {}
    for one in found:
        if (said := parse(one.text)) is not None:
            sheets.setdefault(said[0], {}).setdefault(said[1], one)
    for code, corners in sheets.items():
        size = sizes[code.page - 1] if code.page <= len(sizes) else A4
        yield _laid(code, corners, size)


def _laid(code: PageCode, corners: Mapping[Corner, Seen], size: tuple[float, float]) -> Laid:
    page: list[Point] = []
    picture: list[Point] = []
    for corner, one in corners.items():
        page += corners_of(corner, len(squares(code.written(corner))), size)
        picture += one.corners
    place = similarity(page[:4], picture[:4])
    around = _AROUND
    if len(corners) == len(Corner):
        both = projection(page, picture)
        tolerated = _FARTHEST * abs(complex(*both(*size)) - complex(*both(0, 0)))
        if both.error(page, picture) < tolerated:
            place, around = both, 0.0
    left, right = complex(*picture[0]), complex(*picture[1])
    dpi = abs(right - left) / (page[1][0] - page[0][0]) * 72
    return Laid(
        code, len(corners), size, place, around, max(_LEAST_DPI, min(_MOST_DPI, round(dpi)))
    )


def straightened(picture: Image.Image, one: Laid, boxes: Sequence[Box]) -> Page:
    """The sheet, upright, at the size of its paper."""
    scale = one.dpi / 72
    size = (one.size[0] + 2 * one.around, one.size[1] + 2 * one.around)
    place = one.place.scaled(scale, -one.around, -one.around)
    upright = picture.transform(
        (round(size[0] * scale), round(size[1] * scale)),
        Image.Transform.PERSPECTIVE,
        (place.a, place.b, place.c, place.d, place.e, place.f, place.g, place.h),
        # Bicubic takes three times as long, and shows nothing more of a page at 200 dpi.
        Image.Resampling.BILINEAR,
        fillcolor="white",
    )
    ink = {
        box.name: _ink(upright, box, scale, one.around)
        for box in boxes
        if box.page == one.code.page
    }
    return Page(upright, size, ink)


def _ink(upright: Image.Image, box: Box, scale: float, around: float) -> int:
    """Thousandths of a box that are darker than the paper about them."""
    left, top, right, bottom = (round((side + around) * scale) for side in box.sides)
    margin = round(_INSIDE * scale)
    part = upright.crop((left + margin, top + margin, right - margin, bottom - margin)).convert("L")
    # At 75 dpi a stroke is a point or two wide, and the noise of a sensor is gone.
    fewer = 75 / 72 / scale
    small = part.resize(
        (max(1, round(part.width * fewer)), max(1, round(part.height * fewer))),
        Image.Resampling.BOX,
    )
    paper = small.filter(ImageFilter.MedianFilter(9)).filter(ImageFilter.GaussianBlur(6))
    dark = sum(
        about - here > _DARKER for here, about in zip(small.tobytes(), paper.tobytes(), strict=True)
    )
    return dark * 1000 // (small.width * small.height)
