"""What a PDF says of itself, whoever made it: pages, PDF/A mark, password, programs inside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from docgen.documents.finish import UNREADABLE

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
            with document.open_metadata() as metadata:
                pdfa = str(metadata.pdfa_status)
            return Marks(
                readable=True,
                encrypted=document.is_encrypted,
                pages=len(document.pages),
                pdfa=pdfa[:4],
                programs=tuple(sorted(set(_programs(document)))),
            )
    except pikepdf.PasswordError:
        return Marks(readable=True, encrypted=True)
    except (*UNREADABLE, RuntimeError, RecursionError, SyntaxError):
        # RuntimeError is how qpdf speaks of a loop, SyntaxError how lxml does of bad metadata.
        return Marks(readable=False)


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
