"""The pages where a signer hands over: nothing changes before the second page's answer."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from docgen.errors import Refused
from tests.web.conftest import Running, jeton_of, words
from tests.web.memory_desk import IN_PERSON, TO_SIGN, TOKEN

WHOM = {
    "nom_saisi": " Inès  Roche ",
    "qualite": "directrice adjointe",
    "courriel": "ines@exemple.fr",
}
HANDED = ("delegate", "Inès Roche", "directrice adjointe", "ines@exemple.fr")


def test_two_pages_then_the_visit_is_over_for_every_tab(
    site: Running, browser: httpx.Client
) -> None:
    jeton = site.enter(browser)
    assert "/signature/confier" in browser.get("/signature").text
    form = browser.get("/signature/confier")
    assert form.status_code == 200
    asked = browser.post("/signature/confier", data={"jeton": jeton, **WHOM})
    assert asked.status_code == 200
    assert "Inès Roche" in words(asked.text)
    assert site.desk.acts == [("enter", "127.0.0.1", browser.headers["user-agent"])]
    done = browser.post("/signature/confier", data={"jeton": jeton, **WHOM, "suite": "confier"})
    assert (done.status_code, done.headers["location"]) == (303, "/signature")
    assert site.desk.acts[1:] == [HANDED]
    for path in ("/signature", "/signature/confier", "/signature/refuser", "/signature/document"):
        page = browser.get(path)
        assert page.status_code == 410
        assert "confiée à une autre personne" in words(page.text)
        # Nobody is led back to what is closed, nor told the new person's address.
        assert "ines@exemple.fr" not in page.text
        assert "Revenir au document" not in page.text
    again = browser.post("/signature/confier", data={"jeton": jeton, **WHOM, "suite": "confier"})
    assert again.status_code == 410
    assert site.desk.acts[1:] == [HANDED]


def test_correcting_brings_the_form_back_as_it_was(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    page = browser.post("/signature/confier", data={"jeton": jeton, **WHOM, "suite": "corriger"})
    assert page.status_code == 200
    assert 'value="Inès Roche"' in page.text
    assert 'value="ines@exemple.fr"' in page.text


def test_what_lacks_is_said_near_its_field(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    page = browser.post("/signature/confier", data={"jeton": jeton, "qualite": "adjointe"})
    assert page.status_code == 422
    assert 'id="nom_saisi-faute"' in page.text
    assert 'id="courriel-faute"' in page.text
    assert 'value="adjointe"' in page.text
    assert "Erreur :" in words(page.text)


def test_who_may_not_is_told_why_and_has_no_form(site: Running, browser: httpx.Client) -> None:
    site.desk.state = IN_PERSON
    site.enter(browser)
    page = browser.get("/signature/confier")
    assert "personne ne peut signer à votre place" in words(page.text)
    assert "<form" not in page.text
    site.desk.trouble["delegate"] = Refused(IN_PERSON.non_confiable)
    jeton = jeton_of(browser.get("/signature").text)
    refused = browser.post("/signature/confier", data={"jeton": jeton, **WHOM, "suite": "confier"})
    assert refused.status_code == 409
    assert len(site.desk.acts) == 1


@pytest.mark.parametrize("jeton", ["", "0" * 64])
def test_only_a_form_of_this_visit_hands_over(
    site: Running, browser: httpx.Client, jeton: str
) -> None:
    site.enter(browser)
    page = browser.post("/signature/confier", data={"jeton": jeton, **WHOM, "suite": "confier"})
    assert page.status_code == 403
    assert len(site.desk.acts) == 1


def test_what_is_signed_already_leads_back_to_the_document(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    site.desk.state = replace(TO_SIGN, etat="signe", signe_le=TO_SIGN.expire_le, scelle=True)
    page = browser.get("/signature/confier")
    assert (page.status_code, page.headers["location"]) == (303, "/signature")


def test_in_english_every_word_is_english(site: Running, browser: httpx.Client) -> None:
    site.enter(browser)
    browser.get("/signature?langue=en")
    assert "somebody else" in words(browser.get("/signature/confier").text).lower()
    assert TOKEN not in browser.get("/signature/confier").text
