"""Two PDFs that should be the same, to the byte or to the eye: where they part."""

from __future__ import annotations

import io
from itertools import zip_longest

import pikepdf

from docgen.documents.pages import page_count, page_image, page_text
from docgen.errors import Broken


def difference(before: bytes, after: bytes) -> str:
    """In French, the first thing a reader would see, else the first object; "" when identical."""
    if before == after:
        return ""
    seen = seen_difference(before, after)
    return seen or f"{_first_object(before, after)} ; les pages se voient pareilles"


def seen_difference(before: bytes, after: bytes) -> str:
    """Where two PDFs differ for a reader: number of pages, words, or a single pixel at 110 dpi.

    Empty when they do not. Raises Broken when one is no PDF.
    """
    pages = page_count(before)
    if pages != page_count(after):
        return f"{page_count(after)} pages au lieu de {pages}"
    for index in range(pages):
        if page_text(before, index) != page_text(after, index):
            return f"le texte de la page {index + 1}"
        if page_image(before, index) != page_image(after, index):
            return f"le dessin de la page {index + 1}, au même texte"
    return ""


def _first_object(before: bytes, after: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(before)) as one, pikepdf.open(io.BytesIO(after)) as other:
            for number, (left, right) in enumerate(zip_longest(one.objects, other.objects), 1):
                if left is None or right is None or _bytes_of(left) != _bytes_of(right):
                    return f"l’objet {number} du PDF"
    except pikepdf.PdfError as error:
        raise Broken("Ce fichier n’est pas un PDF lisible.") from error
    return "la fin du PDF"


def _bytes_of(one: pikepdf.Object) -> bytes:
    if isinstance(one, pikepdf.Stream):
        return one.stream_dict.unparse(resolved=True) + one.read_raw_bytes()
    return one.unparse(resolved=True)
