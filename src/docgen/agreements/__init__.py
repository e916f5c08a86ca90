"""The agreements: their kinds, and the one way to check data against model and rules."""

from __future__ import annotations

import datetime as dt

from docgen.agreements.base import Agreement
from docgen.agreements.judging import Checked, judge, sound_part
from docgen.agreements.kind import Kind
from docgen.agreements.kinds import KINDS, get, kind_of
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.reading import Source, read
from docgen.agreements.rules.context import Context, Parent
from docgen.errors import Finding, InvalidData

__all__ = [
    "KINDS",
    "Checked",
    "Kind",
    "accepted",
    "check",
    "get",
    "kind_of",
    "parse",
    "sound_part",
]


def check(source: Source, on: dt.date, context: Context | None = None) -> Checked:
    """Everything the model and the rules in force `on` that day say of the data, all at once.

    `context` holds the facts around it; without, the rules that need some have nothing to say.
    """
    context = context or Context(issued_on=on)
    slug = source.data.get("type")
    if not isinstance(slug, str) or slug not in KINDS:
        known = ", ".join(KINDS)
        problem = "type d’accord inconnu" if slug is not None else "le type d’accord manque"
        message = f"{problem} ; types admis : {known}."
        finding = Finding("type", "error", "type", message, line=source.line_of("type"))
        return Checked(None, None, (finding,))
    kind = KINDS[slug]
    if context.parent and context.parent.taken_over and slug not in PMSMP_KINDS:
        finding = _without_words(context.parent, source)
        return Checked(slug, None, (finding,))
    cited_kind = KINDS.get(context.parent.kind) if context.parent else None
    heard = cited_kind.rules if kind.amends and cited_kind else ()
    return judge(kind, source, context, heard)


def _without_words(parent: Parent, source: Source) -> Finding:
    """Why nothing but a renewal hangs on what was taken over: its text is not here."""
    message = (
        f"{parent.reference} est repris du passé : docgen n’en a pas le texte. Faire cet acte avec "
        "l’original, puis en noter l’effet par une nouvelle reprise."
    )
    line = source.line_of("convention")
    return Finding("D6", "error", "convention", message, "choix de docgen", line=line)


def parse(content: bytes, on: dt.date, name: str = "", context: Context | None = None) -> Agreement:
    """Read and check; the agreement, or InvalidData with every finding and the file's name."""
    return accepted(check(read(content, name), on, context), name)


def accepted(checked: Checked, name: str = "") -> Agreement:
    """The agreement of a check. Raises InvalidData with every error when there is none."""
    if checked.agreement is None:
        raise InvalidData([f for f in checked.findings if f.level == "error"], name)
    return checked.agreement
