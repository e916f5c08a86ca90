"""The pages of a template's examples: what must not move when the file changes underneath."""

from __future__ import annotations

from docgen.documents.pages import page_count, page_image, page_text


def first_difference(before: bytes, after: bytes) -> str:
    """Where two PDFs differ for a reader: number of pages, words, or a single pixel at 110 dpi.

    Empty when they do not. Raises Broken when one is no PDF.
    """
    pages = page_count(before)
    if pages != page_count(after):
        return f"{page_count(after)} pages au lieu de {pages}"
    for number in range(pages):
        if page_text(before, number) != page_text(after, number):
            return f"le texte de la page {number + 1}"
        if page_image(before, number) != page_image(after, number):
            return f"l’image de la page {number + 1}"
    return ""
