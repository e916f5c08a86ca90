"""Required fields that nothing in the template prints or tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from docgen.documents.lint.knowledge import shown
from docgen.documents.lint.package import fault
from docgen.documents.lint.rules import Flaw
from docgen.documents.lint.shapes import Shape

# The kind says itself; a signer's mail is where the link goes, and the evidence file prints it.
_ELSEWHERE = (".representant.courriel", "representant_legal.courriel")


def check_required(
    marks: Mapping[str, Shape], used: AbstractSet[str], whole: AbstractSet[str]
) -> Iterator[Flaw]:
    """One flaw for each required field that no part uses."""
    for name, shape in marks.items():
        if name != "type":
            for path in _missing(name, shape, used, whole):
                yield fault("champ-absent", f"«\u00a0{shown(path)}\u00a0» n’est écrit nulle part")


def _missing(
    path: str, shape: Shape, used: AbstractSet[str], whole: AbstractSet[str]
) -> Iterator[str]:
    if path in whole or path.endswith(_ELSEWHERE):
        return
    touched = any(one == path or one.startswith((f"{path}.", f"{path}[")) for one in used)
    inner = shape.item if shape.sort == "liste" and shape.item else shape
    if inner.sort != "groupe":
        if shape.required and not touched:
            yield path
        return
    if not touched:
        if shape.required:
            yield path
        return
    inside = f"{path}[]" if shape.sort == "liste" else path
    for name, member in inner.members.items():
        if member.required:
            yield from _missing(f"{inside}.{name}", member, used, whole)
