"""The pages' language: guessed, chosen, remembered; what stays French and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from docgen.actions.ceremony import CONSENT
from docgen.errors import Refused
from docgen.web.language import Language, language_of, preferred
from tests.web.conftest import Running, words
from tests.web.memory_desk import TO_SIGN, TOKEN

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
BINDING = "Only the French document is binding; this page is a translation to help you."


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("fr", "fr"),
        ("en", "en"),
        ("EN-us", "en"),
        ("fr-CA;q=0.8, en", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de, en;q=0.5", "en"),
        ("de, es", "fr"),
        ("en;q=0", "fr"),
        ("en;q=beaucoup", "fr"),
        ("*", "fr"),
        (",,;;q=", "fr"),
    ],
)
def test_a_browser_is_answered_in_the_first_of_our_languages_that_it_wants(
    accepted: str, language: Language
) -> None:
    assert preferred(accepted) == language


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "language"),
    [
        ("langue=en", "docgen-langue=fr", "fr", "en"),
        ("", "docgen=x; docgen-langue=en", "fr", "en"),
        ("langue=xx", "docgen-langue=yy", "en", "en"),
        ("", "docgen-langue=;;\x00=", "", "fr"),
    ],
)
def test_a_choice_goes_before_a_memory_and_a_memory_before_a_guess(
    query: str, cookie: str, accepted: str, language: Language
) -> None:
    assert language_of(query, cookie, accepted, "docgen-langue") == language


def test_the_switch_is_a_link_that_the_browser_remembers(
    site: Running, browser: httpx.Client
) -> None:
    page = browser.get(f"/s/{TOKEN}")
    assert '<html lang="fr">' in page.text
    assert 'href="?langue=en" lang="en" hreflang="en">English</a>' in page.text
    assert "set-cookie" not in page.headers
    asked = browser.get(f"/s/{TOKEN}?langue=en")
    assert asked.headers["content-language"] == "en"
    assert asked.headers["set-cookie"] == "docgen-langue=en; Path=/; HttpOnly; SameSite=lax"
    assert '<html lang="en">' in asked.text
    assert TOKEN not in asked.text
    assert "A document to sign" in words(asked.text)
    assert site.desk.acts == []
    site.enter(browser)
    signing = browser.get("/signature")
    assert '<html lang="en">' in signing.text
    assert "24\u00a0December\u00a02026" in signing.text
    assert "at 14:32 (Paris\u00a0time)" in signing.text


def test_over_https_the_language_too_is_held_to_the_host(serve: Callable[..., Running]) -> None:
    there = serve(site_url="https://signature.exemple.fr")
    with there.browser(Host="signature.exemple.fr") as browser:
        kept = browser.get("/verifier?langue=en").headers.get_list("set-cookie")
    assert "__Host-docgen-langue=en; Path=/; HttpOnly; SameSite=lax; Secure" in kept


def test_after_a_form_the_switch_leads_back_to_a_page(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    site.desk.trouble["send_code"] = Refused("Vous avez déjà signé ce document.")
    wrong = browser.post("/signature/code", data={"jeton": jeton})
    assert 'href="/signature?langue=en"' in wrong.text
    assert browser.get("/signature?langue=en").status_code == 200


def test_in_both_languages_the_page_says_that_only_the_french_document_binds(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    assert "Seul le document en français vous engage." in words(browser.get("/signature").text)
    english = words(browser.get("/signature?langue=en").text)
    assert BINDING in english
    assert "Seul le document" not in english
    assert BINDING in words(browser.get(f"/s/{TOKEN}").text)


def test_the_consent_that_counts_stays_french_with_its_translation_below(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    page = browser.get("/signature", headers=ENGLISH).text
    assert f'<p class="texte-accord" lang="fr">{CONSENT}</p>' in page
    assert page.index(CONSENT) < page.index("I have read this document")
    assert "I have read" not in browser.get("/signature").text


def test_the_summary_is_read_first_in_the_readers_language(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    for language, title, other in (
        ("fr", "C’est quoi", "What is it"),
        ("en", "What is it", "quoi"),
    ):
        page = browser.get(f"/signature?langue={language}").text
        assert page.index(f"<h4>{title}") < page.index('id="document"') < page.index("<img ")
        assert f"<h4>{other}" not in page
        # Seen at once: no summary is folded away before the document was read.
        assert "<details" not in page[: page.index('id="document"')]


def test_a_summary_without_a_translation_is_shown_in_french_and_says_so(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    site.desk.state = replace(TO_SIGN, resume={"fr": "## Titre\n\nUne phrase.\n"})
    page = browser.get("/signature?langue=en").text
    assert "This summary exists in French only." in page
    assert '<div lang="fr">\n<h4>Titre</h4>' in page
    site.desk.state = replace(TO_SIGN, resume={})
    assert 'id="resume"' not in browser.get("/signature").text


def test_what_a_summary_holds_of_the_data_is_words_on_the_page(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    page = browser.get("/signature?langue=fr").text
    assert "Le métier est : boulanger &lt;b&gt;." in page


def test_refusals_and_faults_are_said_in_english(site: Running, browser: httpx.Client) -> None:
    jeton = site.enter(browser)
    browser.post("/signature/code", data={"jeton": jeton})
    form = {"jeton": jeton, "code": "999999", "nom_saisi": "Awa", "consentement": "oui"}
    said = words(browser.post("/signature/signer", data=form, headers=ENGLISH).text)
    assert "2 things to correct" in said
    assert "This is not the right code; 4 tries left." in said
    dead = browser.get("/s/inconnu-inconnu-inconnu", headers=ENGLISH)
    assert "This link is not recognised" in words(dead.text)
    assert '<html lang="en">' in dead.text
    site.desk.trouble["invitation"] = Refused("Une raison que personne n’a traduite.")
    page = browser.get(f"/s/{TOKEN}", headers=ENGLISH).text
    assert '<span lang="fr">Une raison que personne n’a traduite.</span>' in page


@pytest.mark.parametrize("status", [400, 405, 413])
def test_what_never_reaches_a_handler_is_refused_in_the_readers_language(
    browser: httpx.Client, status: int
) -> None:
    ask: dict[int, Callable[[], httpx.Response]] = {
        400: lambda: browser.get("/signature", headers={**ENGLISH, "Host": "pirate.org"}),
        405: lambda: browser.get("/signature/code", headers=ENGLISH),
        413: lambda: browser.post("/signature/code", data={"a": "a" * 70_000}, headers=ENGLISH),
    }
    answer = ask[status]()
    assert answer.status_code == status
    assert '<html lang="en">' in answer.text
    assert "Nothing was recorded. Nothing is lost." in words(answer.text)


def test_data_in_a_sentence_is_never_markup(site: Running, browser: httpx.Client) -> None:
    site.enter(browser)
    site.desk.trouble["send_code"] = Refused("Écrivez votre prénom et votre nom : <b>Awa</b>.")
    jeton = site.enter(browser)
    page = browser.post("/signature/code", data={"jeton": jeton}, headers=ENGLISH).text
    assert "last name: &lt;b&gt;Awa&lt;/b&gt;." in page
