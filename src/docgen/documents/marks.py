"""What a PDF says of itself, whoever made it: pages, PDF/A mark, password, programs inside."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from docgen.documents.finish import UNREADABLE, unpacked
from docgen.errors import Broken

_MOST_METADATA = 1024 * 1024
# XMP writes a value as an attribute or as an element.
_PART = re.compile(rb"""pdfaid:part(?:>|\s*=\s*["'])\s*([1-4])""")
_LEVEL = re.compile(rb"""pdfaid:conformance(?:>|\s*=\s*["'])\s*([ABUEFabuef])""")
# ISO 32000-2, 12.6.4: these actions run something, or open what is outside the file.
_PROGRAMS = {"/JavaScript": "du JavaScript", "/Launch": "une commande à lancer"}


@dataclass(frozen=True)
class Marks:
    """`pdfa` is the mark in the metadata ("3B"), which nobody checked; `programs` in French."""

    readable: bool
    encrypted: bool = False
    pages: int = 0
    pdfa: str = ""
    programs: tuple[str, ...] = ()


def marks_of(pdf: bytes) -> Marks:
    """The marks of a PDF; for bytes that are none, `readable` is False and nothing is raised."""
    try:
        with Pdf.open(io.BytesIO(pdf)) as document:
            return Marks(
                readable=True,
                encrypted=document.is_encrypted,
                pages=len(document.pages),
                pdfa=_pdfa(document),
                programs=tuple(sorted(set(_programs(document)))),
            )
    except pikepdf.PasswordError:
        return Marks(readable=True, encrypted=True)
    except (*UNREADABLE, RuntimeError, RecursionError):
        # RuntimeError is how qpdf speaks of a loop.
        return Marks(readable=False)


def _pdfa(document: Pdf) -> str:
    """The part and the level of ISO 19005 that the metadata claims: "3B"."""
    metadata = document.Root.get(Name.Metadata)
    if not isinstance(metadata, pikepdf.Stream):
        return ""
    try:
        text = unpacked(metadata, _MOST_METADATA)
    except Broken:
        return ""
    found = [re.search(mark, text) for mark in (_PART, _LEVEL)]
    return "".join(one[1].decode() for one in found if one).upper()


def _programs(document: Pdf) -> Iterator[str]:
    for thing in document.objects:
        if isinstance(thing, Dictionary):
            yield from _programs_in(thing)


def _programs_in(thing: pikepdf.Object, depth: int = 0) -> Iterator[str]:
    """Those of an object and of the dictionaries written inside it."""
    action = str(thing.get(Name.S, ""))
    if action in _PROGRAMS:
        yield _PROGRAMS[action]
    elif Name.JS in thing:
        yield _PROGRAMS["/JavaScript"]
    if depth < 8:
        for inner in thing.values():
            if isinstance(inner, Dictionary) and not inner.is_indirect:
                yield from _programs_in(inner, depth + 1)
