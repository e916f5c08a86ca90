"""One more archival timestamp, before the certificate of the last one ends (EN 319 142-1 §5.4.3).

What checks the last timestamp (certificates, revocation lists) goes into the document first; the
new timestamp then covers the whole file, that evidence included.
"""

from __future__ import annotations

import io
from itertools import count

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from docgen.signing.examine import tokens
from docgen.signing.verify import signatures_in

RENEWED_FIELD = "Horodatage_renouvele"
_BEFORE = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


async def add_archival_timestamp(
    pdf: bytes,
    stamper: TimeStamper,
    context: ValidationContext,
    output: io.BytesIO,
) -> None:
    """Write into `output` the PDF and its new revision: never a rewrite."""
    output.write(pdf)
    writer = IncrementalPdfFileWriter(output)
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    keep_certificates(pdf, writer)
    name = next(f"{RENEWED_FIELD}_{n}" for n in count(1) if f"{RENEWED_FIELD}_{n}" not in taken)
    await PdfTimeStamper(stamper, field_name=name).async_timestamp_pdf(
        writer, "sha256", context, in_place=True, dss_settings=_BEFORE
    )


def keep_certificates(pdf: bytes, writer: IncrementalPdfFileWriter) -> None:
    """Add to the document's DSS every certificate that its signatures and timestamps carry.

    They may come from several authorities; pyHanko keeps those of the newest alone.
    """
    reader = PdfFileReader(io.BytesIO(pdf))
    filled = list(enumerate_sig_fields(reader, filled_status=True))
    held = [
        choice.chosen
        for signature in signatures_in(reader, filled, [])
        for made in (signature.signed_data, *tokens(signature))
        for choice in made["certificates"]
    ]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=held)
