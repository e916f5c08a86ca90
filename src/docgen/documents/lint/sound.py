"""The marks that Jinja can read, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment

from docgen.documents.lint.marks import REFUSED, Mark
from docgen.documents.lint.rules import Flaw
from docgen.documents.lint.spelling import check_mark


def sound_marks(marks: Sequence[Mark]) -> tuple[list[Mark], list[Flaw]]:
    """Of `marks`, those that can be read or have a stand-in, in order; the flaws of the others."""
    syntax = Environment(autoescape=True)
    sound: list[Mark] = []
    flaws: list[Flaw] = []
    for mark in marks:
        if mark.word.removeprefix("end") in REFUSED and mark.word.startswith("end"):
            continue  # its opening is told
        flaw = check_mark(mark, syntax)
        if flaw is None:
            sound.append(mark)
        else:
            flaws.append(flaw)
            # A block that can't be read is still opened: its end is not to be blamed.
            if replaced := mark.stand_in():
                sound.append(replaced)
    return sound, flaws
