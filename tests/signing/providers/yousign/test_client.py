"""Asking Yousign: what is sent, waited for, tried again, refused, and never said twice."""

from __future__ import annotations

import dataclasses
import logging
import socket
from collections.abc import Callable

import pytest

from docgen.errors import DocgenError, NotFound, Refused, Unavailable
from docgen.signing.providers.yousign import RequestStatus, SignerStatus, Wire, Yousign
from docgen.signing.providers.yousign.asking import LARGEST_JSON, PAUSES
from tests.directory.register import Clock
from tests.samples import NOW
from tests.signing.providers.yousign.conftest import ORDER, PDF, QUALIFIED, client_of
from tests.signing.providers.yousign.provider import KEY, Provider, Trouble

GET = "GET /signature_requests/{id}"
CREATE = "POST /signature_requests"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_a_request_from_its_creation_to_its_proofs(yousign: Yousign, provider: Provider) -> None:
    request = yousign.create(ORDER)
    assert (request.status, request.external_id) == (RequestStatus.DRAFT, ORDER.external_id)
    document = yousign.upload(request.id, ORDER.file_name, PDF)
    for invitee in ORDER.invitees:
        yousign.add_signer(request.id, document.id, ORDER, invitee, None)
    assert yousign.activate(request.id) is RequestStatus.ONGOING
    assert yousign.find(ORDER.external_id) == (yousign.get(request.id),)

    first, second, _ = yousign.signers(request.id)
    assert [one.info.last_name for one in (first, second)] == ["Diallo", "N'Guyen"]
    yousign.remind(request.id, second.id)
    assert provider.reminded == [second.id]

    for rank in range(3):
        provider.signs(provider.only(), rank)
    assert yousign.get(request.id).status is RequestStatus.DONE
    signed = yousign.signers(request.id)[0]
    assert (signed.status, signed.signed_at) == (SignerStatus.SIGNED, NOW)
    assert yousign.signed_document(request.id, document.id).startswith(PDF)
    assert first.id.encode() in yousign.audit_trail(request.id, first.id)


def test_what_is_sent_is_what_was_meant(yousign: Yousign, provider: Provider) -> None:
    request = yousign.create(ORDER)
    document = yousign.upload(request.id, ORDER.file_name, PDF)
    yousign.add_signer(request.id, document.id, ORDER, ORDER.invitees[0], None)
    held = provider.only()
    assert {
        name: held[name]
        for name in ("delivery_mode", "timezone", "audit_trail_locale", "ordered_signers")
    } == {
        "delivery_mode": "email",
        "timezone": "Europe/Paris",
        "audit_trail_locale": "fr",
        "ordered_signers": False,
    }
    assert held["expiration_date"].startswith("2026-12-02")
    assert held["signers_allowed_to_decline"] is True
    assert held["pdf"] == PDF
    assert held["documents"][0]["filename"] == "PMSMP-2026-0001.pdf"
    (signer,) = held["signers"]
    assert signer["info"]["phone_number"] == "+33612345678"
    assert signer["signature_authentication_mode"] == "otp_sms"
    (mark,) = signer["fields"]
    assert [mark[name] for name in ("page", "x", "y", "width", "height")] == [2, 72, 200, 200, 58]


def test_a_qualified_request_is_in_order_and_without_a_code(
    yousign: Yousign, provider: Provider
) -> None:
    request = yousign.create(QUALIFIED)
    document = yousign.upload(request.id, QUALIFIED.file_name, PDF)
    first = yousign.add_signer(request.id, document.id, QUALIFIED, QUALIFIED.invitees[0], None)
    yousign.add_signer(request.id, document.id, QUALIFIED, QUALIFIED.invitees[2], first.id)
    yousign.add_signer(request.id, document.id, QUALIFIED, QUALIFIED.invitees[1], first.id)
    assert provider.only()["ordered_signers"] is True
    names = [one.info.first_name for one in yousign.signers(request.id)]
    assert names == ["Fatou", "Jean", "Claire"]
    assert provider.only()["signers"][0]["signature_authentication_mode"] is None


def test_a_request_can_be_stopped_once(yousign: Yousign, provider: Provider) -> None:
    request = _active(yousign)
    yousign.cancel(request)
    assert yousign.get(request).status is RequestStatus.CANCELED
    with pytest.raises(Refused, match=r"annuler la demande .HTTP 400"):
        yousign.cancel(request)


def test_a_refusal_tells_its_reason_and_who(yousign: Yousign, provider: Provider) -> None:
    request = _active(yousign)
    provider.declines(provider.only(), 0, "Les dates ne conviennent pas.")
    told = yousign.get(request).decline_information
    assert told
    assert told.reason == "Les dates ne conviennent pas."
    assert told.signer_id == provider.only()["signers"][0]["id"]


