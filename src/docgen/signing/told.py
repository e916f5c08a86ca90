"""What the signatures of a PDF rest on, told for a person: certificates and timestamps."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from docgen.errors import Broken
from docgen.signing.authority import asn1_certificate
from docgen.signing.examine import name_of, signer_of, tokens
from docgen.signing.timestamp import INTERNAL_POLICY
from docgen.signing.verify import UNREADABLE, signatures_in


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate for a person: what it is for, whose, from whom, until when."""

    usage: str
    sujet: str
    emetteur: str
    numero: str
    valable_du: datetime
    valable_au: datetime
    empreinte: str


@dataclass(frozen=True)
class TimestampFacts:
    """One RFC 3161 timestamp: in which field, when, by whom, its number (hexadecimal) and policy.

    `interne`: made by this organisation's own authority, and so its word alone. `jusque`: the end
    of its certificate, before which another one must cover it.
    """

    champ: str
    quand: datetime
    par: str
    numero: str
    politique: str
    interne: bool
    jusque: datetime


def timestamps_in(pdf: bytes) -> list[TimestampFacts]:
    """The timestamps of the PDF, in the order of its signatures. Raises Broken."""
    facts = []
    try:
        for signature in _filled(pdf):
            for token in tokens(signature):
                made = token["encap_content_info"]["content"].parsed
                authority = signer_of(token)
                policy = str(made["policy"].dotted)
                facts.append(
                    TimestampFacts(
                        signature.field_name,
                        made["gen_time"].native,
                        name_of(authority.subject),
                        f"{made['serial_number'].native:X}",
                        policy,
                        policy == INTERNAL_POLICY,
                        authority.not_valid_after,
                    )
                )
    except Exception as error:
        raise Broken(UNREADABLE) from error
    return facts


def _filled(pdf: bytes) -> Iterator[EmbeddedPdfSignature]:
    reader = PdfFileReader(io.BytesIO(pdf))
    filled = list(enumerate_sig_fields(reader, filled_status=True))
    yield from signatures_in(reader, filled, [])


def certificates_in(pdf: bytes, roots: Sequence[x509.Certificate]) -> list[CertificateFacts]:
    """The certificates of the PDF's seals and timestamps, then their roots; each once.

    Raises Broken when the PDF can't be read.
    """
    facts: dict[bytes, CertificateFacts] = {}
    try:
        for signature in _filled(pdf):
            made = tokens(signature)
            if signature.sig_object_type != "/DocTimeStamp":
                _add(facts, signer_of(signature.signed_data), "cachet de l’organisation")
            for token in made:
                _add(facts, signer_of(token), "horodatage")
    except Exception as error:
        raise Broken(UNREADABLE) from error
    issuers = {fact.emetteur for fact in facts.values()}
    for root in map(asn1_certificate, roots):
        if name_of(root.subject) in issuers:
            _add(facts, root, "autorité de certification")
    return list(facts.values())


def _add(
    facts: dict[bytes, CertificateFacts], certificate: asn1_x509.Certificate, usage: str
) -> None:
    facts.setdefault(
        certificate.sha256,
        CertificateFacts(
            usage,
            name_of(certificate.subject),
            name_of(certificate.issuer),
            f"{certificate.serial_number:X}",
            certificate.not_valid_before,
            certificate.not_valid_after,
            certificate.sha256.hex(),
        ),
    )
