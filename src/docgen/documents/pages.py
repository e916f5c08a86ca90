"""What a reader sees of a PDF: its pages as pictures, their words, and where a phrase stands.

PDFium is not thread-safe: one lock holds every call to it.
"""

from __future__ import annotations

import hashlib
import io
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from docgen.documents.kept import Kept
from docgen.errors import Broken, NotFound

_LOCK = threading.Lock()
_PICTURES = Kept(64 * 1024 * 1024)
POINTS_PER_INCH = 72
# 20 million pixels are an A3 page at 300 dpi; a page that claims more is drawn smaller.
MOST_PIXELS = 20_000_000
# What PDFium gives for a hyphen that ends a line.
_LINE_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})


@dataclass(frozen=True)
class Place:
    """Where words stand: page counted from 0, then PDF points from the page's bottom left."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


def page_count(pdf: bytes) -> int:
    """How many pages. Raises Broken when it is no PDF."""
    with _opened(pdf) as document:
        return len(document)


def page_image(pdf: bytes, index: int, dpi: int = 110) -> bytes:
    """Page `index` (from 0) as a PNG, signatures' appearances included. Raises Broken, NotFound.

    Drawn once for these bytes, as long as there is room to keep it.
    """
    key = (hashlib.sha256(pdf).digest(), index, dpi)
    return _PICTURES.get(key, lambda: _drawn(pdf, index, dpi))


def _drawn(pdf: bytes, index: int, dpi: int) -> bytes:
    with _opened(pdf) as document:
        # Widgets, and so visible signatures, are drawn with the form only.
        document.init_forms()
        page = _page(document, index)
        picture = _rendered(page, dpi)
        page.close()
    out = io.BytesIO()
    # Level 3 takes two thirds of the default's time, and makes these pages smaller.
    picture.convert("RGB").save(out, "PNG", compress_level=3)
    return out.getvalue()


def _rendered(page: pdfium.PdfPage, dpi: int) -> Image.Image:
    width, height = page.get_size()
    scale = dpi / POINTS_PER_INCH
    if (pixels := width * height * scale**2) > MOST_PIXELS:
        scale *= (MOST_PIXELS / pixels) ** 0.5
    picture: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil()
    return picture


def page_pictures(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    """Every page in RGB, one after the other. Raises Broken."""
    with _opened(pdf) as document:
        document.init_forms()
        for index in range(len(document)):
            page = _page(document, index)
            yield _rendered(page, dpi).convert("RGB")
            page.close()


def page_text(pdf: bytes, index: int) -> str:
    """The words of page `index` (from 0), one line of the page a line. Raises Broken, NotFound."""
    with _opened(pdf) as document:
        return _words(document, index)


def page_texts(pdf: bytes) -> list[str]:
    """The words of every page, as `page_text` gives them, the file opened once. Raises Broken."""
    with _opened(pdf) as document:
        return [_words(document, index) for index in range(len(document))]


def _words(document: pdfium.PdfDocument, index: int) -> str:
    page = _page(document, index)
    text = page.get_textpage()
    words = str(text.get_text_range())
    text.close()
    page.close()
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_HYPHENS)


def page_height(pdf: bytes, index: int) -> float:
    """How high page `index` (from 0) is, in points. Raises Broken, NotFound."""
    with _opened(pdf) as document:
        page = _page(document, index)
        height = float(page.get_height())
        page.close()
    return height


def letters_outside(
    pdf: bytes, index: int, boxes: Sequence[tuple[float, float, float, float]]
) -> str:
    """What page `index` (from 0) says outside of `boxes` (left, bottom, right, top), unspaced.

    A letter is where its middle is. Raises Broken, NotFound.
    """
    with _opened(pdf) as document:
        page = _page(document, index)
        text = page.get_textpage()
        kept = []
        for number in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(number)
            x, y = (left + right) / 2, (bottom + top) / 2
            if not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes):
                kept.append(chr(pdfium_c.FPDFText_GetUnicode(text, number)))
        text.close()
        page.close()
    return _solid(kept)[0]


def locate(pdf: bytes, phrases: Sequence[str]) -> dict[str, Place]:
    """The last place of each phrase in the document, as whole words.

    Spaces of any width, line ends and ligatures do not count. Raises Broken when one is missing.
    """
    found: dict[str, Place] = {}
    with _opened(pdf) as document:
        for index in reversed(range(len(document))):
            wanted = [phrase for phrase in phrases if phrase not in found]
            if not wanted:
                break
            page = _page(document, index)
            text = page.get_textpage()
            found.update(_places(text, index, wanted))
            text.close()
            page.close()
    for phrase in phrases:
        if phrase not in found:
            raise Broken(
                f"Le PDF ne contient pas « {phrase} » : le modèle Word a perdu ce cadre, "
                "ou son texte a été changé."
            )
    return found


def _places(text: pdfium.PdfTextPage, page: int, phrases: list[str]) -> dict[str, Place]:
    """The last place of those phrases that this page holds."""
    letters = [chr(pdfium_c.FPDFText_GetUnicode(text, n)) for n in range(text.count_chars())]
    solid, origin = _solid(letters)
    places: dict[str, Place] = {}
    for phrase in phrases:
        sought, _ = _solid(list(phrase))
        start = len(solid)
        while sought and (start := solid.rfind(sought, 0, start + len(sought) - 1)) >= 0:
            first, last = origin[start], origin[start + len(sought) - 1]
            if _alone(letters, first, last):
                boxes = [
                    text.get_charbox(n) for n in sorted({*origin[start : start + len(sought)]})
                ]
                places[phrase] = Place(
                    page,
                    min(box[0] for box in boxes),
                    min(box[1] for box in boxes),
                    max(box[2] for box in boxes),
                    max(box[3] for box in boxes),
                )
                break
    return places


def _solid(letters: list[str]) -> tuple[str, list[int]]:
    """The letters without spaces, ligatures split, and the number each comes from."""
    pairs = [
        (part, number)
        for number, letter in enumerate(letters)
        for part in unicodedata.normalize("NFKC", letter)
        if part.isprintable() and not part.isspace()
    ]
    return "".join(part for part, _ in pairs), [number for _, number in pairs]


def _alone(letters: list[str], first: int, last: int) -> bool:
    """Tell whether no word goes on beyond: « n° 1 » is not in « n° 12 »."""
    before = letters[first - 1] if first else " "
    after = letters[last + 1] if last + 1 < len(letters) else " "
    return not (
        (before.isalnum() and letters[first].isalnum())
        or (after.isalnum() and letters[last].isalnum())
    )


@contextmanager
def _opened(pdf: bytes) -> Iterator[pdfium.PdfDocument]:
    with _LOCK:
        try:
            document = pdfium.PdfDocument(pdf)
        except pdfium.PdfiumError as error:
            raise Broken("Ce fichier n’est pas un PDF lisible.") from error
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise Broken("Ce PDF est abîmé : une page ne peut pas être lue.") from error
        finally:
            document.close()


def _page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    if not 0 <= index < len(document):
        raise NotFound("La page", str(index + 1))
    return document[index]