def _active(yousign: Yousign) -> str:
    request = yousign.create(ORDER)
    document = yousign.upload(request.id, ORDER.file_name, PDF)
    yousign.add_signer(request.id, document.id, ORDER, ORDER.invitees[0], None)
    yousign.activate(request.id)
    return request.id


# --- tried again, or not -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "slept"),
    [
        (Trouble(429), PAUSES[0]),
        (Trouble(429, {"Retry-After": "7"}), 7.0),
        (Trouble(429, {"Retry-After": "Mon, 02 Nov 2026 09:00:04 GMT"}), 4.0),
        # Yousign's own header, when there is no other: the seconds left of the minute.
        (Trouble(429, {"RateLimit-Reset": "12"}), 12.0),
        (Trouble(429, {"Retry-After": "3", "RateLimit-Reset": "12"}), 3.0),
        (Trouble(429, {"Retry-After": "demain"}), PAUSES[0]),
    ],
)
@pytest.mark.parametrize("operation", ["GET /signature_requests", CREATE])
def test_too_many_requests_are_waited_out_whatever_was_asked(
    yousign: Yousign,
    provider: Provider,
    clock: Clock,
    operation: str,
    trouble: Trouble,
    slept: float,
) -> None:
    provider.fails(operation, trouble)
    if operation == CREATE:
        yousign.create(ORDER)
        assert len(provider.requests) == 1
    else:
        yousign.find(ORDER.external_id)
    assert clock.slept == [slept]
    assert provider.count(operation) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(500),
        Trouble(503, {"Retry-After": "1"}),
        Trouble(acts=True, lost=True),
        Trouble(acts=True, cut=True),
    ],
    ids=["500", "503", "lost", "cut"],
)
def test_a_question_is_asked_again_and_an_act_is_not(
    yousign: Yousign, provider: Provider, trouble: Trouble
) -> None:
    request = yousign.create(ORDER)
    provider.fails(GET, trouble)
    assert yousign.get(request.id) == request
    assert provider.count(GET) == 2

    provider.fails(CREATE, trouble)
    with pytest.raises(Unavailable, match="créer la demande"):
        yousign.create(dataclasses.replace(ORDER, external_id="autre"))
    assert provider.count(CREATE) == 2
    assert len(provider.requests) == (2 if trouble.acts else 1)


def test_patience_ends(yousign: Yousign, provider: Provider, clock: Clock) -> None:
    request = yousign.create(ORDER)
    provider.fails(GET, *[Trouble(500)] * 20)
    with pytest.raises(Unavailable, match=r"lire la demande .HTTP 500"):
        yousign.get(request.id)
    assert sum(clock.slept) < 30
    assert clock.slept[:4] == [*PAUSES, PAUSES[-1]]


@pytest.mark.parametrize("wait", ["31", "9" * 400])
def test_a_wait_beyond_patience_is_not_begun(
    yousign: Yousign, provider: Provider, clock: Clock, wait: str
) -> None:
    provider.fails(CREATE, Trouble(429, {"Retry-After": wait}))
    with pytest.raises(Unavailable, match="429"):
        yousign.create(ORDER)
    assert (clock.slept, provider.requests) == ([], {})


@pytest.mark.parametrize(
    "trouble",
    [Trouble(acts=True, silence=1.0), Trouble(acts=True, between=0.1)],
    ids=["silent", "drop by drop"],
)
def test_an_answer_has_its_time_and_no_more(
    hurried: Callable[..., Yousign], provider: Provider, trouble: Trouble
) -> None:
    request = hurried(timeout=5.0, patience=10.0).create(ORDER)
    provider.fails(GET, *[trouble] * 5)
    with pytest.raises(Unavailable, match="pas de réponse"):
        hurried().get(request.id)


