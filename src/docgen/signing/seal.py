"""The seal: each act and the closing are one incremental PAdES revision, never a rewrite."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.errors import Broken, Unavailable
from docgen.signing.authority import asn1_certificate, revocation_list
from docgen.signing.keys import Keys
from docgen.signing.loop import in_own_loop
from docgen.signing.stamp import SealStyle
from docgen.signing.timestamp import INTERNAL_LABEL, InternalAuthority, OutsideAuthorities, host
from docgen.signing.verify import CertificateFacts, Report, certificates_in, check

TIMESTAMP_FIELD = "Horodatage_cloture"
# Everything goes in before the document timestamp, so that it covers the whole file.
_ARCHIVAL = DSSContentSettings(
    include_vri=False,
    placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)


@dataclass(frozen=True)
class Sealer:
    """Seals PDFs with `keys`; timestamps from `tsa_urls` in order, or internal when there is none.

    Two seals on the same bytes fork the document: whoever calls serialises them.
    """

    keys: Keys
    tsa_urls: Sequence[str] = ()

    @property
    def timestamp_label(self) -> str:
        """Whose timestamps these are, for a person."""
        return " ou ".join(host(url) for url in self.tsa_urls) or INTERNAL_LABEL

    def seal(
        self, pdf: bytes, field: str, lines: Sequence[str], reason: str, now: datetime
    ) -> bytes:
        """Seal an act (PAdES B-T) in its empty field, `lines` visible there.

        Raises Unavailable (timestamp, fonts, expired keys) or Broken (not a PDF, no such field).
        """
        return self._sign(pdf, field, lines, reason, now, closing=False)

    def close(
        self, pdf: bytes, field: str, lines: Sequence[str], reason: str, now: datetime
    ) -> bytes:
        """Close the document (PAdES B-LTA): certificates and revocation lists, then a timestamp.

        Raises as `seal` does.
        """
        return self._sign(pdf, field, lines, reason, now, closing=True)

    def verify(self, pdf: bytes, expected_fields: Sequence[str] | None, now: datetime) -> Report:
        """Check every signature; the fields expected, in order, when the caller knows them."""
        roots = [self.keys.authority.certificate]
        return check(pdf, expected_fields, now, roots, self.keys.tsa_roots)

    def certificates(self, pdf: bytes) -> list[CertificateFacts]:
        """The certificates that the signatures of the PDF use, in order of use. Raises Broken."""
        return certificates_in(pdf, [self.keys.authority.certificate, *self.keys.tsa_roots])

    def _sign(
        self,
        pdf: bytes,
        field: str,
        lines: Sequence[str],
        reason: str,
        now: datetime,
        *,
        closing: bool,
    ) -> bytes:
        self._still_valid(now)
        output = io.BytesIO()
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            first = next(enumerate_sig_fields(writer, filled_status=True), None) is None
            signer = self._signer(field, reason, now, tuple(lines), closing=closing, first=first)
            in_own_loop(signer.async_sign_pdf(writer, existing_fields_only=True, output=output))
        except TimestampRequestError as error:
            raise Unavailable(
                f"L’horodatage a été refusé ({error}).", "Le cachet attend ; il sera retenté."
            ) from error
        except (PathError, PathBuildingError, ValidationError) as error:
            raise Unavailable(
                f"Le cachet ou l’horodatage ne mène pas à une autorité admise ({error}).",
                "Déposez le certificat racine de l’autorité d’horodatage dans le dossier "
                "« horodatage-racines », à côté des clés.",
            ) from error
        except (SigningError, PdfError, ValueError, LookupError, TypeError) as error:
            raise Broken(f"Le cachet ne peut pas être posé dans le champ « {field} ».") from error
        return output.getvalue()

    def _signer(
        self,
        field: str,
        reason: str,
        now: datetime,
        lines: tuple[str, ...],
        *,
        closing: bool,
        first: bool,
    ) -> PdfSigner:
        context = self._context(now)
        metadata = PdfSignatureMetadata(
            field_name=field,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            reason=reason,
            # The first seal certifies the document: after it, only the other fields may be filled.
            certify=first,
            docmdp_permissions=MDPPerm.NO_CHANGES if closing else MDPPerm.FILL_FORMS,
            validation_context=context,
            embed_validation_info=closing,
            use_pades_lta=closing,
            timestamp_field_name=TIMESTAMP_FIELD,
            dss_settings=_ARCHIVAL if closing else DSSContentSettings(),
        )
        certificates = SimpleCertificateStore()
        certificates.register(asn1_certificate(self.keys.authority.certificate))
        seal = self.keys.seal
        return _SignerAt(
            metadata,
            signer=SimpleSigner(seal.asn1_certificate, seal.asn1_key, certificates),
            timestamper=self._timestamper(now),
            stamp_style=SealStyle(border_width=0, lines=lines),
            now=now,
        )

    def _timestamper(self, now: datetime) -> TimeStamper:
        if self.tsa_urls:
            return OutsideAuthorities(self.tsa_urls)
        return InternalAuthority(self.keys.timestamp, now)

    def _context(self, now: datetime) -> ValidationContext:
        """What the seal and the timestamps are held against before the PDF is kept."""
        roots = [self.keys.authority.certificate, *self.keys.tsa_roots]
        return ValidationContext(
            trust_roots=[asn1_certificate(root) for root in roots],
            crls=[revocation_list(self.keys.authority, now)],
            moment=now,
            # An authority outside publishes its own lists, which are not fetched here.
            revocation_mode="soft-fail" if self.tsa_urls else "require",
            retroactive_revinfo=True,
        )

    def _still_valid(self, now: datetime) -> None:
        for pair in (self.keys.seal, self.keys.timestamp):
            certificate = pair.certificate
            if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
                raise Unavailable(
                    "Les clés de scellement ne sont valables que du "
                    f"{certificate.not_valid_before_utc:%d/%m/%Y} au "
                    f"{certificate.not_valid_after_utc:%d/%m/%Y}.",
                    "Vérifiez l’horloge de la machine, ou faites de nouvelles clés.",
                )


class _SignerAt(PdfSigner):
    """A pyHanko signer whose clock is the caller's."""

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._now = now

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._now
        return session
