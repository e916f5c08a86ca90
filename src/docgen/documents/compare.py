"""Two PDFs that should be the same bytes: where they part."""

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
    counts = page_count(before), page_count(after)
    if counts[0] != counts[1]:
        return f"{counts[0]} pages figées, {counts[1]} refaites"
    for index in range(counts[0]):
        if page_text(before, index) != page_text(after, index):
            return f"le texte de la page {index + 1}"
        if page_image(before, index) != page_image(after, index):
            return f"le dessin de la page {index + 1}, au même texte"
    return f"{_first_object(before, after)} ; les pages se voient pareilles"


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
