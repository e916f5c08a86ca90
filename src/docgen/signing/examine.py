"""One signature or document timestamp, examined: bytes, trust, timestamp, later changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import cms, crl, parser
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel, SignatureStatus
from pyhanko_certvalidator import ValidationContext

from docgen.signing.outside_time import CLOCK_DRIFT

# What the reason of a seal says when it was made without a timestamp. The seal covers its reason:
# a timestamp that was there and has been taken away is still a fault.
WITHOUT_TIME = ", scellé sans horodatage (aucune autorité ne répondait)"


@dataclass(frozen=True)
class Trust:
    """Who may seal (`roots`), who else may timestamp (`tsa_roots`), and what time it is."""

    roots: tuple[asn1_x509.Certificate, ...]
    tsa_roots: tuple[asn1_x509.Certificate, ...]
    now: datetime


@dataclass(frozen=True)
class Archive:
    """What the closing left in the document (its DSS): certificates and revocation lists."""

    certificates: tuple[asn1_x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...]


@dataclass(frozen=True)
class Examined:
    """What was found of one signature; `problems` are French sentences.

    `timestamp` is the instant of a valid timestamp, `timestamp_until` the end of its certificate;
    `timestamped_here` says that our own authority made it. `intact`: what it signed is as it was,
    and nothing forbidden came after; `trusted`: its path leads to an admitted authority;
    `without_time`: the seal itself says that it was made without a timestamp.
    """

    field: str
    is_timestamp: bool
    problems: tuple[str, ...]
    covers_file: bool = False
    without_time: bool = False
    timestamp: datetime | None = None
    timestamp_until: datetime | None = None
    timestamped_by: str = ""
    sealed_by: str = ""
    reason: str = ""
    signers: tuple[asn1_x509.Certificate, ...] = ()
    intact: bool = False
    trusted: bool = False
    covers_revision: bool = False
    timestamped_here: bool = False


def archive_of(reader: PdfFileReader) -> Archive | None:
    """The DSS of the document, None when it has none; what cannot be read of it is left out."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None
    lists = (crl.CertificateList.load(held.get_object().data) for held in store.crls)
    return Archive(tuple(filter(_reads, store.load_certs())), tuple(filter(_reads, lists)))


def _reads(held: asn1_x509.Certificate | crl.CertificateList) -> bool:
    """Whether its bytes can be read to the last: asn1crypto reads late, and fails only then."""
    try:
        return held.native is not None
    except Exception:  # noqa: BLE001 - asn1crypto raises ValueError and more on bad bytes
        return False


def tokens(signature: EmbeddedPdfSignature) -> list[cms.SignedData]:
    """The timestamp tokens: the signature's own, or the document timestamp itself."""
    if signature.sig_object_type == "/DocTimeStamp":
        return [signature.signed_data]
    return list(extract_tst_data_iter(signature.signer_info, signed=False))


def signer_of(signed: cms.SignedData) -> asn1_x509.Certificate:
    """The certificate that made this CMS."""
    return extract_certs_for_validation(signed).signer_cert


def name_of(name: asn1_x509.Name) -> str:
    """The name in a certificate, for a person."""
    names = name.native
    return str(names.get("common_name") or names.get("organization_name") or "sans nom")


async def examine(
    pdf: bytes, signature: EmbeddedPdfSignature, trust: Trust, archive: Archive | None
) -> Examined:
    """Examine one signature of the PDF, whatever state it is in."""
    is_timestamp = signature.sig_object_type == "/DocTimeStamp"
    what = "Horodatage" if is_timestamp else "Signature"
    begun = Examined(signature.field_name, is_timestamp, ())
    try:
        found = await _examined(pdf, signature, trust, archive, begun)
    except Exception as error:  # noqa: BLE001 - hostile bytes can make any layer below fail
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        found = replace(begun, problems=(f"ses octets ou ses certificats sont faux ({reason}).",))
    head = f"{what} « {signature.field_name} » : "
    return replace(found, problems=tuple(head + problem for problem in found.problems))


