"""A process of its own for bytes that may be hostile: bounded memory and time, no secret in reach.

`python -m docgen.confinement MODULE LIMITS` bounds itself, then calls `main` of MODULE, which reads
its task on the standard input and writes its answer on the standard output. It has no key, no
settings, no environment, and may write nothing but that answer.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import import_module

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one task may cost: seconds of clock and of processor, bytes of memory and of answer."""

    seconds: int = 30
    processor: int = 15
    memory: int = 1024 * MEGABYTE
    answer: int = 32 * MEGABYTE


def answer_of(module: str, task: bytes, limits: Limits) -> bytes | None:
    """What `main` of that module answers to `task`; None when it died or took too long."""
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-I",
                    # Writes its answer alone: a cached module cut short would be read later.
                    "-B",
                    "-m",
                    "docgen.confinement",
                    module,
                    json.dumps(asdict(limits)),
                ],
                input=task,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        answer.seek(0)
        said = answer.read(limits.answer + 1)
    return None if done.returncode else said


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


if __name__ == "__main__":
    # Before the import: what the module loads is bounded like what it reads.
    _confine(Limits(**json.loads(sys.argv[2])))
    import_module(sys.argv[1]).main()
