"""RFC 3161 timestamps: the internal authority, or servers outside tried in order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from docgen.errors import Unavailable
from docgen.signing.authority import Pair

INTERNAL_LABEL = "autorité d’horodatage interne"
# An identifier of our own, from a UUID (ITU-T X.667): « internal timestamp of docgen ».
INTERNAL_POLICY = "2.25.247816153870117029418230554618210947321"
SECONDS_TO_ANSWER = 5.0
_LARGEST_ANSWER = 100_000
_QUERY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class InternalAuthority(TimeStamper):
    """A time-stamping authority in this process: real tokens, at the instant it is given."""

    def __init__(self, unit: Pair, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._unit = unit
        self._certificate = unit.asn1_certificate
        self._now = now

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = tsp.TimeStampResp(
            {
                "status": tsp.PKIStatusInfo({"status": "granted"}),
                "time_stamp_token": self._token(req),
            }
        )
        # Read back, the token is plain bytes. As a tree of new objects, asn1crypto takes seconds to
        # write it whenever a length ends in 0x80, which it mistakes for an indefinite one.
        return tsp.TimeStampResp.load(answer.dump())

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


class OutsideAuthorities(TimeStamper):
    """RFC 3161 servers, tried in order; the first that answers well keeps the whole seal."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._urls = list(urls)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        # Blocking is right here: the seal has nothing else to do, and no event loop is shared.
        faults = []
        for url in self._urls:
            try:
                answer = _ask(url, req)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                faults.append(f"{host(url)} : {str(error) or type(error).__name__}")
                continue
            self._urls = [url]
            return answer
        raise Unavailable(
            f"Aucune autorité d’horodatage n’a répondu ({' ; '.join(faults)}).",
            "Le cachet attend ; vérifiez DOCGEN_TSA_URLS et le réseau.",
        )


def host(url: str) -> str:
    """The machine of a URL, for a person."""
    return urlsplit(url).hostname or url


def _ask(url: str, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
    """One server's answer. Raises ValueError when it is not a token for what was asked."""
    reply = httpx.post(url, content=request.dump(), headers=_QUERY, timeout=SECONDS_TO_ANSWER)
    reply.raise_for_status()
    if len(reply.content) > _LARGEST_ANSWER:
        raise ValueError("réponse trop longue")
    answer = tsp.TimeStampResp.load(reply.content, strict=True)
    status = answer["status"]
    if status["status"].native != "granted":
        reason = "; ".join(status["status_string"].native or []) or str(status["fail_info"].native)
        raise ValueError(f"refus « {status['status'].native} », {reason}")
    facts = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    if facts["message_imprint"].dump() != request["message_imprint"].dump():
        raise ValueError("le jeton porte sur une autre empreinte")
    if facts["nonce"].native != request["nonce"].native:
        raise ValueError("le jeton répond à une autre question")
    return answer
