"""The page where pages signed by hand are sent: what arrived, what is missing, what to do again."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import httpx
import pytest

from docgen.errors import Refused
from docgen.web.intake import PAPER_BYTES
from tests.web.conftest import Running, jeton_of, words
from tests.web.memory_desk import ANSWERS, SENT, TO_SEND, TOKEN

PHOTO = ("fichiers", ("IMG_1.jpg", b"\xff\xd8photo", "image/jpeg"))


def opened(browser: httpx.Client) -> str:
    assert browser.post(f"/p/{TOKEN}").headers["location"] == "/papier"
    return jeton_of(browser.get("/papier").text)


def test_the_link_says_what_it_is_for_and_its_token_leaves_the_address(
    site: Running, browser: httpx.Client
) -> None:
    page = browser.get(f"/p/{TOKEN}")
    assert TO_SEND.reference in page.text
    assert site.desk.acts == []
    assert "set-cookie" not in page.headers
    entered = browser.post(f"/p/{TOKEN}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/papier")
    assert "HttpOnly" in entered.headers["set-cookie"]
    shown = browser.get("/papier")
    assert TOKEN not in shown.text
    assert "Pages reçues : 0 sur 4" in words(shown.text)
    assert shown.text.count("elle manque") == 4


def test_several_photographs_are_answered_one_by_one(site: Running, browser: httpx.Client) -> None:
    jeton = opened(browser)
    site.desk.answers = ANSWERS
    site.desk.deposit = replace(TO_SEND, found=(1,), missing=(2, 3, 4))
    second = ("fichiers", ("../../«IMG»\x00_2.jpg", b"\xff\xd8autre", "image/jpeg"))
    page = browser.post("/papier", data={"jeton": jeton}, files=[PHOTO, second])
    assert page.status_code == 422
    told = words(page.text)
    assert "« IMG_2041.jpg » : Page 1 reçue." in told
    assert "À refaire : « IMG_2042.jpg » : Trop floue" in told
    assert "PMSMP-2026-0009" in told
    assert "Pages reçues : 1 sur 4" in told
    ((_, sent),) = site.desk.acts
    files = cast("tuple[tuple[str, int], ...]", sent)
    assert [size for _, size in files] == [7, 7]
    assert files[0][0] == "IMG_1.jpg"
    assert "«" not in files[1][0]
    assert "\x00" not in files[1][0]


def test_once_all_is_there_the_page_says_what_comes_next(
    site: Running, browser: httpx.Client
) -> None:
    jeton = opened(browser)
    site.desk.deposit = SENT
    page = browser.post("/papier", data={"jeton": jeton}, files=[PHOTO])
    assert page.status_code == 200
    told = words(page.text)
    assert "Toutes les pages sont là" in told
    assert "n° 2, 3" in told


def test_the_pages_to_print_are_there(site: Running, browser: httpx.Client) -> None:
    opened(browser)
    answer = browser.get("/papier/document")
    assert answer.headers["content-type"] == "application/pdf"
    assert "PMSMP-2026-0001-a-imprimer.pdf" in answer.headers["content-disposition"]


def test_no_file_is_asked_again(site: Running, browser: httpx.Client) -> None:
    jeton = opened(browser)
    empty = ("fichiers", ("", b"", "application/octet-stream"))
    page = browser.post("/papier", data={"jeton": jeton}, files=[empty])
    assert page.status_code == 422
    assert 'id="fichiers-faute"' in page.text
    assert site.desk.acts == []


@pytest.mark.parametrize("jeton", ["", "0" * 64])
def test_only_a_form_of_this_browser_sends(
    site: Running, browser: httpx.Client, jeton: str
) -> None:
    opened(browser)
    page = browser.post("/papier", data={"jeton": jeton}, files=[PHOTO])
    assert page.status_code == 403
    assert "Revenir aux pages" in words(page.text)
    assert site.desk.acts == []


def test_without_the_link_or_with_a_dead_one_nothing_opens(
    site: Running, browser: httpx.Client
) -> None:
    assert browser.get("/papier").status_code == 404
    assert browser.get("/papier/document").status_code == 404
    assert browser.get("/p/inconnu-inconnu-inconnu").status_code == 404
    opened(browser)
    site.desk.trouble["deposited"] = Refused("Ce lien a été remplacé par un autre.")
    page = browser.get("/papier")
    assert page.status_code == 410
    assert "remplacé" in words(page.text)


def test_what_is_too_heavy_is_refused_before_it_is_read(
    site: Running, browser: httpx.Client
) -> None:
    jeton = opened(browser)
    heavy = ("fichiers", ("lourd.pdf", bytes(PAPER_BYTES + 200_000), "application/pdf"))
    page = browser.post("/papier", data={"jeton": jeton}, files=[heavy])
    assert page.status_code == 413
    assert "Envoyez les pages en plusieurs fois" in words(page.text)
    assert site.desk.acts == []


@pytest.mark.slow
def test_too_many_sendings_from_one_address_wait(site: Running, browser: httpx.Client) -> None:
    jeton = opened(browser)
    codes = {
        browser.post("/papier", data={"jeton": jeton}, files=[PHOTO]).status_code for _ in range(61)
    }
    assert codes == {200, 429}
