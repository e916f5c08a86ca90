"""How many pages a PDF from anywhere has: read in a process of its own."""

from __future__ import annotations

import sys

from docgen.confinement import Limits, answer_of
from docgen.documents.pages import page_count
from docgen.errors import Broken, DocgenError

_LIMITS = Limits(answer=1024)


def pages_of_anything(pdf: bytes) -> int:
    """Pages of a PDF that nobody checked. Raises Broken: not a PDF, or one that can't be read."""
    said = answer_of(__name__, pdf, _LIMITS)
    if said is None or not said.strip().isdigit():
        raise Broken("Ce fichier n’est pas un PDF lisible.")
    return int(said)


def main() -> None:
    """The child: a PDF on the standard input, its number of pages on the standard output."""
    try:
        sys.stdout.write(str(page_count(sys.stdin.buffer.read())))
    except DocgenError:
        sys.exit(1)
