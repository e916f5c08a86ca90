"""RFC 3161 timestamps of the internal authority, which lives in this process."""

from __future__ import annotations

import secrets
from datetime import datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from docgen.signing.authority import Pair

INTERNAL_LABEL = "autorité d’horodatage interne"
# An identifier of our own, from a UUID (ITU-T X.667): « internal timestamp of docgen ».
INTERNAL_POLICY = "2.25.247816153870117029418230554618210947321"


class InternalAuthority(TimeStamper):
    """A time-stamping authority in this process: real tokens, at the instant it is given.

    `tokens` keeps the last token from one seal to the next: only its size matters there.
    """

    failed: tuple[str, ...] = ()

    def __init__(self, unit: Pair, now: datetime, tokens: dict[str, cms.ContentInfo]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._unit = unit
        self._certificate = unit.asn1_certificate
        self._now = now
        self._tokens = tokens

    @property
    def answered(self) -> str:
        """Whose token it is, for a person."""
        return INTERNAL_LABEL

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        if not self._dummy_response_cache:
            kept = self._tokens.get(md_algorithm)
            if kept is None:
                kept = await super().async_dummy_response(md_algorithm)
                self._tokens[md_algorithm] = kept
            self._register_dummy(md_algorithm, kept)  # type: ignore[no-untyped-call]
        return self._dummy_response_cache[md_algorithm]

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp(
            {
                "status": tsp.PKIStatusInfo({"status": "granted"}),
                "time_stamp_token": self._token(req),
            }
        )

    def _token(self, request: tsp.TimeStampReq) -> cms.ContentInfo:
        facts = {
            "version": "v1",
            "policy": INTERNAL_POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(127) + 1,
            "gen_time": self._now.replace(microsecond=0),
            "accuracy": tsp.Accuracy({"seconds": 1}),
            "tsa": x509.GeneralName("directory_name", self._certificate.subject),
        }
        if request["nonce"].native is not None:
            facts["nonce"] = request["nonce"]
        content = tsp.TSTInfo(facts).dump()
        digest = hashes.Hash(hashes.SHA256())
        digest.update(content)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", digest.finalize()),
                simple_cms_attribute(
                    "signing_certificate_v2", as_signing_certificate_v2(self._certificate)
                ),
            ]
        )
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    cms.IssuerAndSerialNumber(
                        {
                            "issuer": self._certificate.issuer,
                            "serial_number": self._certificate.serial_number,
                        }
                    ),
                ),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": self._unit.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [sha256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [self._certificate],
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})
