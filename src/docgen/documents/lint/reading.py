"""A template as its author sees it: parts, paragraphs, cells, and the words in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docgen.documents.lint.package import Package, W
from docgen.documents.lint.rules import Flaw, flaw

LONGEST_EXCERPT = 60
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT, _FIELD = f"{W}t", f"{W}instrText"
# What stands for one letter; a mark may not hold the last two, which docxtpl drops.
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}
# The parts that docxtpl fills beside the body, by the kind of their relation.
FILLED = {"header": "en-tête", "footer": "pied de page"}
NOTES = {"footnotes": "note de bas de page", "endnotes": "note de fin"}


@dataclass(frozen=True)
class Letters:
    """A stretch of a paragraph's text, from one XML element; `start` counts in that text."""

    element: Any
    text: str
    start: int


@dataclass(frozen=True)
class Aside:
    """Text that the page does not show: a field's code, a picture's alternative text."""

    what: str
    text: str
    at: int
    pieces: int = 1


@dataclass
class Paragraph:
    """A paragraph of a part: where it is, its text, and the elements that hold it."""

    part: str
    place: str
    element: Any
    text: str = ""
    letters: list[Letters] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    @property
    def excerpt(self) -> str:
        return excerpt(self.text)

    def around(self, name: str) -> Any:
        """The nearest element of that local name that holds this paragraph, or None."""
        return next(self.element.iterancestors(W + name), None)

    def flaw(self, rule: str, mark: str, message: str, suggestion: str = "") -> Flaw:
        """A flaw of this paragraph."""
        return flaw(
            rule,
            self.part,
            message,
            suggestion,
            place=self.place,
            excerpt=self.excerpt,
            mark=mark,
        )


@dataclass(frozen=True)
class Part:
    """One story of the document: the body, a header, the footnotes. `filled`: marks count here."""

    name: str
    title: str
    root: Any
    filled: bool
    paragraphs: tuple[Paragraph, ...]


def excerpt(text: str) -> str:
    """The first words of a text, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1].rstrip() + "…"


def parts_of(package: Package) -> tuple[Part, ...]:
    """The stories of the document, in the order a reader meets them."""
    found = [_part(package, package.main, "corps", filled=True)]
    for kind, title in FILLED.items():
        names = sorted(set(package.related(package.main, kind)), key=_number)
        found += [
            _part(package, name, f"{title} {number}", filled=True)
            for number, name in enumerate(names, 1)
        ]
    for kind, title in NOTES.items():
        for name in package.related(package.main, kind):
            found.append(_part(package, name, title, filled=kind == "footnotes"))
    return tuple(found)


def _number(name: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", name.rpartition("/")[2])
    return int(digits or 0), name


def _part(package: Package, name: str, title: str, *, filled: bool) -> Part:
    root = package.xml(name)
    top = root.find(f"{W}body") if title == "corps" else root
    ranks = _Ranks()
    paragraphs = tuple(
        _read(element, title, ranks)
        for element in top.iter(f"{W}p")
        # Word writes a text box twice; the second is for programs older than 2010.
        if not _is_fallback(element)
    )
    return Part(name, title, top, filled, paragraphs)


def _is_fallback(element: Any) -> bool:
    return next(element.iterancestors(_FALLBACK), None) is not None


def _read(element: Any, title: str, ranks: _Ranks) -> Paragraph:
    part = title
    for note in element.iterancestors(f"{W}footnote", f"{W}endnote"):
        part = f"{title} {ranks.of(note)}"
    paragraph = Paragraph(part, _place(element, ranks), element)
    codes: list[Any] = []
    for inner in _own(element):
        if inner.tag == _FIELD:
            codes.append(inner)
        elif inner.tag == f"{W}fldChar" and codes:
            paragraph.asides.append(_code(codes, len(paragraph.text)))
            codes = []
        _take(paragraph, inner)
    if codes:
        paragraph.asides.append(_code(codes, len(paragraph.text)))
    return paragraph


def _take(paragraph: Paragraph, inner: Any) -> None:
    """Add to a paragraph what one of its elements says."""
    at = len(paragraph.text)
    sign = _SIGNS.get(inner.tag, "") if inner.getparent().tag == f"{W}r" else ""
    if text := (inner.text or "") if inner.tag == _TEXT else sign:
        paragraph.letters.append(Letters(inner, text, at))
        paragraph.text += text
    for key, value in inner.attrib.items():
        if "{{" in value or "{%" in value:
            what = "texte de remplacement" if key in {"descr", "title", "alt"} else "attribut"
            paragraph.asides.append(Aside(what, value, at))


def _code(codes: list[Any], at: int) -> Aside:
    return Aside("code de champ", "".join(code.text or "" for code in codes), at, len(codes))


def _own(paragraph: Any) -> Iterator[Any]:
    """The elements of a paragraph in order, without those of a text box's paragraphs."""
    waiting = list(reversed(paragraph))
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner.tag, str) or inner.tag in {_FALLBACK, f"{W}p", f"{W}del"}:
            continue
        yield inner
        waiting += reversed(inner)


def _place(element: Any, ranks: _Ranks) -> str:
    """« paragraphe 3 », « tableau 1, ligne 2, cellule 1 », « zone de texte 1 »."""
    steps: list[str] = []
    for above in element.iterancestors(f"{W}tc", f"{W}txbxContent"):
        if above.tag == f"{W}txbxContent":
            steps.append(f"zone de texte {ranks.of(above)}")
            continue
        row = next(above.iterancestors(f"{W}tr"))
        table = next(above.iterancestors(f"{W}tbl"))
        rank = f"intérieur {ranks.of(table)}" if _nested(table) else str(ranks.of(table))
        line = 1 + sum(1 for _ in row.itersiblings(f"{W}tr", preceding=True))
        cell = 1 + sum(1 for _ in above.itersiblings(f"{W}tc", preceding=True))
        steps.append(f"tableau {rank}, ligne {line}, cellule {cell}")
    return ", ".join(reversed(steps)) if steps else f"paragraphe {ranks.of(element)}"


class _Ranks:
    """The number of each element among those of its sort, from 1, in the order they are met."""

    def __init__(self) -> None:
        # Elements themselves are the keys: a proxy that lxml has dropped may come back as another.
        self._ranks: dict[Any, int] = {}
        self._met: dict[tuple[str, bool], int] = {}

    def of(self, element: Any) -> int:
        if element not in self._ranks:
            sort = (element.tag, element.tag == f"{W}tbl" and _nested(element))
            self._met[sort] = self._met.get(sort, 0) + 1
            self._ranks[element] = self._met[sort]
        return self._ranks[element]


def _nested(table: Any) -> bool:
    return next(table.iterancestors(f"{W}tc"), None) is not None
