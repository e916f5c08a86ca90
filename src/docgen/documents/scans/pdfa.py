"""A new PDF/A-2b made for paper: the frozen PDF's colours, and what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from pikepdf import Array, Name, Pdf

from docgen.documents.finish import UNREADABLE
from docgen.errors import Broken


@contextmanager
def made_of(frozen: bytes) -> Iterator[tuple[Pdf, Pdf]]:
    """(the frozen PDF, a new one with its output intent and language). Raises Broken."""
    try:
        with Pdf.open(io.BytesIO(frozen)) as source, Pdf.new() as made:
            if Name.OutputIntents in source.Root:
                # ISO 19005-2, 6.2.3: the profile that the numbers of the colours are meant in.
                intents = source.make_indirect(source.Root.OutputIntents)
                made.Root.OutputIntents = Array(list(made.copy_foreign(intents)))
            made.Root.Lang = "fr-FR"
            yield source, made
    except UNREADABLE as error:
        raise Broken("Le PDF figé n’est pas lisible.") from error


def claim(document: Pdf, title: str) -> None:
    """Say PDF/A-2b and the title, in the metadata; no date, so that it can be made again."""
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        said["dc:title"] = title
        said["pdfaid:part"] = "2"
        said["pdfaid:conformance"] = "B"
