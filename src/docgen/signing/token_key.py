"""The seal's private key in a token (PKCS#11) that never gives it: a card, a key, an HSM."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass, PKCS11Error
from pkcs11.exceptions import UserAlreadyLoggedIn
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer

from docgen.errors import Refused, Unavailable
from docgen.signing.authority import asn1_certificate
from docgen.signing.loop import in_own_loop
from docgen.signing.seal_key import ECDSA, LONGEST_SIGNATURE

_CHALLENGE = b"docgen : essai de la cle du cachet"


@dataclass(frozen=True)
class TokenPlace:
    """Where a key is: the module's file, the token's and the key's labels, the PIN."""

    module: Path
    token: str
    key: str
    pin: str = field(repr=False)


class TokenKey:
    """A key in a token. One session, opened when first needed and again after a fault.

    A session serves one thread at a time: seals made at once wait for each other here.
    """

    def __init__(self, place: TokenPlace) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._session: Any = None
        with self._lock:
            self._certificate = self._checked()

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    def signer(self, chain: Sequence[asn1_x509.Certificate]) -> Signer:
        with self._lock:
            session = self._open()
        return _TokenSigner(
            self,
            session,
            signing_cert=asn1_certificate(self._certificate),
            ca_chain=list(chain),
            key_label=self._place.key,
            signature_mechanism=ECDSA,
            # SoftHSM2 and many cards sign hashes only.
            use_raw_mechanism=True,
        )

    def sign(self, data: bytes) -> bytes:
        """Another signature each time: tokens draw at random."""
        return in_own_loop(self.signer(()).async_sign_raw(data, "sha256"))

    def close(self) -> None:
        """Leave the token; the next seal opens it again."""
        with self._lock:
            if self._session is not None:
                self._session.close()
            self._session = None

    def _open(self) -> Any:
        """The session. Raises Unavailable, or Refused for a wrong PIN."""
        if self._session is None:
            place = self._place
            opened = partial(
                open_pkcs11_session, str(place.module), None, TokenCriteria(label=place.token)
            )
            try:
                try:
                    self._session = opened(place.pin)
                except UserAlreadyLoggedIn:
                    # A token knows processes: another session of this one gave the PIN before.
                    self._session = opened(None)
            except (PKCS11Error, RuntimeError, OSError) as error:
                self._fail(error)
        return self._session

    def _checked(self) -> x509.Certificate:
        """The certificate, once the token has signed a trial with the key that it names."""
        session = self._open()
        label = self._place.key
        try:
            key = _only(session, ObjectClass.PRIVATE_KEY, label)
            found = _only(session, ObjectClass.CERTIFICATE, label)
            if key is None or found is None:
                raise Unavailable(
                    f"Le jeton « {self._place.token} » n’a pas, sous le nom « {label} », une clé "
                    "et son certificat.",
                    "Corrigez DOCGEN_PKCS11_KEY, ou mettez-y les deux (docs/cles.md).",
                )
            certificate = x509.load_der_x509_certificate(found[Attribute.VALUE])
            digest = hashes.Hash(hashes.SHA256())
            digest.update(_CHALLENGE)
            raw = key.sign(digest.finalize(), mechanism=Mechanism.ECDSA)
        except (PKCS11Error, ValueError) as error:
            self._fail(error)
        half = len(raw) // 2
        signature = encode_dss_signature(
            int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        )
        if not _signed_by(certificate, signature):
            raise Unavailable(
                f"Dans le jeton « {self._place.token} », la clé « {label} » n’est pas celle de son "
                "certificat, ou n’est pas une clé P-256.",
                "Mettez-y la clé et le certificat du cachet (docs/cles.md).",
            )
        return certificate

    def _fail(self, error: Exception) -> NoReturn:
        self._session = None
        name = type(error).__name__
        if name.startswith("Pin"):
            raise Refused(
                f"Le jeton « {self._place.token} » refuse le code donné ({name}). Corrigez "
                "DOCGEN_PKCS11_PIN ; après plusieurs essais faux, un jeton se bloque."
            ) from error
        raise Unavailable(
            f"Le jeton « {self._place.token} » ne répond pas par {self._place.module} "
            f"({' '.join(str(error).split()) or name}).",
            "Vérifiez qu’il est branché, et DOCGEN_PKCS11_MODULE, DOCGEN_PKCS11_TOKEN.",
        ) from error


class _TokenSigner(PKCS11Signer):
    def __init__(self, owner: TokenKey, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._owner = owner

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT002 - pyHanko's own signature
    ) -> bytes:
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        with self._owner._lock:  # noqa: SLF001 - the two are one
            try:
                return bytes(await super().async_sign_raw(data, digest_algorithm))
            except PKCS11Error as error:
                self._owner._fail(error)  # noqa: SLF001


def _only(session: Any, kind: ObjectClass, label: str) -> Any:
    """The one object of that kind and label, None when there is none or more than one."""
    found = list(session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: label}))
    return found[0] if len(found) == 1 else None


def _signed_by(certificate: x509.Certificate, signature: bytes) -> bool:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        public.verify(signature, _CHALLENGE, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
