"""The organisation's own small authority: who may seal, who may timestamp, who is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# The authority outlives the seals, and those the ten years a dossier is kept after its end.
AUTHORITY_LIFE = timedelta(days=365 * 20 + 5)
SEAL_LIFE = timedelta(days=365 * 10 + 2)
# Another machine's clock may be a little late, and a time zone wrong by a day.
BACKDATED = timedelta(days=1)
CRL_LIFE = timedelta(days=31)

_NO_USAGE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
# RFC 5280: a common or organisation name has 64 characters at most.
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Pair:
    """A private key (P-256) and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @cached_property
    def asn1_certificate(self) -> asn1_x509.Certificate:
        return asn1_certificate(self.certificate)


def asn1_certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate, as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def new_authority(organisation: str, now: datetime) -> Pair:
    """A self-signed authority that may sign certificates and revocation lists, and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, "Autorité de scellement")
    usage = {"key_cert_sign": True, "crl_sign": True}
    builder = _certificate(name, name, key, now, AUTHORITY_LIFE, usage)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Pair(key, builder.sign(key, hashes.SHA256()))


def new_seal(authority: Pair, organisation: str, now: datetime) -> Pair:
    """The organisation's seal. `content_commitment` is what PAdES validators ask for."""
    usage = {"digital_signature": True, "content_commitment": True}
    return _issued(authority, organisation, "Cachet", now, usage, eku=None)


def new_timestamp_unit(authority: Pair, organisation: str, now: datetime) -> Pair:
    """The key of the internal time-stamping authority (RFC 3161 §2.3: critical, sole purpose)."""
    usage = {"digital_signature": True}
    return _issued(
        authority,
        organisation,
        "Horodatage interne",
        now,
        usage,
        eku=x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]),
    )


def revocation_list(authority: Pair, now: datetime) -> asn1_crl.CertificateList:
    """The authority's revocation list at `now`: empty, since a lost key means new keys for all."""
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    at = now.replace(microsecond=0)
    signed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + CRL_LIFE)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(key_id, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return asn1_crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))


def _issued(
    authority: Pair,
    organisation: str,
    role: str,
    now: datetime,
    usage: dict[str, bool],
    eku: x509.ExtendedKeyUsage | None,
) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    builder = _certificate(_name(organisation, role), issuer, key, now, SEAL_LIFE, usage)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(key_id, critical=False)
    if eku is not None:
        builder = builder.add_extension(eku, critical=True)
    return Pair(key, builder.sign(authority.key, hashes.SHA256()))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    usage: dict[str, bool],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.KeyUsage(**(_NO_USAGE | usage)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(organisation: str, role: str) -> x509.Name:
    short = " ".join(organisation.split())[:_LONGEST_NAME] or "Organisation"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, short),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{role} – {short}"[:_LONGEST_NAME]),
        ]
    )
