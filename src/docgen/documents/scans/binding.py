"""One PDF of the pages that came back: pictures, upright, in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pikepdf import Dictionary, Name, Pdf

from docgen.documents.scans.pdfa import claim, made_of
from docgen.documents.scans.sheets import Sheet


def bound(sheets: Sequence[Sheet], frozen: bytes, reference: str) -> bytes:
    """PDF/A-2b, a page a sheet at the size of the paper. It says that it is a scan.

    The same sheets give the same bytes. Raises Broken when `frozen` is no PDF.
    """
    with made_of(frozen) as (_, scan):
        for sheet in sheets:
            _add(scan, sheet)
        claim(scan, f"{reference}, numérisation des pages signées à la main")
        out = io.BytesIO()
        scan.save(out, deterministic_id=True)
    return out.getvalue()


def _add(scan: Pdf, sheet: Sheet) -> None:
    width, height = (round(side, 2) for side in sheet.size)
    page = scan.add_blank_page(page_size=(width, height))
    picture = scan.make_stream(
        sheet.jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=sheet.width,
        Height=sheet.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(Page=picture))
    page.obj.Contents = scan.make_stream(f"q {width} 0 0 {height} 0 0 cm /Page Do Q".encode())
