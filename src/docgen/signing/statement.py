"""A statement of the organisation that is no PDF: bytes, a signature by its seal, a timestamp.

`openssl dgst -sha256 -verify` checks the signature (ECDSA P-256, DER) and `openssl ts -verify` the
timestamp (an RFC 3161 answer), with what is kept beside them and nothing of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from docgen.signing.authority import asn1_certificate
from docgen.signing.loop import in_own_loop
from docgen.signing.roots import Roots
from docgen.signing.seal import Sealer

_LARGEST = 100_000


@dataclass(frozen=True)
class Statement:
    """`certificate` is the PEM of who signs; `chain` the PEM of what checks `token`, roots first.

    `authority` says whose time it is, `failed` who was asked before, and why.
    """

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    token: bytes = field(repr=False)
    certificate: str = field(repr=False)
    chain: str = field(repr=False)
    authority: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stated:
    """What a statement is worth: when it was timestamped, by whom it is, every problem in French.

    `trusted`: under an authority that this installation admits.
    """

    at: datetime | None
    organisation: str
    trusted: bool
    problems: tuple[str, ...]


def state(sealer: Sealer, content: bytes, now: datetime) -> Statement:
    """Sign and timestamp `content`. Raises NoTimestamp or Unavailable (keys)."""
    sealer.still_valid(now)
    keys = sealer.keys
    stamper = sealer.timestamper(now, sealer.tsa_urls, ())
    _, request = stamper.request_cms(  # type: ignore[no-untyped-call]
        hashlib.sha256(content).digest(), "sha256"
    )
    answer = in_own_loop(stamper.async_request_tsa_response(request))
    roots = [keys.authority.certificate, *(keys.tsa_roots if sealer.tsa_urls else ())]
    return Statement(
        content,
        keys.seal.sign(content),
        answer.dump(),
        pem(keys.seal.certificate),
        "".join([*map(pem, roots), *_in_token(answer, roots)]),
        stamper.answered,
        tuple(stamper.failed),
    )


def pem(certificate: x509.Certificate) -> str:
    """A certificate as a text."""
    return certificate.public_bytes(Encoding.PEM).decode()


def key_id(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's public key (SubjectPublicKeyInfo, DER), in hexadecimal."""
    public = certificate.public_key()
    return hashlib.sha256(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def certificate_in(text: str) -> x509.Certificate:
    """The certificate written in PEM, of a key that can be read. Raises ValueError."""
    certificate = x509.load_pem_x509_certificate(text.encode())
    try:
        certificate.public_key()
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of an unknown kind") from error
    return certificate


def public_key(certificate: str) -> str:
    """The public key of a PEM certificate, in PEM: what `openssl dgst -verify` takes.

    Raises ValueError.
    """
    public = certificate_in(certificate).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def organisation_of(certificate: x509.Certificate) -> str:
    """The organisation that a certificate names, empty when it names none."""
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(found[0].value) if found else ""


def is_signed(content: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    """Whether that certificate's P-256 key signed exactly `content`."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def check_statement(statement: Statement, roots: Roots, key: str = "") -> Stated:
    """Check a statement from anywhere, under the authorities that are admitted here.

    `key`: the identifier of the key that the content says it is signed with, if it does.
    Certificates are judged at the time of the token: their end does not undo what they covered.
    """
    try:
        certificate = certificate_in(statement.certificate)
    except ValueError:
        return Stated(None, "", False, ("Le certificat du cachet ne se lit pas.",))
    problems = []
    trusted = is_issued_by(certificate, roots)
    if not trusted:
        problems.append("Le certificat du cachet n’est pas d’une autorité admise ici.")
    if key and key_id(certificate) != key:
        problems.append("Le certificat du cachet n’est pas celui de la clé annoncée.")
    if not is_signed(statement.content, statement.signature, certificate):
        problems.append("La signature du cachet est fausse.")
    at, fault = _timestamped(statement, roots)
    if fault:
        problems.append(f"Horodatage : {fault}.")
    elif at and not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        problems.append("Le certificat du cachet n’était pas valable à la date de l’horodatage.")
    return Stated(at, organisation_of(certificate), trusted, tuple(problems))


def is_issued_by(certificate: x509.Certificate, roots: Roots) -> bool:
    """Whether one of the authorities that may seal here issued that certificate."""
    for root in roots.own:
        try:
            certificate.verify_directly_issued_by(x509.load_der_x509_certificate(root))
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        return True
    return False


def _timestamped(statement: Statement, roots: Roots) -> tuple[datetime | None, str]:
    """When the token says, and what is wrong with it (empty when nothing is)."""
    if len(statement.token) > _LARGEST or len(statement.chain) > _LARGEST:
        return None, "il est trop long pour être lu"
    try:
        answer = tsp.TimeStampResp.load(statement.token, strict=True)
        token = answer["time_stamp_token"]["content"]
        facts = token["encap_content_info"]["content"].parsed
        at: datetime = facts["gen_time"].native
        imprint = facts["message_imprint"]
        if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
            return None, "l’autorité l’a refusé"
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            return None, "il n’est pas fait en SHA-256"
        digest = hashlib.sha256(statement.content).digest()
        if imprint["hashed_message"].native != digest:
            return None, "il porte sur un autre contenu"
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(one) for one in (*roots.own, *roots.tsa)],
            other_certs=_certificates(statement.chain),
            moment=at,
            revocation_mode="soft-fail",
        )
        judged = in_own_loop(validate_tst_signed_data(token, context, lambda _algorithm: digest))
    except Exception:  # noqa: BLE001 - hostile or damaged bytes make the parsers fail in any way
        return None, "il ne se lit pas"
    if not (judged["intact"] and judged["valid"]):
        return None, "sa signature est fausse"
    if judged["trust_problem_indic"] is not None:
        return at, "son certificat ne mène pas à une autorité admise ici"
    return at, ""


def _certificates(chain: str) -> list[asn1_x509.Certificate]:
    return [asn1_certificate(one) for one in x509.load_pem_x509_certificates(chain.encode())]


def _in_token(answer: tsp.TimeStampResp, but: Sequence[x509.Certificate]) -> list[str]:
    """The certificates that came with the token, in PEM."""
    held = answer["time_stamp_token"]["content"]["certificates"]
    found = [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in held]
    return [pem(one) for one in found if one not in but]
