"""One more archival timestamp, before the certificate of the last one ends (EN 319 142-1 §5.4.3).

What checks the last timestamp (certificates, revocation lists) goes into the document first; the
new timestamp then covers the whole file, that evidence included.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import count

from asn1crypto import crl
from asn1crypto import x509 as asn1_x509
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

Lists = Sequence[crl.CertificateList]
RENEWED_FIELD = "Horodatage_renouvele"
_BEFORE = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


async def add_archival_timestamp(
    pdf: bytes,
    stamper: TimeStamper,
    context: ValidationContext,
    lists: Lists,
    output: io.BytesIO,
) -> None:
    """Write into `output` the PDF and its new revision: never a rewrite."""
    output.write(pdf)
    writer = IncrementalPdfFileWriter(output)
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    keep_evidence(pdf, writer, lists)
    name = next(f"{RENEWED_FIELD}_{n}" for n in count(1) if f"{RENEWED_FIELD}_{n}" not in taken)
    await PdfTimeStamper(stamper, field_name=name).async_timestamp_pdf(
        writer, "sha256", context, in_place=True, dss_settings=_BEFORE
    )


def keep_evidence(pdf: bytes, writer: IncrementalPdfFileWriter, lists: Lists) -> None:
    """Add to the document's DSS every certificate that it carries, and these revocation lists.

    They may come from several authorities; pyHanko keeps those of the newest alone.
    """
    held = certificates_of(pdf)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=held, crls=lists)


def certificates_of(pdf: bytes) -> list[asn1_x509.Certificate]:
    """Every certificate that the PDF's signatures and timestamps carry."""
    reader = PdfFileReader(io.BytesIO(pdf))
    filled = list(enumerate_sig_fields(reader, filled_status=True))
    return [
        choice.chosen
        for signature in signatures_in(reader, filled, [])
        for made in (signature.signed_data, *tokens(signature))
        for choice in made["certificates"]
    ]
