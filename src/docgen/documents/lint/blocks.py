"""Blocks: what opens must close, in order, and in the same kind of place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docgen.documents.lint.marks import MIDDLES, Mark, is_block
from docgen.documents.lint.package import W
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_PLACES = {"p": "entre paragraphes", "tr": "entre lignes", "tc": "entre cellules"}


def check_balance(marks: Sequence[Mark]) -> tuple[list[Flaw], list[str]]:
    """The flaws of blocks, and a source a mark a line in which every block is balanced.

    The source holds marks that are well written; a line that nothing can be made of is empty.
    """
    flaws: list[Flaw] = []
    lines: list[str] = []
    opened: list[Mark] = []
    for mark in marks:
        lines.append(mark.source)
        if is_block(mark):
            opened.append(mark)
        elif mark.word in MIDDLES:
            if not opened or opened[-1].word not in MIDDLES[mark.word]:
                flaws.append(
                    mark.flaw("bloc-desequilibre", f"«\u00a0{mark.word}\u00a0» sans son if")
                )
                lines[-1] = ""
            else:
                flaws += _same_place(opened[-1], mark)
        elif mark.word.startswith("end"):
            name = mark.word.removeprefix("end")
            if name not in [block.word for block in opened]:
                flaws.append(
                    mark.flaw("bloc-desequilibre", f"«\u00a0{mark.word}\u00a0» sans son {name}")
                )
                lines[-1] = ""
                continue
            while opened[-1].word != name:
                forgotten = opened.pop()
                flaws.append(_unclosed(forgotten))
                lines[-1] = _closing(forgotten) + lines[-1]
            flaws += _same_place(opened.pop(), mark)
    for block in reversed(opened):
        flaws.append(_unclosed(block))
        lines.append(_closing(block))
    return flaws, lines


def _unclosed(mark: Mark) -> Flaw:
    return mark.flaw(
        "bloc-desequilibre",
        f"ce «\u00a0{mark.word}\u00a0» n’est jamais fermé",
        f"ajoutez {{%{mark.scope} end{mark.word} %}}",
    )


def _closing(mark: Mark) -> str:
    return "{% end" + mark.word + " %}"


def _same_place(opening: Mark, mark: Mark) -> Iterator[Flaw]:
    if opening.aside or mark.aside:
        return
    if opening.scope != mark.scope:
        yield mark.flaw(
            "bloc-a-cheval",
            f"le bloc s’ouvre par `{opening.raw}` et continue par une autre sorte de balise",
            f"écrivez {{%{opening.scope} {mark.inner} %}}",
        )
    elif _holder(opening) is not _holder(mark):
        place = _PLACES.get(mark.scope)
        yield mark.flaw(
            "bloc-a-cheval",
            f"le bloc s’ouvre ailleurs ({opening.paragraph.place}) par `{opening.raw}`",
            f"{{%{mark.scope} va {place} d’un même endroit"
            if place
            else "pour enjamber des paragraphes, employez {%p … %}, seule dans le sien",
        )


def _holder(mark: Mark) -> Any:
    """What must hold both ends of a block, by the kind of its marks."""
    paragraph = mark.paragraph
    match mark.scope:
        case "p":
            return paragraph.element.getparent()
        case "tr":
            return paragraph.around("tbl")
        case "tc":
            return paragraph.around("tr")
        case _:
            return paragraph.element


def check_scoped(marks: Sequence[Mark], part: Part) -> Iterator[Flaw]:
    """What docxtpl would delete beside {%p, {%tr and {%tc, and where it would delete too much."""
    known = {paragraph.element: paragraph for paragraph in part.paragraphs}
    for mark in marks:
        if mark.scope not in _PLACES or mark.aside:
            continue
        unit = _unit(mark)
        if unit is None:
            yield mark.flaw(
                "balise-hors-tableau",
                "cette balise n’est pas dans un tableau",
                f"écrivez `{mark.raw.replace(mark.scope, 'p', 1)}`",
            )
            continue
        beside = _beside(mark, unit, known)
        if beside:
            what = {"p": "le paragraphe", "tr": "la ligne", "tc": "la cellule"}[mark.scope]
            yield mark.flaw(
                "balise-accompagnee",
                f"{what} contient aussi «\u00a0{beside}\u00a0», qui serait supprimé",
                "mettez la balise seule",
            )
        elif mark.scope == "p" and _ends_cell(mark):
            yield mark.flaw("cellule-sans-paragraphe", "la cellule finit par cette balise")


def _unit(mark: Mark) -> Any:
    if mark.scope == "p":
        return mark.paragraph.element
    return mark.paragraph.around(mark.scope)


def _beside(mark: Mark, unit: Any, known: Mapping[Any, Paragraph]) -> str:
    """The first words that the unit holds beside the mark."""
    for element in unit.iter(f"{W}p"):
        paragraph = known.get(element)
        if paragraph is None:
            continue  # the copy of a text box for older programs
        text = paragraph.text
        if paragraph is mark.paragraph:
            text = text[: mark.start] + text[mark.end :]
        if words := " ".join(_COMMENT.sub("", text).split()):
            return words if len(words) <= 40 else words[:39] + "…"
    return ""


def _ends_cell(mark: Mark) -> bool:
    cell = mark.paragraph.around("tc")
    last = cell.findall(f"{W}p")[-1:] if cell is not None else []
    return bool(last) and last[0] is mark.paragraph.element
