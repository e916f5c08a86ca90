"""Hostile PDFs are examined in a process of their own (`docgen.confinement`).

A PDF of a few bytes may claim to unfold into gigabytes, or lead a parser in circles; the parsers
are partly C. The child gets the bytes, the admitted authorities' certificates and the time.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.actions.examination import Facts, examine, unexamined
from docgen.confinement import Limits, answer_of
from docgen.signing.roots import Roots

_LIMITS = Limits()
_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
_TOO_LONG = "Ce PDF demande trop de temps ou de mémoire pour être lu : il n’est pas contrôlé."


def examined(
    pdf: bytes,
    expected: Sequence[str] | None,
    roots: Roots,
    now: datetime,
    limits: Limits = _LIMITS,
) -> Facts:
    """`examine` in a confined process. Raises nothing: a child that dies leaves a sentence."""
    task = {
        "expected": None if expected is None else list(expected),
        "own": [base64.b64encode(one).decode() for one in roots.own],
        "tsa": [base64.b64encode(one).decode() for one in roots.tsa],
        "now": now.isoformat(),
    }
    said = answer_of(__name__, json.dumps(task).encode() + b"\n" + pdf, limits)
    if said is None:
        return unexamined(pdf, _TOO_LONG)
    try:
        return _FACTS.validate_json(said)
    except ValidationError:
        return unexamined(pdf, "L’examen de ce PDF n’a pas abouti : il n’est pas contrôlé.")


def main() -> None:
    """The child: one task on the standard input, its facts on the standard output."""
    task = json.loads(sys.stdin.buffer.readline())
    # What pyHanko logs at length is what the facts say in one sentence.
    logging.disable(logging.CRITICAL)
    roots = Roots(
        tuple(base64.b64decode(one) for one in task["own"]),
        tuple(base64.b64decode(one) for one in task["tsa"]),
    )
    pdf = sys.stdin.buffer.read()
    facts = examine(pdf, task["expected"], roots, datetime.fromisoformat(task["now"]))
    json.dump(asdict(facts), sys.stdout, default=_instant)


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
