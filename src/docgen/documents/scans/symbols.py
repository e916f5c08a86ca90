"""QR codes, drawn and found: the home of zxing-cpp (ISO/IEC 18004)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFilter

from docgen.documents.scans.geometry import Point

# A quarter of the symbol may be lost: a fold, a thumb, a coffee ring.
_CORRECTION = "Q"
# ISO/IEC 18004, 6.3.8: four squares of white around.
QUIET = 4
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
# A picture that is larger is clear enough as it is.
_MOST_TO_ENLARGE = 8_000_000


@dataclass(frozen=True)
class Seen:
    """A QR code in a picture: its text; its corners in pixels, clockwise from its own top left."""

    text: str
    corners: tuple[Point, Point, Point, Point]


def squares(text: str) -> list[list[bool]]:
    """The symbol, row by row, True where it is dark; without its quiet zone."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=_CORRECTION)
    # Its types know the buffer of an image from Python 3.12 on.
    drawn = memoryview(made.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    side = len(drawn)
    return [[drawn[y, x] == 0 for x in range(side)] for y in range(side)]


def seen(picture: Image.Image, enough: int = 2) -> list[Seen]:
    """The QR codes of a picture, however it is turned.

    It is looked at as it is, then enlarged, then smoothed and enlarged, until `enough` are found:
    the look that found the most is believed. That order reads the most for the least time
    (docs/papier.md).
    """
    best: list[Seen] = []
    for scale, look in _looks(picture.convert("L")):
        found = zxingcpp.read_barcodes(look, _QR)
        if len(found) > len(best):
            best = [Seen(one.text, _corners(one.position, scale)) for one in found]
        if len(best) >= enough:
            break
    return best


def _looks(grey: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    yield 1, grey
    if grey.width * grey.height <= _MOST_TO_ENLARGE:
        twice = (grey.width * 2, grey.height * 2)
        yield 2, grey.resize(twice, Image.Resampling.BICUBIC)
        smooth = grey.filter(ImageFilter.GaussianBlur(0.8))
        yield 2, smooth.resize(twice, Image.Resampling.BICUBIC)


def _corners(place: zxingcpp.Position, scale: int) -> tuple[Point, Point, Point, Point]:
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    a, b, c, d = ((corner.x / scale, corner.y / scale) for corner in corners)
    return a, b, c, d
