"""The keys of the seal, of its authority and of the internal timestamps: files of this machine.

`FOLDER/autorite/` holds `ca.p12`, `sceau.p12`, `horodatage.p12` (PKCS#12, one passphrase) and
`ca.pem`, the authority's certificate, to be given to whoever checks. The seal's key may be in a
token instead (token_key.py); `sceau.p12` is then not read. Root certificates of outside
time-stamping authorities are read from `FOLDER/horodatage-racines/*.pem`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from docgen.errors import Refused, Unavailable
from docgen.signing.authority import Pair, new_authority, new_seal, new_timestamp_unit
from docgen.signing.seal_key import FileKey, SealKey

SET = "autorite"
TSA_ROOTS = "horodatage-racines"
PUBLIC = "ca.pem"
_DRAFT = ".autorite-"
_NAMES = {"authority": "ca.p12", "seal": "sceau.p12", "timestamp": "horodatage.p12"}
_WORDS = {
    "authority": "de l’autorité",
    "seal": "du cachet",
    "timestamp": "de l’horodatage interne",
}
EXPIRY_NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class Keys:
    """The sealing keys, read. `made_now` says that this start made them."""

    folder: Path
    authority: Pair
    seal: SealKey
    timestamp: Pair
    tsa_roots: tuple[x509.Certificate, ...] = ()
    made_now: bool = False

    @property
    def public_certificate(self) -> Path:
        """The file of the authority's certificate, to be given to whoever checks."""
        return self.folder / PUBLIC

    def notices(self, now: datetime) -> list[str]:
        """What the officer in charge should know of the keys today, in French."""
        notices = []
        if self.made_now:
            notices.append(
                f"Les clés de scellement viennent d’être créées dans {self.folder} : gardez-en une "
                "copie, avec leur phrase de passe, hors de cette machine."
            )
        for role, words in _WORDS.items():
            end = getattr(self, role).certificate.not_valid_after_utc
            if end <= now:
                notices.append(f"Le certificat {words} a expiré le {end:%d/%m/%Y}.")
            elif end - now < EXPIRY_NOTICE:
                notices.append(
                    f"Le certificat {words} expire le {end:%d/%m/%Y} : prévoyez d’autres clés."
                )
        try:
            loose = [
                path.name
                for path in (self.folder, *self.folder.glob("*.p12"))
                if path.stat().st_mode & 0o077
            ]
        except OSError:
            loose = []
        if loose:
            notices.append(
                f"D’autres comptes peuvent lire {', '.join(loose)} : "
                f"faites « chmod -R go= {self.folder} »."
            )
        return notices


def load_or_create(
    folder: Path,
    passphrase: bytes,
    organisation: str,
    now: datetime,
    token: Callable[[], SealKey] | None = None,
) -> Keys:
    """The keys of `folder`, made whole at the first start, read and checked once.

    `token` gives the seal's key when it is not in a file. Raises Refused (wrong passphrase) or
    Unavailable (files that can't be read or written, keys that can't do what they are for).
    """
    if not passphrase:
        raise Refused("La phrase de passe des clés est vide. Réglez DOCGEN_PASSPHRASE.")
    place = folder / SET
    try:
        made = False
        if not place.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(folder):
                if not place.is_dir():
                    _make(folder, passphrase, organisation, now)
                    made = True
        read = [role for role in _NAMES if role != "seal" or token is None]
        pairs = {role: _read(place / _NAMES[role], passphrase) for role in read}
        roots = _tsa_roots(folder / TSA_ROOTS)
    except OSError as error:
        raise Unavailable(
            f"Les clés de {place} ne peuvent pas être lues ou écrites ({error.strerror} : "
            f"{error.filename}).",
            "Corrigez les droits, libérez de la place, ou remettez la copie de sauvegarde.",
        ) from error
    seal = token() if token else FileKey(pairs["seal"])
    keys = Keys(place, pairs["authority"], seal, pairs["timestamp"], roots, made)
    _check_uses(keys)
    return keys


