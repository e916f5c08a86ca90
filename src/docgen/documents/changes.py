"""What text changed from one template to another, paragraph by paragraph."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from docgen.documents.lint.package import open_package
from docgen.documents.lint.reading import Paragraph, parts_of
from docgen.documents.lint.rules import Flaw
from docgen.errors import Broken

Kind = Literal["ajoute", "retire", "modifie"]
# Two paragraphs this alike are one that was modified.
ALIKE = 0.5
_WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Change:
    """One paragraph that changed; `place` is that of the new one, of the old one when removed."""

    part: str
    place: str
    change: Kind
    before: str
    after: str


def changes(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Every paragraph whose words differ, in the order of the document. Raises Broken (no docx)."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Change] = []
    for part in dict.fromkeys([*after, *before]):
        found += _in_part(before.get(part, []), after.get(part, []))
    return tuple(found)


def _paragraphs(docx: bytes) -> dict[str, list[Paragraph]]:
    package = open_package(docx)
    if isinstance(package, Flaw):
        raise Broken(f"Ce n’est pas un document Word lisible ({package.message}).")
    parts: dict[str, list[Paragraph]] = {}
    for part in parts_of(package):
        parts[part.title] = [one for one in part.paragraphs if one.text.strip()]
    return parts


def _words(paragraph: Paragraph) -> str:
    return " ".join(paragraph.text.split(" ")).strip()


def _in_part(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(
        None, [_words(one) for one in old], [_words(one) for one in new], autojunk=False
    )
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _stretch(old[i1:i2], new[j1:j2])


def _stretch(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Change]:
    """Pair the paragraphs of a changed stretch that are alike; the others went or came."""
    waiting = list(old)
    for one in new:
        while waiting and not _alike(waiting[0], one) and any(
            _alike(later, one) for later in waiting[1:]
        ):  # fmt: skip
            yield _gone(waiting.pop(0))
        if waiting and _alike(waiting[0], one):
            before = _words(waiting.pop(0))
            yield Change(one.part, one.place, "modifie", before, _words(one))
        else:
            yield Change(one.part, one.place, "ajoute", "", _words(one))
    yield from (_gone(one) for one in waiting)


def _gone(paragraph: Paragraph) -> Change:
    return Change(paragraph.part, paragraph.place, "retire", _words(paragraph), "")


def _alike(old: Paragraph, new: Paragraph) -> bool:
    matcher = difflib.SequenceMatcher(None, pieces(old.text), pieces(new.text), autojunk=False)
    return matcher.ratio() >= ALIKE


def pieces(text: str) -> list[str]:
    """The words, signs and spaces of a text; a mark is one piece."""
    return _WORDS.findall(text)


def marked(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts as stretches, each told changed or not."""
    old, new = pieces(before), pieces(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left.append(("".join(old[i1:i2]), tag != "equal"))
        right.append(("".join(new[j1:j2]), tag != "equal"))
    return [one for one in left if one[0]], [one for one in right if one[0]]
