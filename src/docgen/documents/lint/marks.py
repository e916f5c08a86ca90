"""The marks of a part in order, each with its place; what is wrong with one taken alone.

docxtpl works on the XML text with regular expressions. Here the same marks are read from the tree,
so that each keeps the paragraph it stands in; tests compare the two.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docgen.documents.lint.package import W
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw

_OPEN = re.compile(r"\{[{%#]")
_CLOSES = {"{{": "}}", "{%": "%}", "{#": "#}"}
_STRAY = re.compile(r"\}\}|%\}|#\}")
# docxtpl's own letters after the opening: the paragraph, row, cell or run that the mark replaces.
_SCOPED = re.compile(r"(\{[{%#])(p|tr|tc|r)(?=\s)")
_STATEMENT = re.compile(r"\s*(\w+)")
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
SCOPES = ("p", "tr", "tc", "r")
_FRENCH = {
    "si": "if", "sinon": "else", "sinonsi": "elif", "finsi": "endif", "fin": "endif",
    "pour": "for", "finpour": "endfor", "elseif": "elif", "elsif": "elif", "end": "endif",
}  # fmt: skip
OPENERS = ("if", "for", "macro", "with", "call", "filter", "set")
MIDDLES = {"elif": ("if",), "else": ("if", "for")}
REFUSED = ("include", "import", "from", "extends", "block", "autoescape", "raw", "do", "break")
KNOWN = (*OPENERS, *MIDDLES, *(f"end{name}" for name in OPENERS))
# docxtpl's statements for cells: a colour, a width; vm and hm merge cells.
CELLS = ("colspan", "cellbg", "vm", "hm")


@dataclass(frozen=True)
class Mark:
    """`{{ … }}` or `{% … %}`: its place, its source for Jinja, and docxtpl's letter (`p`, `tr`…).

    `word` is a statement's first word; empty for a printed expression.
    """

    paragraph: Paragraph
    raw: str
    kind: str
    inner: str
    scope: str
    start: int
    end: int
    aside: str = ""
    cell: bool = False

    @property
    def word(self) -> str:
        found = _STATEMENT.match(self.inner) if self.kind == "{%" else None
        return found.group(1) if found else ""

    @property
    def source(self) -> str:
        return f"{self.kind} {self.inner} {_CLOSES[self.kind]}"

    @property
    def meant(self) -> str:
        """The instruction that its first word stands for: itself, in French, or misspelt."""
        word = self.word.lower()
        if word in KNOWN:
            return word
        if word in SCOPES:
            word = self.inner.split()[1].lower() if " " in self.inner else word
        if word in _FRENCH:
            return _FRENCH[word]
        return next(iter(difflib.get_close_matches(word, KNOWN, 1, 0.6)), "")

    def stand_in(self) -> Mark | None:
        """What holds the place of this block when it can't be read; None for what is no block."""
        word = self.meant
        if not word or word in {"macro", "with", "call", "filter", "set"}:
            return None
        # The names of a loop that can't be read are still set inside it.
        names = re.search(r"(\w+(?:\s*,\s*\w+)*)\s+(?:in|dans)\b", self.inner)
        loop = f"for {names.group(1) if names else 'unknown'} in []"
        inner = {"if": "if true", "elif": "elif true", "for": loop}.get(word, word)
        scope = self.word if self.word in SCOPES else self.scope
        return dataclasses.replace(self, inner=inner, scope=scope)

    def flaw(self, rule: str, message: str, suggestion: str = "") -> Flaw:
        """A flaw of this mark."""
        return self.paragraph.flaw(rule, self.raw, message, suggestion)


def marks_of(part: Part) -> tuple[list[Mark], list[Flaw]]:
    """Every mark of a part in order, comments left out, and the flaws of their edges."""
    found: list[Mark] = []
    flaws: list[Flaw] = []
    paragraphs = iter(range(len(part.paragraphs)))
    skip = 0
    for number in paragraphs:
        paragraph = part.paragraphs[number]
        read = _Reader(part.paragraphs, number, skip)
        skip = 0
        own = list(read.marks())
        flaws += read.flaws
        own += _hidden(paragraph, flaws)
        found += sorted(own, key=lambda mark: (mark.start, mark.end))
        skip = read.taken
    return [mark for mark in found if mark.kind != "{#"], flaws


