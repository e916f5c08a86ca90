"""Who is believed, as plain bytes: what may be handed to a process that holds no key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from docgen.signing.seal import Sealer
from docgen.signing.verify import Report, check


@dataclass(frozen=True)
class Roots:
    """DER certificates: those that may seal and timestamp, those that may only timestamp."""

    own: tuple[bytes, ...]
    tsa: tuple[bytes, ...] = ()


def roots_of(sealer: Sealer) -> Roots:
    """The authorities that this installation admits."""
    keys = sealer.keys
    return Roots(_der([keys.authority.certificate]), _der(keys.tsa_roots))


def roots_from(own: Sequence[bytes], tsa: Sequence[bytes]) -> Roots:
    """The authorities in those PEM files. Raises ValueError."""
    return Roots(*(_der([c for one in pems for c in x509.load_pem_x509_certificates(one)])
                   for pems in (own, tsa)))  # fmt: skip


def check_under(pdf: bytes, expected: Sequence[str] | None, now: datetime, roots: Roots) -> Report:
    """`check` with the AdES indications, under roots given as bytes."""
    own = [x509.load_der_x509_certificate(one) for one in roots.own]
    tsa = [x509.load_der_x509_certificate(one) for one in roots.tsa]
    return check(pdf, expected, now, own, tsa, ades=True)


def _der(certificates: Sequence[x509.Certificate]) -> tuple[bytes, ...]:
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates)
