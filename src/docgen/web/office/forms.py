"""Forms of the office: days and years as browsers send them; what is wrong, at its field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docgen.errors import Finding, InvalidData


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


def day_of(text: str, field: str) -> date | None:
    """A day as browsers send it; None for nothing. Raises InvalidData."""
    return a_day(text, field) if text.strip() else None


def a_day(text: str, field: str) -> date:
    """A day as browsers send it. Raises InvalidData."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        message = "écrivez une date, par exemple 2027-03-31."
        raise InvalidData([Finding("formulaire", "error", field, message)]) from error


def year_in(text: str, default: int) -> int:
    """A year of an address; `default` for what is none."""
    return int(text) if text.isdecimal() and len(text) == 4 else default
