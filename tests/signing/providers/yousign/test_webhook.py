"""Is a notice Yousign's? Forged, altered, huge, malformed, and genuine ones."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from docgen.errors import InvalidData
from docgen.signing.providers.yousign import LARGEST_NOTICE, Forged, Notice, open_notice

SECRET = "0123456789abcdef0123456789abcdef"
REQUEST = "b9bf5521-00eb-4044-adf5-da4ea31a48e0"


def notice(**changes: Any) -> dict[str, Any]:
    """The body of a notice as the guide « Webhook messages » shows it."""
    return {
        "event_id": "4d6305e0-a69a-4653-84e7-701c562b8f25",
        "event_name": "signer.done",
        "event_time": "1669733581",
        "subscription_id": "d89a0f7b-bd3f-494d-ab61-71b69f24a3e1",
        "subscription_description": "docgen",
        "sandbox": True,
        "data": {
            "signature_request": {"id": REQUEST, "status": "ongoing", "external_id": "abc"},
            "signer": {"id": REQUEST, "status": "signed"},
        },
    } | changes


def signed(body: bytes, secret: str = SECRET) -> str:
    """As the guide « Handling webhooks » signs, written apart from the code under test."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_genuine_notice_is_read() -> None:
    body = json.dumps(notice()).encode()
    assert open_notice(body, signed(body), SECRET) == Notice(
        "4d6305e0-a69a-4653-84e7-701c562b8f25", "signer.done", True, REQUEST, "abc"
    )


def test_a_notice_about_something_else_names_no_request() -> None:
    body = json.dumps(notice(event_name="contact.created", data={"contact": {}})).encode()
    assert open_notice(body, signed(body), SECRET).request_id is None


def test_the_signature_is_over_the_raw_bytes() -> None:
    body = json.dumps(notice()).encode()
    spaced = json.dumps(notice(), indent=1).encode()
    assert open_notice(spaced, signed(spaced), SECRET).request_id == REQUEST
    with pytest.raises(Forged):
        open_notice(spaced, signed(body), SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + "0" * 40,
        "é" * 71,
        signed(b"autre chose"),
        signed(json.dumps(notice()).encode(), "un autre secret"),
        signed(json.dumps(notice()).encode()).removeprefix("sha256="),
        signed(json.dumps(notice()).encode()).upper(),
    ],
)
def test_a_forged_notice_is_not_read(signature: str) -> None:
    with pytest.raises(Forged):
        open_notice(json.dumps(notice()).encode(), signature, SECRET)


def test_every_altered_byte_shows() -> None:
    body = json.dumps(notice()).encode()
    good = signed(body)
    for place in range(len(body)):
        altered = bytearray(body)
        altered[place] ^= 1
        with pytest.raises(Forged):
            open_notice(bytes(altered), good, SECRET)


def test_a_huge_notice_is_not_read_even_signed() -> None:
    body = json.dumps(notice(padding="x" * LARGEST_NOTICE)).encode()
    with pytest.raises(Forged):
        open_notice(body, signed(body), SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 10_000,
        json.dumps(notice(event_id="")).encode(),
        json.dumps(notice(event_id="x" * 101)).encode(),
        json.dumps(notice(event_id=7)).encode(),
        json.dumps(notice(sandbox="true")).encode(),
        json.dumps(notice(data={"signature_request": {"id": "../users"}})).encode(),
    ],
)
def test_what_yousign_signed_and_is_no_notice(body: bytes) -> None:
    with pytest.raises(InvalidData, match="avis"):
        open_notice(body, signed(body), SECRET)
