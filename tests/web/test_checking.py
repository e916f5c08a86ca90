"""The page « Vérifier un document »: its form, its limits, what it keeps."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from docgen.errors import Unavailable
from docgen.web.intake import MOST_BYTES, Turnstile
from tests.web.conftest import Clock, Running, jeton_of, words
from tests.web.memory_desk import SUSPECT, TOKEN

PDF = ("convention.pdf", b"%PDF-1.7\n", "application/pdf")


def send(
    browser: httpx.Client,
    file: tuple[str, bytes, str] = PDF,
    *,
    jeton: str = "",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    jeton = jeton or jeton_of(browser.get("/verifier").text)
    return browser.post(
        "/verifier", data={"jeton": jeton}, files={"fichier": file}, headers=headers
    )


def test_anybody_sends_a_file_and_reads_one_line_each(site: Running, browser: httpx.Client) -> None:
    asked = browser.get("/verifier")
    assert asked.status_code == 200
    assert "20 Mo au plus" in words(asked.text)
    answer = send(browser)
    assert answer.status_code == 200
    told = words(answer.text)
    assert SUSPECT.titre in told
    for line in SUSPECT.lines:
        assert line.text in told
    assert "Cela ne tient pas : Le document" in told
    assert SUSPECT.empreinte in told
    assert site.desk.acts == [("check_document", len(PDF[1]))]


def test_every_signing_page_leads_to_it(site: Running, browser: httpx.Client) -> None:
    pages = [browser.get(f"/s/{TOKEN}").text]
    site.enter(browser)
    pages += [browser.get(path).text for path in ("/signature", "/signature/refuser", "/rien")]
    for page in pages:
        assert '<a href="/verifier">' in page


def test_its_answers_are_guarded_as_the_other_pages(browser: httpx.Client) -> None:
    for answer in (browser.get("/verifier"), send(browser)):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in answer.text
        assert " style=" not in answer.text
    (cookie,) = browser.get("/verifier").headers.get_list("set-cookie")
    assert cookie.startswith("docgen-verifier=")
    assert "HttpOnly" in cookie


@pytest.mark.parametrize("jeton", ["faux", "0" * 64])
def test_a_form_of_another_browser_does_nothing(
    site: Running, browser: httpx.Client, jeton: str
) -> None:
    browser.get("/verifier")
    answer = send(browser, jeton=jeton)
    assert answer.status_code == 403
    assert "Revenir à la vérification" in answer.text
    with site.browser() as other:
        assert send(other, jeton=jeton_of(browser.get("/verifier").text)).status_code == 403
    assert site.desk.acts == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://pirate.org"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}],
)
def test_a_form_from_elsewhere_does_nothing(
    site: Running, browser: httpx.Client, headers: dict[str, str]
) -> None:
    assert send(browser, headers=headers).status_code == 403
    assert site.desk.acts == []


def test_no_file_and_an_empty_one_are_asked_again(site: Running, browser: httpx.Client) -> None:
    answer = send(browser, ("vide.pdf", b"", "application/pdf"))
    assert answer.status_code == 422
    assert "Choisissez un fichier" in answer.text
    assert 'aria-invalid="true"' in answer.text
    jeton = jeton_of(browser.get("/verifier").text)
    alone = browser.post("/verifier", files={"jeton": (None, jeton)})
    assert alone.status_code == 422
    text = browser.post("/verifier", files={"jeton": (None, jeton), "fichier": (None, "texte")})
    assert text.status_code == 422
    assert site.desk.acts == []


def test_a_file_is_twenty_megabytes_at_most(site: Running, browser: httpx.Client) -> None:
    just = send(browser, ("juste.pdf", b"a" * MOST_BYTES, "application/pdf"))
    assert just.status_code == 200
    for size in (MOST_BYTES + 1, MOST_BYTES + 200_000):
        answer = send(browser, ("lourd.pdf", b"a" * size, "application/pdf"))
        assert answer.status_code == 413
        assert "20 Mo au plus" in answer.text
    assert len(site.desk.acts) == 1


def test_only_the_form_of_the_page_is_read(browser: httpx.Client) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json"):
        answer = browser.post("/verifier", content=b"a=b", headers={"Content-Type": kind})
        assert answer.status_code == 415
    broken = browser.post(
        "/verifier", content=b"--x", headers={"Content-Type": "multipart/form-data; boundary=y"}
    )
    assert broken.status_code in {400, 403}
    assert "Revenir à la vérification" in broken.text


def test_an_address_sends_so_many_files_and_then_waits(
    site: Running, browser: httpx.Client
) -> None:
    most = site.app.state.door.turnstile.per_address
    assert [send(browser).status_code for _ in range(most)] == [200] * most
    refused = send(browser)
    assert refused.status_code == 429
    assert "Attendez dix minutes" in refused.text
    assert refused.headers["retry-after"]
    assert browser.get("/verifier").status_code == 200
    assert browser.get(f"/s/{TOKEN}").status_code == 200
    assert len(site.desk.acts) == most


def test_records_that_do_not_answer_are_said(site: Running, browser: httpx.Client) -> None:
    site.desk.trouble["check_document"] = Unavailable("La base ne répond pas.")
    assert send(browser).status_code == 503


def test_the_turnstile_counts_by_address_and_by_subscriber() -> None:
    clock = Clock()
    gate = Turnstile(clock, per_address=2, arriving=99)
    for address in ("192.0.2.1", "2001:db8::1"):
        assert [gate.admit(address) for _ in range(3)] == [0, 0, 429]
    assert gate.admit("2001:db8::ffff") == 429  # the same subscriber
    assert gate.admit("2001:db8:0:1::1") == 0
    assert gate.admit("192.0.2.2") == 0
    clock.now += timedelta(minutes=11)
    assert gate.admit("192.0.2.1") == 0


def test_the_turnstile_lets_a_few_come_at_once_and_remembers_a_bounded_crowd() -> None:
    clock = Clock()
    gate = Turnstile(clock, arriving=2, addresses=3)
    assert [gate.admit(f"192.0.2.{n}") for n in range(3)] == [0, 0, 503]
    gate.arrived()
    assert gate.admit("192.0.2.2") == 0
    assert gate.admit("192.0.2.3") == 429
    clock.now += timedelta(minutes=11)
    gate.arrived()
    assert gate.admit("192.0.2.3") == 0
    assert len(gate._seen) == 1


def test_the_desks_are_few_and_given_back() -> None:
    gate = Turnstile(Clock(), examining=1)
    with gate.desk() as one, gate.desk(0.01) as other:
        assert (one, other) == (True, False)
    with gate.desk(0.01) as again:
        assert again


def test_the_page_says_what_it_does_not_keep(browser: httpx.Client) -> None:
    assert re.search(r"Nous ne le gardons pas", words(browser.get("/verifier").text))
