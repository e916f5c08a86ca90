"""What the law and the model answer to a draft, while it is typed and when it is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docgen.actions import law
from docgen.actions.ports import Ports
from docgen.agreements import Checked
from docgen.agreements.base import Agreement
from docgen.agreements.form.weeks import plain
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.question import question
from docgen.agreements.reading import Source
from docgen.agreements.rules.possible import Possible
from docgen.agreements.wording import MISSING
from docgen.errors import Finding
from docgen.french import PARIS


@dataclass(frozen=True)
class Answer:
    """`missing` are fields nothing was written in; `wrong` what must be mended; `said` the rest.

    `possible`: until when a PMSMP may last, once its first day is known. `agreement`: the draft as
    it would be issued, None while something is missing or wrong.
    """

    missing: tuple[Finding, ...]
    wrong: tuple[Finding, ...]
    said: tuple[Finding, ...]
    possible: Possible | None
    first: date | None
    agreement: Agreement | None
    data: Mapping[str, Any]

    @property
    def ready(self) -> bool:
        return self.agreement is not None

    @property
    def all(self) -> tuple[Finding, ...]:
        return self.wrong + self.missing + self.said


def answer(ports: Ports, data: Mapping[str, Any], now: datetime) -> Answer:
    """Everything there is to say of a draft's data today, completed from what it cites."""
    today = now.astimezone(PARIS).date()
    checked, completed = law.check(ports.database, Source(plain(data)), today, ports.law)
    first = _day(completed.data.get("debut"))
    return Answer(
        *_sorted(checked),
        _possible(ports, completed.data, first, today),
        first,
        checked.agreement,
        completed.data,
    )


def _sorted(
    checked: Checked,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    errors = [one for one in checked.findings if one.level == "error"]
    missing = tuple(one for one in errors if _absent(one))
    wrong = tuple(one for one in errors if not _absent(one))
    said = tuple(one for one in checked.findings if one.level != "error")
    return missing, wrong, said


def _absent(finding: Finding) -> bool:
    """Nothing was written there, by the word of the model or of a rule."""
    return finding.message == MISSING or finding.message.startswith(
        ("manque", "au moins 1 élément")
    )


def _possible(
    ports: Ports, data: Mapping[str, Any], first: date | None, today: date
) -> Possible | None:
    """Of a first convention; a renewal has rules of its own, which speak in the findings."""
    if data.get("type") not in PMSMP_KINDS[:1] or first is None:
        return None
    asked = question(data)
    person = law.Candidate(asked.person, "", None)
    return law.still_possible(ports.database, person, asked.company or "", first, today, ports.law)


def _day(text: object) -> date | None:
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        return None
    # Elsewhere a slip of the keyboard, which the model tells.
    return found if 2000 <= found.year < 2200 else None
