"""Hostile PDFs are examined in a process of their own: bounded memory and time, no secret in reach.

A PDF of a few bytes may claim to unfold into gigabytes, or lead a parser in circles; the parsers
are partly C. The child gets the bytes, the admitted authorities' certificates and the time; it has
no key, no settings, no environment, and may write nothing but its answer.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.actions.examination import Facts, examine, unexamined
from docgen.signing.roots import Roots

_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
_TOO_LONG = "Ce PDF demande trop de temps ou de mémoire pour être lu : il n’est pas contrôlé."


@dataclass(frozen=True)
class Limits:
    """What one PDF may cost: seconds of clock and of processor, bytes of memory and of answer."""

    seconds: int = 30
    processor: int = 15
    memory: int = 1024 * 1024 * 1024
    answer: int = 32 * 1024 * 1024


def examined(
    pdf: bytes,
    expected: Sequence[str] | None,
    roots: Roots,
    now: datetime,
    limits: Limits = Limits(),
) -> Facts:
    """`examine` in a confined process. Raises nothing: a child that dies leaves a sentence."""
    task = {
        "expected": None if expected is None else list(expected),
        "own": [base64.b64encode(one).decode() for one in roots.own],
        "tsa": [base64.b64encode(one).decode() for one in roots.tsa],
        "now": now.isoformat(),
        "limits": asdict(limits),
    }
    head = json.dumps(task).encode()
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-m", "docgen.actions.confined"],
                input=head + b"\n" + pdf,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return unexamined(pdf, _TOO_LONG)
        answer.seek(0)
        said = answer.read(limits.answer + 1)
    if done.returncode:
        return unexamined(pdf, _TOO_LONG)
    try:
        return _FACTS.validate_json(said)
    except ValidationError:
        return unexamined(pdf, "L’examen de ce PDF n’a pas abouti : il n’est pas contrôlé.")


def main() -> None:
    """The child: one task on the standard input, its facts on the standard output."""
    head = sys.stdin.buffer.readline()
    task = json.loads(head)
    _confine(Limits(**task["limits"]))
    # What pyHanko logs at length is what the facts say in one sentence.
    logging.disable(logging.CRITICAL)
    roots = Roots(
        tuple(base64.b64decode(one) for one in task["own"]),
        tuple(base64.b64decode(one) for one in task["tsa"]),
    )
    pdf = sys.stdin.buffer.read()
    facts = examine(pdf, task["expected"], roots, datetime.fromisoformat(task["now"]))
    json.dump(asdict(facts), sys.stdout, default=_instant)


def _confine(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, limits.answer),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # Signers come first.
    os.nice(5)


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
