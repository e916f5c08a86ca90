"""Signing: three signers (B-T, B-T, B-LTA) with the internal authority on P-256, and their check.

The two are interleaved, so that a busy moment of the machine weighs on both. `--profile` shows
where the time goes.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx

from benchmarks.clock import Cost, measured, table
from docgen.documents.convert import Converter
from docgen.documents.finish import Field, finish
from docgen.signing.keys import load_or_create
from docgen.signing.seal import Sealer

COUNT = 20
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
FIELDS = ("Signature_1", "Signature_2", "Cachet_cloture")
PARAGRAPHS = 60
TARGETS_MS = {"sign_three": 300, "verify_three": 200}


def run() -> None:
    """Measure and print; the last line is one JSON object."""
    blank = _blank()
    with tempfile.TemporaryDirectory() as scratch:
        keys = load_or_create(Path(scratch), b"essai", "Le Fournil", NOW)
        sealer = Sealer(keys)
        signed = _sign(sealer, blank)  # fonts and keys are read once in a process's life
        signing, checking = [], []
        for _ in range(COUNT):
            with measured() as cost:
                signed = _sign(sealer, blank)
            signing.append(cost)
            with measured() as cost:
                report = sealer.verify(signed, FIELDS, NOW + timedelta(hours=1))
            checking.append(cost)
            assert not report.problems, report.problems
        table([("three seals, the last one B-LTA", _median(signing)), ("check", _median(checking))])
        if "--profile" in sys.argv:
            _profile(sealer, blank)
    figures = {
        f"{name}_{clock}_ms": round(getattr(_median(costs), clock) * 1000, 1)
        for name, costs in (("sign_three", signing), ("verify_three", checking))
        for clock in ("wall", "cpu")
    }
    added = {"added_bytes": len(signed) - len(blank), "count": COUNT}
    print(json.dumps({"benchmark": "signing", **figures, **added, "targets_ms": TARGETS_MS}))


def _sign(sealer: Sealer, pdf: bytes) -> bytes:
    lines = ("Signé électroniquement par", "Mme Fatou DIALLO", "le 24 novembre 2026", "réf. X-1")
    for field in FIELDS[:-1]:
        pdf = sealer.seal(pdf, field, lines, "Essai", NOW).pdf
    return sealer.close(pdf, FIELDS[-1], lines, "Clôture", NOW).pdf


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(one.wall for one in costs), statistics.median(one.cpu for one in costs)
    )


def _blank() -> bytes:
    """A few pages of PDF/A-3b by LibreOffice, with three empty fields."""
    word = docx.Document()
    for _ in range(PARAGRAPHS):
        word.add_paragraph("Convention d’essai, clause par clause. " * 6)
    kept = io.BytesIO()
    word.save(kept)
    with Converter(deadline=60) as converter:
        pdf = converter.to_pdf(kept.getvalue())
    boxes = [(72.0, 600.0 - 80 * n, 272.0, 658.0 - 80 * n) for n in range(len(FIELDS))]
    fields = [Field(name, 0, box, name) for name, box in zip(FIELDS, boxes, strict=True)]
    return finish(pdf, NOW, fields=fields)


def _profile(sealer: Sealer, blank: bytes) -> None:
    signed = _sign(sealer, blank)
    for act in (
        lambda: _sign(sealer, blank),
        lambda: sealer.verify(signed, FIELDS, NOW + timedelta(hours=1)),
    ):
        profile = cProfile.Profile()
        for _ in range(5):
            profile.runcall(act)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    run()
