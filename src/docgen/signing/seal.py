"""The seal: each act and the closing are one incremental PAdES revision, never a rewrite."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from docgen.errors import Unavailable
from docgen.signing.authority import asn1_certificate, revocation_list
from docgen.signing.drawing import Drawing
from docgen.signing.examine import WITHOUT_TIME
from docgen.signing.keys import Keys
from docgen.signing.loop import in_own_loop
from docgen.signing.outside_lists import outside_lists
from docgen.signing.outside_time import (
    SECONDS_TO_ANSWER,
    AnotherAuthority,
    NoTimestamp,
    OutsideAuthorities,
)
from docgen.signing.over_http import host
from docgen.signing.renew import Lists, add_archival_timestamp, certificates_of, keep_evidence
from docgen.signing.signer_at import SignerAt, explained
from docgen.signing.stamp import SealStyle
from docgen.signing.timestamp import INTERNAL_LABEL, InternalAuthority
from docgen.signing.told import CertificateFacts, TimestampFacts, certificates_in, timestamps_in
from docgen.signing.verify import Report, check

TIMESTAMP_FIELD = "Horodatage_cloture"
# Everything goes in before the document timestamp, so that it covers the whole file.
_ARCHIVAL = DSSContentSettings(
    include_vri=False,
    placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE,
    next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
)


@dataclass(frozen=True)
class Sealed:
    """A PDF with one more seal.

    `level` is "B-T", "B-LTA", or "B-B" when no timestamp could be had and that was allowed;
    `authority` names whose time it is (empty without), `failed` those asked before, and why.
    """

    pdf: bytes = field(repr=False)
    level: str
    authority: str
    failed: tuple[str, ...] = ()

    @property
    def degraded(self) -> bool:
        """Whether the seal has no timestamp."""
        return self.level == "B-B"


@dataclass(frozen=True)
class Sealer:
    """Seals PDFs with `keys`; timestamps from `tsa_urls` in order, or internal when there is none.

    Each server has `tsa_seconds` to answer. Two seals on the same bytes fork the document: whoever
    calls serialises them.
    """

    keys: Keys
    tsa_urls: Sequence[str] = ()
    tsa_seconds: float = SECONDS_TO_ANSWER
    _tokens: dict[str, cms.ContentInfo] = field(default_factory=dict, repr=False, compare=False)
    _lists: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _computing: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def timestamp_label(self) -> str:
        """Whose timestamps these are, for a person."""
        return " ou ".join(host(url) for url in self.tsa_urls) or INTERNAL_LABEL

    def seal(
        self,
        pdf: bytes,
        field: str,
        lines: Sequence[str],
        reason: str,
        now: datetime,
        *,
        or_without_time: bool = False,
        drawing: Drawing | None = None,
    ) -> Sealed:
        """Seal an act (PAdES B-T) in its empty field, `lines` visible there, `drawing` beside.

        `or_without_time`: rather B-B, which its reason then says, than not at all. Raises
        NoTimestamp, Unavailable (fonts, expired keys) or Broken (not a PDF, no such field).
        """
        act = _Act(field, tuple(lines), reason, now, closing=False, drawing=drawing)
        # Seals in one process only slow each other, and whoever waits to write; one that asks an
        # outside authority mostly waits, and others go on meanwhile.
        with self._computing if not self.tsa_urls else nullcontext():
            return self._seal(pdf, act, or_without_time=or_without_time)

    def close(
        self,
        pdf: bytes,
        field: str,
        lines: Sequence[str],
        reason: str,
        now: datetime,
        *,
        or_without_time: bool = False,
    ) -> Sealed:
        """Close the document (PAdES B-LTA): certificates and revocation lists, then a timestamp.

        Raises as `seal` does.
        """
        act = _Act(field, tuple(lines), reason, now, closing=True)
        return self._seal(pdf, act, or_without_time=or_without_time)

    def renew(self, pdf: bytes, now: datetime) -> Sealed:
        """Add an archival timestamp after the last one, with what checks that one.

        Raises NoTimestamp, Unavailable (keys) or Broken (not a PDF).
        """

        def make(stamper: TimeStamper, lists: Lists) -> bytes:
            return self._renewed(pdf, stamper, lists, now)

        return self._with_time(pdf, make, now, "B-LTA")

    def verify(self, pdf: bytes, expected_fields: Sequence[str] | None, now: datetime) -> Report:
        """Check every signature; the fields expected, in order, when the caller knows them."""
        roots = [self.keys.authority.certificate]
        return check(pdf, expected_fields, now, roots, self.keys.tsa_roots)

    def certificates(self, pdf: bytes) -> list[CertificateFacts]:
        """The certificates that the signatures of the PDF use, in order of use. Raises Broken."""
        return certificates_in(pdf, [self.keys.authority.certificate, *self.keys.tsa_roots])

    def timestamps(self, pdf: bytes) -> list[TimestampFacts]:
        """The timestamps of the PDF, in the order of its signatures. Raises Broken."""
        return timestamps_in(pdf)

    # --- one act

    def _seal(self, pdf: bytes, act: _Act, *, or_without_time: bool) -> Sealed:
        level = "B-LTA" if act.closing else "B-T"
        try:
            return self._with_time(
                pdf, lambda stamper, lists: self._signed(pdf, act, stamper, lists), act.now, level
            )
        except NoTimestamp as error:
            if not or_without_time:
                raise
            degraded = replace(act, reason=f"{act.reason}{WITHOUT_TIME}")
            return Sealed(self._signed(pdf, degraded, None, ()), "B-B", "", error.failed)

    def _with_time(
        self,
        pdf: bytes,
        make: Callable[[InternalAuthority | OutsideAuthorities, Lists], bytes],
        now: datetime,
        level: str,
    ) -> Sealed:
        """Make a revision with the first authority that answers. Raises NoTimestamp."""
        self.still_valid(now)
        urls: Sequence[str] = self.tsa_urls
        failed: Sequence[str] = ()
        while True:
            stamper = self.timestamper(now, urls, failed)
            try:
                lists, missed = self._lists_for(pdf, stamper, now) if level == "B-LTA" else ((), ())
                made = make(stamper, lists)
                return Sealed(made, level, stamper.answered, (*stamper.failed, *missed))
            except AnotherAuthority as other:
                urls, failed = other.urls, other.failed

    def timestamper(
        self, now: datetime, urls: Sequence[str], failed: Sequence[str]
    ) -> InternalAuthority | OutsideAuthorities:
        """Who timestamps at `now`: those of `urls`, or the internal authority without any."""
        if not urls:
            return InternalAuthority(self.keys.timestamp, now, self._tokens)
        return OutsideAuthorities(
            urls,
            now,
            lambda: self._context(now),
            self._tokens,
            seconds=self.tsa_seconds,
            failed=failed,
        )

    def _lists_for(
        self, pdf: bytes, stamper: InternalAuthority | OutsideAuthorities, now: datetime
    ) -> tuple[Lists, Sequence[str]]:
        """The revocation lists of whoever timestamps here or did before, and what is missing."""
        if not self.tsa_urls:
            return (), ()
        # Asked now, so that the authority of a first seal is among those kept.
        in_own_loop(stamper.async_dummy_response("sha256"))
        with explained("Ce fichier n’est pas un PDF qui puisse être scellé."):
            held = certificates_of(pdf)
        held += [choice.chosen for one in self._tokens.values()
                 for choice in one["content"]["certificates"]]  # fmt: skip
        issuers = [*map(asn1_certificate, self.keys.tsa_roots), *held]
        found = outside_lists(held, issuers, now, self.tsa_seconds, self._lists)
        return in_own_loop(found)

    def _signed(self, pdf: bytes, act: _Act, stamper: TimeStamper | None, lists: Lists) -> bytes:
        output = io.BytesIO()
        with explained(f"Le cachet ne peut pas être posé dans le champ « {act.field} »."):
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            first = next(enumerate_sig_fields(writer, filled_status=True), None) is None
            if act.closing and stamper is not None and not (first and not lists):
                keep_evidence(pdf, writer, lists)
            signer = self._signer(act, stamper, first=first)
            in_own_loop(signer.async_sign_pdf(writer, existing_fields_only=True, output=output))
        return output.getvalue()

    def _renewed(self, pdf: bytes, stamper: TimeStamper, lists: Lists, now: datetime) -> bytes:
        output = io.BytesIO()
        with explained("L’horodatage d’archive ne peut pas être ajouté à ce PDF."):
            in_own_loop(add_archival_timestamp(pdf, stamper, self._context(now), lists, output))
        return output.getvalue()

    def _signer(self, act: _Act, stamper: TimeStamper | None, *, first: bool) -> PdfSigner:
        archival = act.closing and stamper is not None
        metadata = PdfSignatureMetadata(
            field_name=act.field,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            reason=act.reason,
            # The first seal certifies the document: after it, only the other fields may be filled.
            certify=first,
            docmdp_permissions=MDPPerm.NO_CHANGES if act.closing else MDPPerm.FILL_FORMS,
            # Our own keys were checked at the start, and are held against their dates each time:
            # only what is embedded, or comes from outside, is followed to its root.
            validation_context=self._context(act.now) if archival or self.tsa_urls else None,
            embed_validation_info=archival,
            use_pades_lta=archival,
            timestamp_field_name=TIMESTAMP_FIELD,
            dss_settings=_ARCHIVAL if archival else DSSContentSettings(),
        )
        return SignerAt(
            metadata,
            signer=self.keys.seal.signer([self.keys.authority.asn1_certificate]),
            timestamper=stamper,
            stamp_style=SealStyle(border_width=0, lines=act.lines, drawing=act.drawing),
            now=act.now,
        )

    def _context(self, now: datetime) -> ValidationContext:
        """What the seal and the timestamps are held against before the PDF is kept."""
        return ValidationContext(
            trust_roots=[
                self.keys.authority.asn1_certificate,
                *map(asn1_certificate, self.keys.tsa_roots),
            ],
            crls=[revocation_list(self.keys.authority, now)],
            moment=now,
            # An authority outside publishes its own lists, which are not fetched here.
            revocation_mode="soft-fail" if self.tsa_urls else "require",
            retroactive_revinfo=True,
        )

    def still_valid(self, now: datetime) -> None:
        """Raise Unavailable unless the keys may be used at `now`."""
        for pair in (self.keys.seal, self.keys.timestamp):
            certificate = pair.certificate
            if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
                raise Unavailable(
                    "Les clés de scellement ne sont valables que du "
                    f"{certificate.not_valid_before_utc:%d/%m/%Y} au "
                    f"{certificate.not_valid_after_utc:%d/%m/%Y}.",
                    "Vérifiez l’horloge de la machine, ou faites de nouvelles clés.",
                )


@dataclass(frozen=True)
class _Act:
    """One seal to make."""

    field: str
    lines: tuple[str, ...]
    reason: str
    now: datetime
    closing: bool
    drawing: Drawing | None = None
