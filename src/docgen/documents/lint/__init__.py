"""The check of a template before it is published: everything wrong, at once, with its place.

`check` reads a .docx that nobody has vouched for and changes nothing. It reads what docxtpl would
fill, in the tree rather than in the text, so that each mark keeps its paragraph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from docgen.agreements.base import Agreement
from docgen.documents.lint.blocks import check_balance, check_scoped
from docgen.documents.lint.boxes import check_boxes
from docgen.documents.lint.marks import Mark, marks_of
from docgen.documents.lint.package import Package, check_package, fault, open_package
from docgen.documents.lint.paths import Read, read_part
from docgen.documents.lint.pictures import check_pictures
from docgen.documents.lint.reading import Part, parts_of
from docgen.documents.lint.required import check_required
from docgen.documents.lint.review import check_review, check_unfilled
from docgen.documents.lint.rules import RULES, Flaw, Rule
from docgen.documents.lint.shapes import Shape, marks_of_kind
from docgen.documents.lint.sound import sound_marks
from docgen.documents.lint.summary import check_summary
from docgen.documents.lint.typefaces import check_fonts, check_language, looks_of

__all__ = ["RULES", "Flaw", "Rule", "check", "check_summary"]

Filters = Mapping[str, Callable[..., object]]


def check(docx: bytes, model: type[Agreement] | None, filters: Filters) -> tuple[Flaw, ...]:
    """Every flaw of a template, in the order of the document; none when it can be published.

    `model` is that of its kind: without it the marks are read, not compared to any field.
    Raises Unavailable when this machine's fonts can't be listed.
    """
    package = open_package(docx)
    if isinstance(package, Flaw):
        return (package,)
    parts = parts_of(package)
    known = marks_of_kind(model) if model else {}
    return tuple(_in_order(_flaws(package, parts, known, filters), parts))


def _flaws(
    package: Package, parts: Sequence[Part], known: Mapping[str, Shape], filters: Filters
) -> Iterator[Flaw]:
    if not known:
        yield fault("type-inconnu", "les marques ne sont comparées à aucun formulaire")
    yield from check_package(package)
    looks = looks_of(package)
    yield from check_language(looks, parts)
    used: set[str] = set()
    whole: set[str] = set()
    for part in parts:
        if not part.filled:
            continue
        marks, flaws = marks_of(part)
        yield from flaws
        yield from check_scoped(marks, part)
        sound, flaws = sound_marks(marks)
        yield from flaws
        flaws, lines = check_balance(sound)
        yield from flaws
        printed: list[tuple[str, Mark]] = []
        if known:
            read = read_part(sound, lines, known, filters) if sound else Read()
            yield from (flaw for _, flaw in read.flaws)
            used |= read.used
            whole |= read.whole
            printed = [(path, sound[line - 1]) for path, line in read.printed if line <= len(sound)]
        if part.title == "corps":
            yield from check_boxes(part, printed, known=bool(known))
    yield from check_unfilled(package, parts)
    yield from check_review(parts)
    yield from check_fonts(looks, parts)
    yield from check_pictures(package, parts)
    yield from check_required(known, used, whole)


def _in_order(flaws: Iterator[Flaw], parts: Sequence[Part]) -> list[Flaw]:
    """By part, then by paragraph; each once."""
    places: dict[tuple[str, str], int] = {}
    for part in parts:
        places.setdefault((part.title, ""), len(places))
        for paragraph in part.paragraphs:
            places.setdefault((paragraph.part, paragraph.place), len(places))
    return sorted(dict.fromkeys(flaws), key=lambda flaw: places.get((flaw.part, flaw.place), -1))