def _check_uses(keys: Keys) -> None:
    """Each key's certificate is of this authority, and allows what the key is for."""
    for role in ("seal", "timestamp"):
        certificate: x509.Certificate = getattr(keys, role).certificate
        try:
            certificate.verify_directly_issued_by(keys.authority.certificate)
        except Exception as error:
            raise Unavailable(
                f"Les clés de {keys.folder} ne vont pas ensemble : le certificat {_WORDS[role]} "
                "n’est pas de cette autorité.",
                "Remettez la copie de sauvegarde du dossier entier.",
            ) from error
    faults = []
    if not _allows(keys.authority.certificate, "key_cert_sign", "crl_sign"):
        faults.append("l’autorité ne peut pas signer de certificats et de listes de révocation")
    if not _allows(keys.seal.certificate, "content_commitment"):
        faults.append("le cachet n’est pas fait pour engager (contentCommitment)")
    if not _allows(keys.timestamp.certificate, "digital_signature") or not _only_timestamps(
        keys.timestamp.certificate
    ):
        faults.append("l’horodatage n’est pas fait pour horodater seulement (RFC 3161)")
    if faults:
        raise Unavailable(
            f"Les certificats de {keys.folder} ne permettent pas ce qu’on leur demande : "
            f"{' ; '.join(faults)}.",
            "Remettez la copie de sauvegarde du dossier entier.",
        )


def _allows(certificate: x509.Certificate, *uses: str) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return all(getattr(usage, use) for use in uses)


def _only_timestamps(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return found.critical and list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; the system frees the lock of a process that dies."""
    descriptor = os.open(folder / ".verrou", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(folder: Path, passphrase: bytes, organisation: str, now: datetime) -> None:
    """Write a whole set aside, then give it its name: there is never half a set."""
    for left in folder.glob(f"{_DRAFT}*"):
        shutil.rmtree(left)  # of a start that was cut off: no seal was ever made with it
    draft = folder / f"{_DRAFT}{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    authority = new_authority(organisation, now)
    pairs = {
        "authority": authority,
        "seal": new_seal(authority, organisation, now),
        "timestamp": new_timestamp_unit(authority, organisation, now),
    }
    encryption = serialization.BestAvailableEncryption(passphrase)
    for role, pair in pairs.items():
        bundle = pkcs12.serialize_key_and_certificates(
            role.encode(), pair.key, pair.certificate, None, encryption
        )
        _write(draft / _NAMES[role], bundle)
    _write(draft / PUBLIC, authority.certificate.public_bytes(serialization.Encoding.PEM))
    _sync(draft)
    draft.rename(folder / SET)
    _sync(folder)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, passphrase: bytes) -> Pair:
    content = path.read_bytes()
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(content, passphrase)
    except ValueError as error:
        # PKCS#12 can't tell a wrong passphrase from a damaged file.
        raise Refused(
            f"Les clés de {path} ne s’ouvrent pas avec la phrase de passe donnée. Corrigez "
            "DOCGEN_PASSPHRASE (ou le fichier « passphrase » voisin), ou remettez la copie de "
            "sauvegarde de ce fichier s’il est abîmé."
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        raise Unavailable(
            f"{path} ne contient pas une clé P-256 et son certificat.",
            "Remettez la copie de sauvegarde.",
        )
    if certificate.public_key() != key.public_key():
        raise Unavailable(
            f"Dans {path}, la clé et le certificat ne vont pas ensemble.",
            "Remettez la copie de sauvegarde.",
        )
    return Pair(key, certificate)


def _tsa_roots(folder: Path) -> tuple[x509.Certificate, ...]:
    """The roots of outside time-stamping authorities that this installation trusts."""
    found: list[x509.Certificate] = []
    for path in sorted(folder.glob("*.pem")):
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except ValueError as error:
            raise Unavailable(
                f"{path} n’est pas un certificat PEM.", "Remplacez ou retirez ce fichier."
            ) from error
    return tuple(found)
