"""The revocation lists of outside time-stamping authorities, kept with what they timestamped.

Once such an authority's certificate has expired, EN 319 102-1 (clause 5.6.2.1) asks for a list of
that time before it believes the timestamp. The place of a list is written in the certificate
(RFC 5280 §4.2.1.13), which was held against an admitted root before anything is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from datetime import datetime

from asn1crypto import crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from docgen.signing.outside_time import CLOCK_DRIFT
from docgen.signing.over_http import NoAnswer, ask, host

# The lists of the public time-stamping authorities hold some thousands of lines at most.
_LARGEST_LIST = 5_000_000


async def outside_lists(
    certificates: Iterable[asn1_x509.Certificate],
    issuers: Iterable[asn1_x509.Certificate],
    now: datetime,
    seconds: float,
    kept: MutableMapping[str, bytes],
) -> tuple[list[crl.CertificateList], list[str]]:
    """(the lists of these certificates, what could not be had), each place asked once.

    `issuers` are the authorities whose signature is believed on a list; `kept` holds the lists by
    their place, as DER, for the next seal.
    """
    known = list(issuers)
    lists, failed = [], []
    for url in dict.fromkeys(place for one in certificates for place in _places(one)):
        try:
            if url not in kept or not _current(kept[url], known, now):
                kept[url] = await _fetched(url, known, now, seconds)
            lists.append(crl.CertificateList.load(kept[url]))
        except NoAnswer as error:
            failed.append(f"liste de révocation de {host(url)} : {error}")
    return lists, failed


async def _fetched(
    url: str, issuers: Iterable[asn1_x509.Certificate], now: datetime, seconds: float
) -> bytes:
    fetched = await ask(url, seconds, _LARGEST_LIST)
    if not _current(fetched, issuers, now):
        raise NoAnswer("ce n’est pas une liste valable de cette autorité")
    return fetched


def _places(certificate: asn1_x509.Certificate) -> Iterator[str]:
    """The URLs of a certificate's whole lists; one of several is enough."""
    for point in certificate.crl_distribution_points:
        if point.url is not None and point["crl_issuer"].native is None:
            yield point.url
            return


def _current(der: bytes, issuers: Iterable[asn1_x509.Certificate], now: datetime) -> bool:
    """Whether these bytes are a list in force, signed by one of the issuers."""
    try:
        made = x509.load_der_x509_crl(der)
        until = made.next_update_utc
        if made.last_update_utc > now + CLOCK_DRIFT or (until is not None and until <= now):
            return False
        named = [one for one in issuers if one.subject.dump() == made.issuer.public_bytes()]
        keys = [x509.load_der_x509_certificate(one.dump()).public_key() for one in named]
        return any(made.is_signature_valid(key) for key in keys)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False
