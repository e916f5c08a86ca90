"""Timestamps from outside authorities: real RFC 3161 answers by openssl, over HTTP."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader

from docgen.signing.authority import new_authority
from docgen.signing.examine import archive_of
from docgen.signing.keys import load_or_create
from docgen.signing.outside_time import NoTimestamp
from docgen.signing.roots import check_under, roots_of
from docgen.signing.seal import Sealer
from docgen.signing.told import timestamps_in
from tests.outside_tsa import OutsideAuthority
from tests.signing.conftest import CLOSING, FIELDS, LINES, Signed

pytestmark = pytest.mark.slow

NOW = dt.datetime.now(dt.UTC)
AWAY = "http://127.0.0.1:9/tsa"
YEAR = dt.timedelta(days=365)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[OutsideAuthority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    # The hour of the whole module: a long run would else drift past what is allowed.
    made = OutsideAuthority(folder, NOW, at=NOW)
    yield made
    made.stop()


@pytest.fixture
def sealer(authority: OutsideAuthority, tmp_path: Path) -> Sealer:
    """Keys that trust the outside authority's root, and ask it after one that is away."""
    folder = tmp_path / "keys"
    roots = folder / "horodatage-racines"
    roots.mkdir(parents=True)
    (roots / "essai.pem").write_bytes((authority.folder / "root.pem").read_bytes())
    keys = load_or_create(folder, b"secret", "Le Fournil", NOW)
    return Sealer(keys, (AWAY, authority.url))


def test_the_first_authority_that_answers_dates_the_seal_and_the_closing(
    sealer: Sealer, blank: bytes
) -> None:
    pdf = blank
    for field in FIELDS:
        sealed = sealer.seal(pdf, field, LINES, "Essai", NOW)
        assert (sealed.level, sealed.authority) == ("B-T", "127.0.0.1")
        # Who was asked before and failed is told each time, with the reason.
        assert len(sealed.failed) == 1
        assert sealed.failed[0].startswith("127.0.0.1 : ")
        pdf = sealed.pdf
    pdf = sealer.close(pdf, CLOSING, LINES, "Clôture", NOW).pdf
    report = sealer.verify(pdf, [*FIELDS, CLOSING], dt.datetime.now(dt.UTC))
    assert report.problems == ()
    assert {one.timestamped_by for one in report.signatures} == {f"Unité {NOW:%Y}"}
    assert report.signatures[-1].level == "B-LTA"
    # The same file under the European procedure: its lists are not ours, and nothing is fetched.
    judged = check_under(pdf, None, dt.datetime.now(dt.UTC), roots_of(sealer))
    assert judged.problems == ()
    assert {one.timestamp_source for one in judged.signatures} == {"outside"}
    assert {one.ades.indication for one in judged.signatures if one.ades} == {"PASSED"}
    told = timestamps_in(pdf)
    assert len(told) == 5
    assert {(one.politique, one.interne) for one in told} == {("1.2.3.4.1", False)}
    assert len({one.numero for one in told}) == 5


def error(authority: OutsideAuthority) -> None:
    authority.mode = "error"


def html(authority: OutsideAuthority) -> None:
    authority.mode = "html"


def replay(authority: OutsideAuthority) -> None:
    authority.mode = "replay"


def slow(authority: OutsideAuthority) -> None:
    authority.mode = "slow"


def sha1(authority: OutsideAuthority) -> None:
    authority.digest("sha1")


def late(authority: OutsideAuthority) -> None:
    authority.at = NOW - dt.timedelta(minutes=7)


def early(authority: OutsideAuthority) -> None:
    authority.at = NOW + dt.timedelta(minutes=7)


def expired(authority: OutsideAuthority) -> None:
    authority.certify(NOW - 2 * YEAR, NOW - YEAR)


def stranger(authority: OutsideAuthority) -> None:
    authority.certify(NOW, NOW + YEAR, ExtendedKeyUsageOID.CLIENT_AUTH)


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        (error, "500"),
        (html, "pas une réponse d’horodatage"),
        (replay, "autre empreinte"),
        (slow, "dans le délai"),
        (sha1, "sha1, trop faible"),
        (late, "en retard de 7 minutes"),
        (early, "en avance de 7 minutes"),
        (expired, "127.0.0.1 : "),
        (stranger, "127.0.0.1 : "),
    ],
)
def test_an_answer_that_is_not_a_timestamp_for_this_seal_is_not_taken(
    sealer: Sealer,
    authority: OutsideAuthority,
    blank: bytes,
    fails: Callable[[OutsideAuthority], None],
    reason: str,
) -> None:
    alone = replace(sealer, tsa_urls=(authority.url,), tsa_seconds=2.0)
    sealed = alone.seal(blank, FIELDS[0], LINES, "Essai", NOW)
    assert sealed.failed == ()
    fails(authority)
    begun = time.monotonic()
    with pytest.raises(NoTimestamp, match="DOCGEN_TSA_URLS") as refused:
        alone.seal(sealed.pdf, FIELDS[1], LINES, "Essai", NOW)
    assert len(refused.value.failed) == 1
    assert reason in refused.value.failed[0]
    # The server that trickles would have answered in twenty seconds.
    assert time.monotonic() - begun < 15


