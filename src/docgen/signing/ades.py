"""What the European standard's own procedure says of a signature (ETSI EN 319 102-1).

Beside our examination, never in its place: pyHanko's engine looks neither at what no signature
covers nor at what was added after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from asn1crypto import x509 as asn1_x509
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import (
    AdESWithTimeValidationResult,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    NonRevokedStatusAssertion,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from docgen.signing.examine import Trust, signer_of, tokens
from docgen.signing.report import Ades, Indication

# Clause 5.1.3.
_WORDS: Mapping[AdESStatus, Indication] = {
    AdESStatus.PASSED: "PASSED",
    AdESStatus.INDETERMINATE: "INDETERMINATE",
    AdESStatus.FAILED: "FAILED",
}
_LOCAL = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)


async def conformity(
    signatures: Sequence[EmbeddedPdfSignature], trust: Trust, *, closed: bool
) -> dict[str, Ades]:
    """The indication of each signature, by its field. Nothing is fetched; nothing is raised.

    `signatures` are all those of the document, its timestamps included, oldest first. What is past
    is judged by the machine's own clock, which pyHanko reads.
    """
    acts = [one for one in signatures if one.sig_object_type != "/DocTimeStamp"]
    return {
        one.field_name: await _conformity(one, signatures[-1], trust, closed=closed) for one in acts
    }


async def _conformity(
    signature: EmbeddedPdfSignature, newest: EmbeddedPdfSignature, trust: Trust, *, closed: bool
) -> Ades:
    procedure: Literal["time", "lta"] = "lta" if closed else "time"
    timing = ValidationTimingInfo(trust.now, trust.now, point_in_time_validation=True)
    result: AdESWithTimeValidationResult
    try:
        specification = _specification(newest, trust, closed=closed)
        if closed:
            whole = PdfSignatureValidationSpec(specification)
            result = await ades_lta_validation(signature, whole, timing)
        else:
            result = await ades_with_time_validation(
                signature.signed_data,
                specification,
                timing_info=timing,
                raw_digest=signature.compute_digest(),
            )
    except Exception as error:  # noqa: BLE001 - hostile bytes can make any layer below fail
        return Ades(procedure, bottom_line=False, indication="FAILED", subindication=_name(error))
    found = result.ades_subindic
    status = result.api_status
    return Ades(
        procedure,
        bottom_line=bool(status and status.bottom_line),
        indication=_WORDS[found.status],
        subindication=str(found.standard_name),
    )


def _name(error: Exception) -> str:
    return "FORMAT_FAILURE" if isinstance(error, ValueError) else type(error).__name__


def _specification(
    newest: EmbeddedPdfSignature, trust: Trust, *, closed: bool
) -> SignatureValidationSpec:
    # A closed document carries our authority's list; an open one can't yet.
    sealing = (
        RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
        if closed
        else RevocationCheckingRule.CHECK_IF_DECLARED
    )
    return SignatureValidationSpec(
        cert_validation_policy=_policy(trust.roots, sealing),
        revinfo_gathering_policy=_LOCAL,
        # Soft: not every authority publishes its list, nor answers on the day of the closing.
        ts_cert_validation_policy=_policy(
            (*trust.roots, *trust.tsa_roots), RevocationCheckingRule.CHECK_IF_DECLARED_SOFT
        ),
        local_knowledge=LocalKnowledge(nonrevoked_assertions=list(_believed(newest, trust))),
    )


def _believed(newest: EmbeddedPdfSignature, trust: Trust) -> Iterator[NonRevokedStatusAssertion]:
    """The newest timestamp's own list comes with the next one, and nothing is fetched meanwhile."""
    for token in tokens(newest):
        yield NonRevokedStatusAssertion(signer_of(token).sha256, trust.now)


def _policy(
    roots: Sequence[asn1_x509.Certificate], rule: RevocationCheckingRule
) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(roots)),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )
