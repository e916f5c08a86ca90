"""The PDF/A check itself: it must pass what is PDF/A-3b and refuse what is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.verapdf import validate

PDF_A_3 = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"3"}}'

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same text as PDF/A-3b and as plain PDF, by LibreOffice."""
    folder = tmp_path_factory.mktemp("verapdf")
    text = folder / "texte.txt"
    text.write_text("Convention de mise en situation : l’été à Besançon.", encoding="utf-8")
    for name, target in (("archive", PDF_A_3), ("plain", "pdf")):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                folder / name,
                text,
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return folder / "archive" / "texte.pdf", folder / "plain" / "texte.pdf"


def test_a_pdf_a_3b_of_libreoffice_complies(pages: tuple[Path, Path]) -> None:
    assert validate([pages[0]]) == []


def test_every_faulty_file_is_named_with_its_rule_even_beside_a_good_one(
    pages: tuple[Path, Path], tmp_path: Path
) -> None:
    not_pdf = tmp_path / "note.pdf"
    not_pdf.write_text("ceci n'est pas un PDF", encoding="utf-8")
    faults = validate([pages[0], pages[1], not_pdf])
    assert any(fault.startswith("texte.pdf: 6.6.2.1-1") for fault in faults)
    assert any(fault.startswith("note.pdf: unreadable") for fault in faults)


def test_a_file_is_held_to_the_flavour_that_is_asked(pages: tuple[Path, Path]) -> None:
    assert any(": 6.6.4-2 " in fault for fault in validate([pages[0]], flavour="2b"))


def test_pdf_ua_is_another_promise_than_pdf_a(pages: tuple[Path, Path]) -> None:
    assert any(": 5-1 " in fault for fault in validate([pages[0]], flavour="ua1"))
