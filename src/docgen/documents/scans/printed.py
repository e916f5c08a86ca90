"""The pages to print: those of the frozen PDF, each with its code in two corners.

The frozen bytes are read and never changed: this is another file, for paper alone. It has no field
that could be signed on screen, no data attached, and is PDF/A-2b.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from docgen.documents.outlines import outlined
from docgen.documents.pages import page_image
from docgen.documents.scans.codes import MOST_PAGES, Corner, PageCode, short
from docgen.documents.scans.geometry import Point
from docgen.documents.scans.pdfa import claim, made_of
from docgen.documents.scans.symbols import QUIET, squares
from docgen.errors import Broken, Refused

# 19 mm with its white, 12 points from the edges that no printer reaches.
SIDE, EDGE = 54.0, 12.0
_SIZE, _LEADING, _GAP = 8.0, 10.0, 4.0
_INK = "0 g"


@dataclass(frozen=True)
class Box:
    """A signature field: its name, page from 1, sides in points from the page's top left."""

    name: str
    page: int
    sides: tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """What a scan is held against: each page's (width, height) in points, and the boxes to sign."""

    sizes: tuple[tuple[float, float], ...]
    boxes: tuple[Box, ...]


def code_of(reference: str, frozen: bytes, page: int, pages: int) -> PageCode:
    """The code of a page (from 1) of those bytes."""
    return PageCode(reference, page, pages, short(hashlib.sha256(frozen).hexdigest()))


def to_print(frozen: bytes, reference: str) -> bytes:
    """The PDF to print. Raises Broken (not a PDF) or Refused (too long, a corner is not free).

    The same arguments give the same bytes.
    """
    with made_of(frozen) as (source, printed):
        pages = len(source.pages)
        if pages > MOST_PAGES:
            raise Refused(f"{reference} a {pages} pages : {MOST_PAGES} au plus pour le papier.")
        # Paper has no fields, and no tags: in memory alone, the frozen bytes stay as they are.
        for page in source.pages:
            for on_screen in (Name.Annots, Name.StructParents, Name.Tabs, Name.AA):
                if on_screen in page.obj:
                    del page.obj[on_screen]
        printed.pages.extend(source.pages)
        for number, page in enumerate(printed.pages, 1):
            width, height = _size(page)
            _check_free(frozen, number, width, height)
            code = code_of(reference, frozen, number, pages)
            drawn = "\n".join(("q", _INK, *_stamps(code, width, height), "Q"))
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ\n" + drawn.encode("ascii"))
        claim(printed, f"{reference}, à signer à la main")
        out = io.BytesIO()
        printed.save(out, deterministic_id=True)
    return out.getvalue()


def layout_of(frozen: bytes) -> Layout:
    """The pages and signature boxes of the frozen PDF. Raises Broken."""
    try:
        with Pdf.open(io.BytesIO(frozen)) as document:
            sizes = tuple(_size(page) for page in document.pages)
            return Layout(sizes, tuple(_boxes(document, sizes)))
    except pikepdf.PdfError as error:
        raise Broken("Le PDF figé n’est pas lisible.") from error


def corners_of(corner: Corner, side_squares: int, size: tuple[float, float]) -> list[Point]:
    """Where the four corners of a symbol are printed, clockwise from its top left.

    In points from the page's top left; `side_squares` is the symbol's own side.
    """
    width, height = size
    square = SIDE / (side_squares + 2 * QUIET)
    left = width - EDGE - SIDE if corner is Corner.TOP_RIGHT else EDGE
    top = EDGE if corner is Corner.TOP_RIGHT else height - EDGE - SIDE
    near, far = QUIET * square, SIDE - QUIET * square
    return [(left + x, top + y) for x, y in ((near, near), (far, near), (far, far), (near, far))]


def _stamps(code: PageCode, width: float, height: float) -> list[str]:
    drawn = []
    for corner in Corner:
        rows = squares(code.written(corner))
        square = SIDE / (len(rows) + 2 * QUIET)
        left, top = corners_of(corner, len(rows), (width, height))[0]
        drawn += [
            f"{left + x * square:.3f} {height - top - (y + 1) * square:.3f} "
            f"{length * square:.3f} {square:.3f} re"
            for y, row in enumerate(rows)
            for x, length in _runs(row)
        ]
        drawn.append("f")
    right = width - EDGE - SIDE - _GAP
    middle = height - EDGE - SIDE / 2
    drawn.append(outlined(f"{code.reference} · {code.page}/{code.pages}", _SIZE, right, middle + 2))
    drawn.append(outlined(code.spoken, _SIZE, right, middle + 2 - _LEADING))
    return drawn


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark squares: one rectangle, without a hair line inside."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


def _check_free(frozen: bytes, number: int, width: float, height: float) -> None:
    """Nothing may be covered: a template that fills these corners can't be printed with a code."""
    picture = Image.open(io.BytesIO(page_image(frozen, number - 1, dpi=72))).convert("L")
    across, down = picture.width / width, picture.height / height
    for left, top in ((width - EDGE - SIDE, EDGE), (EDGE, height - EDGE - SIDE)):
        part = picture.crop(
            (
                round(left * across), round(top * down),
                round((left + SIDE) * across), round((top + SIDE) * down),
            )
        )  # fmt: skip
        darkest, _ = part.getextrema()
        if isinstance(darkest, (int, float)) and darkest < 200:
            raise Refused(
                f"Le coin de la page {number} où va le code n’est pas libre : élargissez la marge "
                "du modèle Word (2,4 cm à droite en haut, à gauche en bas)."
            )


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return right - left, top - bottom


def _boxes(document: Pdf, sizes: Sequence[tuple[float, float]]) -> list[Box]:
    form = document.Root.get(Name.AcroForm)
    fields = form.Fields if isinstance(form, Dictionary) and Name.Fields in form else Array()
    numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, 1)}
    boxes = []
    for field in fields:
        if field.get(Name.FT) != Name.Sig or Name.P not in field:
            continue
        number = numbers[field.P.objgen]
        left, bottom, right, top = (float(side) for side in field.Rect)
        height = sizes[number - 1][1]
        boxes.append(Box(str(field.T), number, (left, height - top, right, height - bottom)))
    return boxes
