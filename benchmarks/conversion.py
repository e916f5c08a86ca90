"""Word to PDF/A-3b: our persistent LibreOffice against one process per document."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.clock import each, table
from docgen import agreements
from docgen.documents.convert import Converter
from docgen.documents.render import render
from docgen.french import FILTERS

ROOT = Path(__file__).parents[1]
ON = date(2026, 11, 24)
COUNT = 20


def word() -> bytes:
    """The fullest PMSMP, as the Word file that is to be converted."""
    folder = ROOT / "templates" / "conventions" / "pmsmp"
    agreement = agreements.parse((folder / "full.yaml").read_bytes(), ON)
    marks = {
        **agreement.marques(),
        "reference": "PMSMP-2026-0001",
        "titre": agreement.titre(),
        "emis_le": ON,
        "signataires": agreement.signataires(),
    }
    return render((folder / "template.docx").read_bytes(), marks, FILTERS)


def run() -> None:
    """Measure and print."""
    docx = word()
    with Converter(deadline=60) as converter:
        converter.to_pdf(docx)
        ours = each(COUNT, lambda _: converter.to_pdf(docx))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "a.docx").write_bytes(docx)

        def soffice(_number: int) -> None:
            subprocess.run(
                [
                    "soffice",
                    f"-env:UserInstallation=file://{folder}/profile",
                    "--headless",
                    "--convert-to",
                    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"3"}}',
                    "--outdir",
                    str(folder),
                    str(folder / "a.docx"),
                ],
                check=True,
                capture_output=True,
            )

        soffice(0)
        theirs = each(5, soffice)
    table(
        [("docgen, persistent over UNO", ours), ("soffice --convert-to, one per document", theirs)]
    )
