"""paper, scan, withdraw, as the officer types them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from docgen.documents.scans.printed import Box
from docgen.french import PARIS
from tests.cli.conftest import Docgen
from tests.photographs import CLEAN, pages_of, photograph, signed
from tests.samples import PARTENARIAT

pytestmark = pytest.mark.slow

FileOf = Callable[[str, dict[str, Any]], Path]


def test_from_the_printer_to_the_record(docgen: Docgen, file_of: FileOf, tmp_path: Path) -> None:
    docgen("issue", file_of("convention.json", PARTENARIAT))
    answer = docgen("paper", "CP-2026-0001", "--vers", tmp_path)
    assert answer.code == 0
    pages = pages_of((tmp_path / "CP-2026-0001-a-imprimer.pdf").read_bytes())
    unknown = docgen("paper", "CP-2026-9999")
    assert (unknown.code, "introuvable" in unknown.err) == (3, True)
    pages[-1] = signed(pages[-1], Box("", len(pages), (300, 200, 480, 250)))
    shots = []
    for number, page in enumerate(pages, 1):
        shots.append(tmp_path / f"{number}.jpg")
        shots[-1].write_bytes(photograph(page, CLEAN))

    short = docgen("scan", "CP-2026-0001", *shots[:-1], "--essai", "--json")
    assert (short.code, short.json["missing"]) == (2, [len(pages)])
    assert short.json["sha256"] == ""
    whole = docgen("scan", "CP-2026-0001", *shots, "--essai", "--json")
    assert (whole.code, whole.json["recorded"]) == (0, [])
    assert docgen("status", "CP-2026-0001", "--json").json[0]["signed"] == 0

    nobody = docgen("scan", "CP-2026-0001", *shots, "--signataires", "1", "--le", "hier")
    assert (nobody.code, "n’est pas une date" in nobody.err) == (2, True)
    today = ("--le", _today(), "--atteste", "Samira Benali")
    how = docgen("scan", "CP-2026-0001", *shots, "--signataires", "1", *today)
    assert (how.code, "comment l’identité est connue" in how.err) == (2, True)
    done = docgen(
        "scan", "CP-2026-0001", *shots, "--signataires", "1", *today,
        "--identite", "piece", "--cadre-vu",
    )  # fmt: skip
    assert (done.code, "signé sur papier, signataire n° 1" in done.out) == (0, True)
    row = docgen("status", "CP-2026-0001", "--json").json[0]
    assert (row["signed"], row["on_paper"]) == (1, 1)
    assert "1/2 (dont 1 sur papier)" in docgen("status").out
    late = docgen("withdraw", "CP-2026-0001", "--signataire", 1, "--motif", "Erreur")
    assert (late.code, "docgen cancel" in late.err) == (4, True)


def _today() -> str:
    return datetime.now(PARIS).date().isoformat()
