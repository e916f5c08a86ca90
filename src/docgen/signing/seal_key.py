"""The seal's private key, in a file read once. Its other place is a token (token_key.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.signing.authority import Pair

# An ECDSA signature on P-256, in DER: two integers of 33 bytes at most.
LONGEST_SIGNATURE = 72
ECDSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


class SealKey(Protocol):
    """A P-256 key that seals, and its certificate."""

    @property
    def certificate(self) -> x509.Certificate: ...

    def signer(self, chain: Sequence[asn1_x509.Certificate]) -> Signer:
        """What pyHanko signs with; `chain` goes into the signature besides the certificate."""

    def sign(self, data: bytes) -> bytes:
        """An ECDSA signature over SHA-256 of `data`, in DER. Raises as `signer` does."""


@dataclass(frozen=True)
class FileKey:
    """A key read from PKCS#12. It is parsed once: pyHanko's own signer parses it at each seal."""

    pair: Pair

    @property
    def certificate(self) -> x509.Certificate:
        return self.pair.certificate

    def signer(self, chain: Sequence[asn1_x509.Certificate]) -> Signer:
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        return _FileSigner(self.pair, store)

    def sign(self, data: bytes) -> bytes:
        # RFC 6979: the same bytes, the same signature, so that a bag made twice is one file.
        return self.pair.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class _FileSigner(Signer):
    def __init__(self, pair: Pair, store: SimpleCertificateStore) -> None:
        super().__init__(
            signing_cert=pair.asn1_certificate, cert_registry=store, signature_mechanism=ECDSA
        )
        self._key = pair.key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - always SHA-256 here
        dry_run: bool = False,  # noqa: FBT002 - pyHanko's own signature
    ) -> bytes:
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