class _Reader:
    """Reads the marks of one paragraph; `taken`: letters of the next one that a mark has eaten."""

    def __init__(self, paragraphs: tuple[Paragraph, ...], number: int, skip: int) -> None:
        self.paragraph = paragraphs[number]
        self.following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        self.at = skip
        self.taken = 0
        self.flaws: list[Flaw] = []

    def marks(self) -> Iterator[Mark]:
        text = self.paragraph.text
        while opening := _OPEN.search(text, self.at):
            self._stray(self.at, opening.start())
            start, kind = opening.start(), opening.group()
            end = text.find(_CLOSES[kind], start + 2)
            # A comment may hold anything.
            another = None if kind == "{#" else _OPEN.search(text, start + 2)
            if end >= 0 and not (another and another.start() < end):
                self.at = end + 2
                yield self._mark(text[start : self.at], start)
            elif another or end >= 0:
                # The next mark begins before this one ends.
                self.at = another.start() if another else len(text)
                self._unclosed(text[start : self.at])
            else:
                self.at = len(text)
                if mark := self._over_the_edge(start, kind):
                    yield mark
        self._stray(self.at, len(text))

    def _over_the_edge(self, start: int, kind: str) -> Mark | None:
        text, after = self.paragraph.text, self.following
        end = after.text.find(_CLOSES[kind]) if after else -1
        begins = _OPEN.search(after.text) if after else None
        if after is None or end < 0 or (begins and begins.start() < end):
            self._unclosed(text[start:])
            return None
        self.taken = end + 2
        raw = f"{text[start:]} {after.text[: self.taken]}"
        self.flaws.append(
            self.paragraph.flaw(
                "marque-coupee",
                raw,
                f"la marque finit dans le paragraphe suivant («\u00a0{after.excerpt}\u00a0»)",
                "écrivez-la d’un trait",
            )
        )
        return self._mark(raw, start)

    def _mark(self, raw: str, start: int) -> Mark:
        if rule := _edge(self.paragraph, start, start + len(raw)):
            self.flaws.append(
                self.paragraph.flaw("marque-a-cheval", raw, f"la marque passe le bord {rule}")
            )
        return _made(self.paragraph, raw, start)

    def _unclosed(self, raw: str) -> None:
        words = raw if len(raw) <= 40 else raw[:39] + "…"
        closing = _CLOSES[raw[:2]]
        self.flaws.append(
            self.paragraph.flaw("marque-non-fermee", words, f"il manque «\u00a0{closing}\u00a0»")
        )

    def _stray(self, start: int, end: int) -> None:
        for stray in _STRAY.finditer(self.paragraph.text, start, end):
            self.flaws.append(
                self.paragraph.flaw(
                    "marque-non-ouverte", stray.group(), "ces signes ferment une marque absente"
                )
            )


def _made(paragraph: Paragraph, raw: str, start: int, aside: str = "") -> Mark:
    scoped = _SCOPED.match(raw)
    scope = scoped.group(2) if scoped else ""
    inner = raw[2 + len(scope) : -2]
    inner = " ".join(inner.strip("-+").translate(_CURLY).split())
    kind = raw[:2]
    name, _, argument = inner.partition(" ")
    cell = kind == "{%" and name in CELLS
    if cell:
        # These become attributes of the cell: an expression is printed there.
        kind, inner = ("{{", argument or '""')
    return Mark(paragraph, raw, kind, inner, scope, start, start + len(raw), aside, cell)


def _hidden(paragraph: Paragraph, flaws: list[Flaw]) -> Iterator[Mark]:
    """The marks in field codes and alternative texts, which are filled as well."""
    for aside in paragraph.asides:
        for found in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}", aside.text, flags=re.DOTALL):
            if aside.pieces > 1:
                flaws.append(
                    paragraph.flaw(
                        "marque-a-cheval", found.group(), "le code du champ est en morceaux"
                    )
                )
            yield _made(paragraph, found.group(), aside.at, aside.what)


_HOLDERS = {
    "hyperlink": "d’un lien",
    "sdtContent": "d’un contrôle de contenu",
    "fldSimple": "d’un champ",
    "smartTag": "d’une balise active",
}


def _edge(paragraph: Paragraph, start: int, end: int) -> str:
    """What a mark begins inside of and ends outside of, or the other way round."""
    held = [one for one in paragraph.letters if one.text and one.start < end]
    held = [one for one in held if one.start + len(one.text) > start]
    if len(held) < 2:
        return ""
    first, last = held[0].element, held[-1].element
    for name, words in _HOLDERS.items():
        if _holder(first, name) is not _holder(last, name):
            return words
    between = _between(paragraph, first, last)
    return "d’un champ" if f"{W}fldChar" in between else ""


def _holder(element: Any, name: str) -> Any:
    return next(element.iterancestors(W + name), None)


def _between(paragraph: Paragraph, first: Any, last: Any) -> set[str]:
    tags: list[str] = []
    inside = False
    for element in paragraph.element.iter():
        inside = inside or element is first
        if inside:
            tags.append(str(element.tag))
        if element is last:
            break
    return set(tags)


def is_block(mark: Mark) -> bool:
    """Tell whether the mark opens something that another one must close."""
    if mark.word == "set":
        # `{% set x %}…{% endset %}`, but not `{% set x = 1 %}`.
        return re.fullmatch(r"set\s+[\w.]+(\s*\|.*)?", mark.inner) is not None
    return mark.word in OPENERS
