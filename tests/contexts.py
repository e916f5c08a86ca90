"""Contexts made by hand: what a person did before, at the sample host unless said otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.agreements import check
from docgen.agreements.reading import Source
from docgen.agreements.rules.context import Context, PastPmsmp
from docgen.errors import Finding
from tests.samples import COMPANY, PMSMP, TODAY, changed

D = dt.date.fromisoformat
HOST = str(COMPANY["siret"])
SAME_COMPANY = "35600000009075"
ELSEWHERE = "55210055400013"


def past(number: int, first: str, last: str, siret: str = HOST, **facts: Any) -> PastPmsmp:
    """The PMSMP of that number, with objectives of its own unless `objectifs` says otherwise."""
    given: dict[str, Any] = {"objet": "confirmer", "objectifs": (f"Objectif {number}",), **facts}
    return PastPmsmp(f"PMSMP-2026-{number:04d}", D(first), D(last), siret, **given)


def around(*before: PastPmsmp, on: dt.date = TODAY, **facts: Any) -> Context:
    """The facts around a PMSMP issued on `on`."""
    return Context(on, known=True, past=before, **facts)


def judged(context: Context, **changes: Any) -> list[Finding]:
    """What is said of the sample PMSMP, changed, in that context."""
    source = Source(changed(PMSMP, **changes))
    return list(check(source, context.issued_on, context).findings)


def said_by(rule: str, context: Context, **changes: Any) -> list[tuple[str, str, Any]]:
    """(level, field, allowed) of each finding of one rule."""
    found = [finding for finding in judged(context, **changes) if finding.rule == rule]
    return [(finding.level, finding.field, finding.allowed) for finding in found]
