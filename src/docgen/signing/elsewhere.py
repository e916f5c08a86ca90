"""Signatures that a provider had people make: intact or not, and by whom they say they are.

No authority of theirs is admitted here, so whether a certificate deserves its name is not judged:
the provider's word, and any reader that knows the European trust lists, are for that.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from docgen.errors import Broken
from docgen.signing.examine import name_of
from docgen.signing.loop import in_own_loop
from docgen.signing.verify import MOST_FIELDS, signatures_in

_TIMESTAMP = "/DocTimeStamp"


@dataclass(frozen=True)
class Elsewhere:
    """One signature: whose certificate made it, and issued by whom, as these say themselves.

    `changed_after`: what came after it is more than signatures usually add; the next signature
    covers that as well.
    """

    field: str
    signer: str
    issuer: str
    changed_after: bool


def signatures_elsewhere(pdf: bytes) -> tuple[Elsewhere, ...]:
    """The signatures of a PDF, oldest first, timestamps apart. Raises Broken unless all is intact:
    each signature over its own version of the file, the last one over the whole file.
    """
    problems: list[str] = []
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        fields = list(islice(enumerate_sig_fields(reader), MOST_FIELDS + 1))
        found = signatures_in(reader, fields, problems)
    except Exception as error:  # a damaged PDF makes the reader fail in any way
        raise Broken("Le document rendu n’est pas un PDF lisible.") from error
    signed = [one for one in found if one.sig_object_type != _TIMESTAMP]
    if problems or not signed or len(fields) > MOST_FIELDS:
        raise Broken(" ".join(problems) or "Le document rendu ne porte aucune signature.")
    try:
        told = in_own_loop(_examined(signed))
        covered = found[-1].evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    except Broken:
        raise
    except Exception as error:  # pyHanko and asn1crypto raise many things on bad bytes
        raise Broken("Une signature du document rendu ne se lit pas.") from error
    if not covered:
        raise Broken(f"« {found[-1].field_name} » ne couvre pas le document rendu en entier.")
    return told


async def _examined(signed: Sequence[EmbeddedPdfSignature]) -> tuple[Elsewhere, ...]:
    told = []
    for one in signed:
        # No root: pyHanko then says "not trusted", which is not asked here. Nothing is fetched.
        status = await async_validate_pdf_signature(one, ValidationContext(trust_roots=[]))
        if not (status.intact and status.valid):
            raise Broken(f"La signature « {one.field_name} » du document rendu n’est pas intacte.")
        certificate = one.signer_cert
        told.append(
            Elsewhere(
                one.field_name,
                name_of(certificate.subject),
                name_of(certificate.issuer),
                not status.docmdp_ok,
            )
        )
    return tuple(told)