async def _examined(
    pdf: bytes,
    signature: EmbeddedPdfSignature,
    trust: Trust,
    archive: Archive | None,
    begun: Examined,
) -> Examined:
    problems = list(_outside_the_signature(pdf, signature))
    untouched = not problems
    made = tokens(signature)
    # Each signature is judged at the instant of its token, which is itself judged just below.
    claimed = made[0]["encap_content_info"]["content"].parsed["gen_time"].native if made else None
    moment = claimed or trust.now
    all_roots = (*trust.roots, *trust.tsa_roots)
    if begun.is_timestamp:
        stamp: SignatureStatus | None
        stamp = judged = await async_validate_pdf_timestamp(
            signature, _context(all_roots, archive, moment)
        )
        own: SignatureStatus = judged
        level = judged.modification_level
        changed = level is None or level > ModificationLevel.LTA_UPDATES
        sealed_by = ""
    else:
        status = await async_validate_pdf_signature(
            signature,
            _context(trust.roots, archive, moment),
            _context(all_roots, archive, moment),
        )
        own, stamp = status, status.timestamp_validity
        changed = not status.docmdp_ok
        problems += _judged(status, "")
        problems += _strays(signature.signed_data, status, trust)
        if signature.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value:
            problems.append("elle n’est pas au format PAdES.")
        sealed_by = name_of(signature.signer_cert.subject)
    if changed:
        problems.append("le document a reçu ensuite un changement interdit.")
    if signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        problems.append("elle ne couvre pas toute sa version du document.")
    here = stamp is not None and _made_under(stamp, trust.roots)
    intact = own.intact and own.valid and not changed
    reason = str(signature.sig_object.get("/Reason", ""))
    without_time = not made and reason.endswith(WITHOUT_TIME)
    if stamp is None:
        if not without_time:
            problems.append("elle n’a pas d’horodatage.")
    else:
        faults = list(_judged(stamp, "" if begun.is_timestamp else "son horodatage : "))
        faults += _strays(made[0], stamp, trust)
        if moment > trust.now + CLOCK_DRIFT:
            faults.append(f"son horodatage est dans le futur ({moment:%d/%m/%Y %H:%M} UTC).")
        problems += faults
        if faults:
            stamp = None
    authority = signer_of(made[0]) if made else None
    return replace(
        begun,
        problems=tuple(problems),
        covers_file=signature.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        without_time=without_time,
        timestamp=moment if stamp is not None else None,
        timestamp_until=authority.not_valid_after if authority else None,
        timestamped_by=name_of(authority.subject) if authority else "",
        sealed_by=sealed_by,
        reason=reason,
        signers=tuple(signer_of(one) for one in (signature.signed_data, *made)),
        intact=intact and untouched,
        trusted=own.trusted,
        covers_revision=signature.coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
        timestamped_here=here,
    )


def _made_under(status: SignatureStatus, roots: Iterable[asn1_x509.Certificate]) -> bool:
    path = status.validation_path
    known = {root.dump() for root in roots}
    return path is not None and any(certificate.dump() in known for certificate in path)


def _judged(status: SignatureStatus, head: str) -> Iterator[str]:
    if not status.intact:
        yield f"{head}le contenu a été modifié après coup."
    elif not status.valid:
        yield f"{head}la signature cryptographique est fausse."
    elif not status.trusted:
        who = name_of(status.signing_cert.subject)
        yield f"{head}faite par « {who} », qu’aucune autorité admise ne reconnaît."


def _outside_the_signature(pdf: bytes, signature: EmbeddedPdfSignature) -> Iterator[str]:
    """The hole of the ByteRange must hold the signature's own bytes, then zeros: nothing else."""
    first, before, after, _ = (int(number) for number in signature.byte_range)
    content = signature.pkcs7_content
    length = parser.peek(content)
    if (
        first != 0
        or pdf[before:after] != b"<" + content.hex().upper().encode() + b">"
        or content[length:].strip(b"\0")
    ):
        yield "des octets ont été changés à côté d’elle, dans la place qui lui est réservée."


def _strays(signed: cms.SignedData, status: SignatureStatus, trust: Trust) -> Iterator[str]:
    """What a CMS does not sign, and ours always write one way: another way is another hand.

    Each embedded certificate must be one of the trusted path; who signed is named as in his
    certificate, to the letter (readers forgive capitals); versions follow RFC 5652, 5.1 and 5.3.
    """
    if not _made_under(status, trust.roots):
        return
    (signer,) = signed["signer_infos"]
    plain = signed["encap_content_info"]["content_type"].native == "data"
    named, whole = signer["sid"].chosen, signer_of(signed)
    as_written = (
        signed["version"].native == ("v1" if plain else "v3")
        and signer["version"].native == "v1"
        and named["issuer"].dump() == whole.issuer.dump()
        and named["serial_number"].native == whole.serial_number
        and [one.dump() for one in signed["digest_algorithms"]]
        == [signer["digest_algorithm"].dump()]
    )
    if not as_written:
        yield "son en-tête, qu’elle ne signe pas, a été changé."
    known = {root.dump() for root in trust.roots}
    known |= {certificate.dump() for certificate in status.validation_path or ()}
    if any(choice.chosen.dump() not in known for choice in signed["certificates"]):
        yield "un certificat joint a été changé."


def _context(
    roots: Iterable[asn1_x509.Certificate], archive: Archive | None, moment: datetime
) -> ValidationContext:
    """A context is stateful in pyHanko: a new one for each use. Nothing is fetched."""
    return ValidationContext(
        trust_roots=list(roots),
        other_certs=list(archive.certificates) if archive else [],
        crls=list(archive.lists) if archive else [],
        moment=moment,
        revocation_mode="soft-fail",
        # The lists are made at the closing, after the seals that they speak of.
        retroactive_revinfo=True,
    )


def missing_from(archive: Archive, examined: Sequence[Examined], trust: Trust) -> Iterator[str]:
    """What a closed document lacks to be checked without us."""
    held = {certificate.dump() for certificate in archive.certificates}
    used = {certificate.dump() for one in examined for certificate in one.signers}
    if used - held:
        yield "La clôture ne contient pas tous les certificats des signatures."
    issuers = {entry.issuer.dump() for entry in archive.lists}
    if not any(root.subject.dump() in issuers for root in trust.roots):
        yield "La clôture ne contient pas la liste de révocation de l’autorité."
