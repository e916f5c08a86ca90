"""Empty signature fields, all made in the first revision: names, places and locks never change."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    SigFieldSpec,
    VisibleSigSettings,
    append_signature_field,
)

from docgen.errors import Broken


@dataclass(frozen=True)
class FieldSpec:
    """A signature field: its name, page from 0, box in points (left, bottom, right, top)."""

    name: str
    page: int
    box: tuple[float, float, float, float]
    tooltip: str


def add_fields(pdf: bytes, specs: Sequence[FieldSpec]) -> bytes:
    """The PDF with these empty signature fields, as one more revision. Raises Broken.

    Each field locks itself once signed: nobody may fill it again or change what it shows.
    """
    output = io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        for spec in specs:
            append_signature_field(
                writer,
                SigFieldSpec(
                    spec.name,
                    on_page=spec.page,
                    box=spec.box,  # type: ignore[arg-type] # pyHanko takes fractions too
                    readable_field_name=spec.tooltip,
                    field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, [spec.name]),
                    # PDF/A asks for the print flag on every annotation.
                    visible_sig_settings=VisibleSigSettings(print_signature=True),
                ),
            )
        writer.write(output)
    except (PdfError, ValueError, LookupError, TypeError) as error:
        raise Broken(
            "Les champs de signature ne peuvent pas être posés dans le PDF produit."
        ) from error
    return output.getvalue()