def test_nobody_listens(clock: Clock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        deaf = client_of(f"http://127.0.0.1:{closed.getsockname()[1]}", clock)
        with pytest.raises(Unavailable, match="pas de connexion"):
            deaf.create(ORDER)
    # Nothing can have been done, so even an act is tried again.
    assert clock.slept[:3] == list(PAUSES)


@pytest.mark.parametrize("url", ["http://[", "ftp://127.0.0.1", "http://x\x00y", "http://é..x"])
def test_an_address_that_is_none(clock: Clock, url: str) -> None:
    with pytest.raises(Unavailable, match="Yousign ne répond pas"):
        client_of(url, clock).check()


# --- answers that are no answers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "family", "words"),
    [
        (Trouble(401), Unavailable, "DOCGEN_YOUSIGN_API_KEY"),
        (Trouble(403), Unavailable, "DOCGEN_YOUSIGN_API_KEY"),
        (Trouble(404), NotFound, "Yousign"),
        (Trouble(400, body=b'{"type": "x", "detail": "expiration_date"}'), Refused, "expiration_d"),
        (Trouble(405, body=b'{"message": "Method"}'), Refused, "Method"),
        (Trouble(415, body=b"<html>"), Refused, "HTTP 415"),
        (Trouble(302, {"Location": "http://127.0.0.1:9/"}), Unavailable, "HTTP 302"),
        (Trouble(headers={"Content-Encoding": "gzip"}, acts=True), Unavailable, "compressée"),
        (Trouble(body=b" " * (LARGEST_JSON + 1)), Unavailable, "démesurée"),
        (Trouble(body=b"<html>Maintenance</html>"), Unavailable, "autre chose"),
        (Trouble(body=b"{}"), Unavailable, "autre chose"),
        (Trouble(body=b""), Unavailable, "autre chose"),
        (Trouble(body=b"[" * 100_000), Unavailable, "autre chose"),
    ],
)
def test_an_answer_that_asking_again_would_not_change(
    yousign: Yousign,
    provider: Provider,
    clock: Clock,
    trouble: Trouble,
    family: type[DocgenError],
    words: str,
) -> None:
    request = yousign.create(ORDER)
    provider.fails(GET, trouble)
    with pytest.raises(family, match=words) as caught:
        yousign.get(request.id)
    assert caught.value.family == family.__name__
    assert (provider.count(GET), clock.slept) == (1, [])


def test_a_status_that_the_description_does_not_know_is_not_guessed_at(
    yousign: Yousign, provider: Provider
) -> None:
    request = yousign.create(ORDER)
    provider.only()["status"] = "done"
    good = yousign.get(request.id)
    assert good.status is RequestStatus.DONE
    body = (
        b'{"id": "%s", "status": "almost", "external_id": null,'
        b' "created_at": "2026-11-02T09:00:00Z"}' % request.id.encode()
    )
    provider.fails(GET, Trouble(body=body))
    with pytest.raises(Unavailable, match="autre chose"):
        yousign.get(request.id)


@pytest.mark.parametrize("given", ["../../users", "x", "", UNKNOWN + "/cancel"])
def test_an_identifier_that_is_none_goes_into_no_address(
    yousign: Yousign, provider: Provider, given: str
) -> None:
    body = (
        '{"meta": {"next_cursor": null}, "data": [{"id": "%s", "status": "draft",'
        ' "external_id": "%s", "created_at": "2026-11-02T09:00:00Z"}]}'
    )
    answer = body % (given, ORDER.external_id)
    provider.fails("GET /signature_requests", Trouble(body=answer.encode()))
    with pytest.raises(Unavailable, match="autre chose"):
        yousign.find(ORDER.external_id)


def test_a_filter_that_was_not_heard_is_no_answer(yousign: Yousign, provider: Provider) -> None:
    yousign.create(dataclasses.replace(ORDER, external_id="autre"))
    assert yousign.find(ORDER.external_id) == ()
    provider.hears_filters = False
    with pytest.raises(Unavailable, match="identifiant"):
        yousign.find(ORDER.external_id)


def test_a_download_that_is_no_pdf(yousign: Yousign, provider: Provider) -> None:
    request = _active(yousign)
    document = yousign.documents(request)[0].id
    provider.fails(
        "GET /signature_requests/{id}/documents/{document}/download", Trouble(body=b"PK\x03\x04")
    )
    with pytest.raises(Unavailable, match="PDF"):
        yousign.signed_document(request, document)


def test_there_is_no_proof_of_who_has_not_signed(yousign: Yousign) -> None:
    request = _active(yousign)
    signer = yousign.signers(request)[0].id
    with pytest.raises(Refused):
        yousign.audit_trail(request, signer)
    with pytest.raises(NotFound):
        yousign.get(UNKNOWN)


# --- what must not be told -----------------------------------------------------------------------


def test_neither_key_nor_people_are_told(
    yousign: Yousign,
    provider: Provider,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    detail = b'{"type": "x", "detail": "fatou@example.org or +33 6 12 34 56 78\\u0007 is wrong"}'
    provider.fails(CREATE, Trouble(400, body=detail))
    with pytest.raises(Refused) as caught:
        yousign.create(ORDER)
    wrong = Yousign(dataclasses.replace(yousign.wire, key="une-autre-cle"))
    with pytest.raises(Unavailable) as unknown:
        wrong.create(ORDER)
    told = f"{caught.value} {unknown.value} {caplog.text} {yousign!r} {ORDER!r}"
    for secret in (KEY, "une-autre-cle", "fatou@", "12 34 56", "Diallo", "+336"):
        assert secret not in told
    assert "is wrong" in told
    assert str(caught.value).isprintable()
    assert isinstance(yousign.wire, Wire)
