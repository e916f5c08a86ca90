"""One mark read alone: what Word's corrections and a slip of the hand have made of it."""

from __future__ import annotations

import re

from jinja2 import Environment, TemplateSyntaxError

from docgen.documents.lint.marks import KNOWN, MIDDLES, REFUSED, SCOPES, Mark, is_block
from docgen.documents.lint.rules import Flaw

_SPOILT = re.compile("[«»–—\u2011\u00ad\u200b\u200c\u200d\ufeff„‹›…]")
_MENDED = str.maketrans(
    dict.fromkeys("«»„‹›", '"') | {"–": "-", "—": "-", "\u2011": "-", "…": "..."}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", "")
)  # fmt: skip


def check_mark(mark: Mark, syntax: Environment) -> Flaw | None:
    """The first thing that keeps this mark from being read, or None."""
    if spoilt := _SPOILT.search(mark.inner):
        sign = spoilt.group()
        shown = f"Word y a mis «\u00a0{sign}\u00a0»"
        better = re.sub(r'"\s*([^"]*?)\s*"', r'"\1"', mark.raw.translate(_MENDED))
        return mark.flaw(
            "marque-typographie",
            shown if sign.isprintable() else "Word y a mis un signe invisible",
            f"écrivez `{better}`",
        )
    if mark.scope and mark.raw[2 + len(mark.scope)] != " ":
        better = f"{mark.raw[: 2 + len(mark.scope)]} {mark.raw[3 + len(mark.scope) :]}"
        return mark.flaw(
            "marque-typographie", "l’espace après la lettre est insécable", f"écrivez `{better}`"
        )
    if mark.word in REFUSED:
        return mark.flaw("instruction-interdite", f"«\u00a0{mark.word}\u00a0» n’est pas permis")
    if mark.scope and re.search(r"[}%]", mark.inner):
        return mark.flaw(
            "marque-syntaxe", f"une balise {{%{mark.scope} ne peut pas contenir % ni }}"
        )
    if mark.kind == "{%" and (mark.raw.startswith("{%-") or mark.raw.endswith("-%}")):
        # docxtpl drops all between it and the neighbouring text, ends of paragraphs included.
        better = mark.raw.replace("{%-", "{%").replace("-%}", "%}")
        return mark.flaw(
            "balise-tiret", "le tiret efface la fin de paragraphe", f"écrivez `{better}`"
        )
    if mark.cell and mark.paragraph.around("tc") is None:
        return mark.flaw("balise-hors-tableau", "cette balise n’est pas dans une cellule")
    try:
        syntax.parse(_alone(mark))
    except TemplateSyntaxError as error:
        return mark.flaw("marque-syntaxe", *_explained(mark, error))
    except RecursionError:
        return mark.flaw("marque-syntaxe", "elle est trop imbriquée", "retirez des parenthèses")
    return None


def _alone(mark: Mark) -> str:
    """A template that holds this mark and what it needs to stand."""
    word = mark.word
    if word in MIDDLES:
        return "{% if x %}" + mark.source + "{% endif %}"
    if word.startswith("end"):
        name = word.removeprefix("end")
        opening = {"for": "for x in y", "macro": "macro x()", "with": "with x = 1", "set": "set x",
                   "call": "call x()", "filter": "filter upper"}  # fmt: skip
        return "{% " + opening.get(name, "if x") + " %}" + mark.source
    if is_block(mark):
        return mark.source + "{% end" + word + " %}"
    return mark.source


def _explained(mark: Mark, error: TemplateSyntaxError) -> tuple[str, str]:
    inner = mark.inner
    if mark.word and mark.word not in KNOWN:
        message = f"«\u00a0{mark.word}\u00a0» n’est pas une instruction"
        if mark.word in SCOPES:
            return message, f"collez la lettre\u00a0: {{%{mark.inner} %}}"
        return message, f"vouliez-vous écrire `{mark.meant}`\u202f?" if mark.meant else ""
    for pattern, better in (
        (r"\bet\b", "écrivez and"),
        (r"\bou\b", "écrivez or"),
        (r"\bnon\b", "écrivez not"),
        (r"&&", "écrivez and"),
        (r"\|\|", "écrivez or"),
        (r"(?<![=!<>])=(?!=)", "pour comparer, écrivez =="),
    ):
        if mark.word not in {"set", "with"} and re.search(pattern, inner):
            return "elle est mal écrite", better
    if not inner:
        return "elle est vide", ""
    return f"elle est mal écrite ({error.message})", ""
