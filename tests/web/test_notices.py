"""The provider's door: raw bytes in, a status out, and nothing of what opens for people."""

from __future__ import annotations

import time

import httpx
import pytest

from docgen.errors import Finding, InvalidData, NotFound, Unavailable
from docgen.signing.providers.yousign import Forged
from docgen.web.notices import MOST_BYTES, PATH
from tests.web.conftest import Running

JSON = {"Content-Type": "application/json", "X-Yousign-Signature-256": "sha256=ab"}


@pytest.fixture
def machine(site: Running) -> httpx.Client:
    """A caller that is no browser: no Origin, no Sec-Fetch-Site, no cookie."""
    return httpx.Client(base_url=site.url, headers=JSON, timeout=20)


def test_the_raw_bytes_and_their_signature_come_through(
    site: Running, machine: httpx.Client
) -> None:
    # Spaces and order are part of what is signed.
    body = b'{ "b": 1,\n  "a": "\xc3\xa9" }'
    with machine:
        answer = machine.post(PATH, content=body)
    assert (answer.status_code, answer.content) == (204, b"")
    # The nudge comes after the answer.
    end = time.monotonic() + 5
    while len(site.desk.acts) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert site.desk.acts == [("take_notice", body, "sha256=ab"), ("nudge", "accord")]
    assert "set-cookie" not in answer.headers


def test_a_notice_that_came_before_is_answered_the_same_and_nudges_nobody(
    site: Running, machine: httpx.Client
) -> None:
    with machine:
        assert machine.post(PATH, content=b"already").status_code == 204
    assert [act[0] for act in site.desk.acts] == ["take_notice"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Forged("x"), 403),
        (InvalidData([Finding("yousign", "error", "avis", "x")]), 400),
        (NotFound("L’avis", "x"), 404),
    ],
)
def test_a_refusal_is_a_number_and_no_word(
    site: Running, machine: httpx.Client, error: Exception, status: int
) -> None:
    site.desk.trouble["take_notice"] = error
    with machine:
        answer = machine.post(PATH, content=b"{}")
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_huge_notice_is_not_read(site: Running, machine: httpx.Client) -> None:
    with machine:
        assert machine.post(PATH, content=b" " * MOST_BYTES).status_code == 204
        assert machine.post(PATH, content=b" " * (MOST_BYTES + 1)).status_code == 413
    assert len([act for act in site.desk.acts if act[0] == "take_notice"]) == 1


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
def test_what_a_web_page_could_send_is_no_notice(
    site: Running, machine: httpx.Client, kind: str
) -> None:
    with machine:
        answer = machine.post(PATH, content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert site.desk.acts == []


def test_only_that_path_takes_json_and_only_a_post(site: Running, machine: httpx.Client) -> None:
    with machine:
        assert machine.post("/signature/code", content=b"{}").status_code == 415
        assert machine.get(PATH).status_code == 405
        assert machine.put(PATH, content=b"{}").status_code == 405
        assert machine.post(PATH, content=b"{}", headers={"Host": "autre.example"}).status_code in {
            400,
            421,
        }
    assert site.desk.acts == []


def test_the_guards_of_every_answer_are_on_this_one(site: Running, machine: httpx.Client) -> None:
    with machine:
        answer = machine.post(PATH, content=b"{}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_ours_is_a_5xx_so_that_the_notice_comes_again(site: Running) -> None:
    site.desk.trouble["take_notice"] = Unavailable("La base ne répond pas.")
    with httpx.Client(base_url=site.url, headers=JSON) as machine:
        assert machine.post(PATH, content=b"{}").status_code == 503
