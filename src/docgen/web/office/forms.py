"""What is wrong with a form of the office, said at its field and listed at the top."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.errors import InvalidData


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the page's element it is about, and a sentence."""

    anchor: str
    message: str


def faults_of(error: InvalidData) -> tuple[Fault, ...]:
    """The faults of a form; a finding's field is the identifier of the field on the page."""
    return tuple(
        Fault(one.field or "contenu", one.message[:1].upper() + one.message[1:])
        for one in error.findings
    )