def test_when_the_first_stops_the_second_takes_over_and_the_seal_is_whole(
    sealer: Sealer, authority: OutsideAuthority, tmp_path: Path, blank: bytes
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = OutsideAuthority(folder, NOW, at=NOW)
    try:
        first, root = sealer.keys.tsa_roots[0], other.root.certificate
        both = replace(
            sealer,
            keys=replace(sealer.keys, tsa_roots=(first, root)),
            tsa_urls=(authority.url, other.url),
        )
        pdf = both.seal(blank, FIELDS[0], LINES, "Essai", NOW).pdf
        # Its size is known and it is gone: the seal starts again with the other.
        authority.mode = "error"
        sealed = both.close(pdf, CLOSING, LINES, "Clôture", NOW)
        assert len(sealed.failed) == 1
        report = both.verify(sealed.pdf, [FIELDS[0], CLOSING], dt.datetime.now(dt.UTC))
        empty = [problem for problem in report.problems if "est vide" not in problem]
        assert empty == []
    finally:
        other.stop()


def test_an_authority_that_nobody_trusts_dates_nothing(
    sealer: Sealer, signed: Signed, blank: bytes
) -> None:
    unknown = replace(sealer, keys=signed.keys)
    with pytest.raises(NoTimestamp, match="horodatage-racines"):
        unknown.seal(blank, FIELDS[0], LINES, "Essai", NOW)


def test_a_seal_without_timestamp_is_made_only_when_allowed_and_says_so_itself(
    sealer: Sealer, authority: OutsideAuthority, blank: bytes
) -> None:
    authority.mode = "error"
    sealed = sealer.seal(blank, FIELDS[0], LINES, "Essai", NOW, or_without_time=True)
    assert (sealed.level, sealed.degraded, sealed.authority) == ("B-B", True, "")
    assert len(sealed.failed) == 2
    report = sealer.verify(sealed.pdf, [FIELDS[0]], NOW)
    assert report.problems == ()
    assert "mode dégradé" in report.reserves[0]
    assert report.signatures[0].level == "B-B"
    # The authority is back: an archival timestamp lifts the document out of that state.
    authority.mode = ""
    renewed = sealer.renew(sealed.pdf, NOW)
    assert renewed.pdf.startswith(sealed.pdf)
    report = sealer.verify(renewed.pdf, [FIELDS[0]], dt.datetime.now(dt.UTC))
    assert f"existait le {NOW:%d/%m/%Y}" in report.reserves[0]
    assert report.time_until is not None


def test_a_closed_document_keeps_the_list_of_the_authority_that_dated_it(
    sealer: Sealer, authority: OutsideAuthority, blank: bytes
) -> None:
    issuer = authority.root.asn1_certificate.subject.native
    closed = sealer.close(blank, CLOSING, LINES, "Clôture", NOW)
    kept = archive_of(PdfFileReader(io.BytesIO(closed.pdf)))
    assert kept is not None
    assert issuer in [one.issuer.native for one in kept.lists]
    # Asked once: the next closing has it at hand, the server gone silent or not.
    authority.lists = False
    assert sealer.close(blank, CLOSING, LINES, "Clôture", NOW).failed == closed.failed


def test_a_list_that_the_authority_did_not_sign_is_left_out_and_that_is_said(
    sealer: Sealer, authority: OutsideAuthority, blank: bytes
) -> None:
    stranger = new_authority("Autre", NOW)
    real = authority.root
    authority.root = stranger
    closed = sealer.close(blank, CLOSING, LINES, "Clôture", NOW)
    authority.root = real
    assert "liste de révocation de 127.0.0.1" in closed.failed[-1]
    assert "pas une liste valable" in closed.failed[-1]
    report = sealer.verify(closed.pdf, [CLOSING], NOW + YEAR)
    assert [one for one in report.problems if "est vide" not in one] == []
