"""The pages in a real browser: with the keyboard alone, on a small screen, enlarged, read aloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FilePayload,
    Page,
    ViewportSize,
    sync_playwright,
)

from docgen.actions.ceremony import Ceremony
from docgen.actions.public_check import PublicVerdict
from docgen.errors import Refused, Unavailable
from docgen.web.language import LANGUAGES, Language
from tests.web.conftest import Running
from tests.web.memory_desk import (
    ANSWERS,
    BY_SMS,
    CODE,
    IN_PERSON,
    INTACT,
    NAME,
    NOW,
    ON_SITE,
    SENT,
    SUSPECT,
    TO_SEND,
    TO_SIGN,
    TOKEN,
    UNKNOWN,
    closed,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PHONE = ViewportSize(width=390, height=844)
SMALLEST = ViewportSize(width=320, height=568)
# A screen of 1280 × 800 enlarged to 200 % leaves the page half of each.
ENLARGED = ViewportSize(width=640, height=400)
FILE = FilePayload(name="convention.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
LONG = "Anticonstitutionnellement-Wolfeschlegelsteinhausenbergerdorff-Ndiaye"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def language() -> Language:
    """The language of the reader's browser; a test that reads both takes it as a parameter."""
    return "fr"


@pytest.fixture
def page(chromium: Browser, site: Running, language: Language) -> Iterator[Page]:
    """A phone's tab; a request that leaves the site, or a word in the console, fails the test."""
    context = chromium.new_context(viewport=PHONE, base_url=site.url, locale=language)
    tab = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # The browser notes every answer of 400 and above; those are ours, and wanted.
        if "Failed to load resource" not in message.text:
            complaints.append(message.text)

    tab.on("console", heard)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(site.url) else complaints.append(r.url))
    yield tab
    context.close()
    assert complaints == []


def opened(page: Page) -> None:
    page.goto(f"/s/{TOKEN}")
    page.locator("form button").click()
    page.wait_for_url("**/signature")


def asked(page: Page) -> None:
    opened(page)
    page.locator("#consentement").check()
    page.locator("#demander button").click()
    page.wait_for_url("**/signature#etape-3")


def without_the_browsers_own_checks(page: Page) -> None:
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")


State = Callable[[Page, Running], None]


def _invitation(page: Page, _site: Running) -> None:
    page.goto(f"/s/{TOKEN}")


def _to_read(page: Page, _site: Running) -> None:
    opened(page)
    page.locator("summary").first.click()


def _with_code(page: Page, _site: Running) -> None:
    asked(page)
    page.locator("summary").first.click()


def _with_faults(page: Page, _site: Running) -> None:
    asked(page)
    without_the_browsers_own_checks(page)
    page.locator("#consentement").uncheck()
    page.locator("#signer .principal").click()
    page.wait_for_selector("#erreurs")


def _too_many_codes(page: Page, site: Running) -> None:
    opened(page)
    site.desk.trouble["send_code"] = Refused("3 codes vous ont déjà été envoyés.")
    page.locator("#consentement").check()
    page.locator("#demander button").click()
    page.wait_for_selector("#erreurs")


def _to_refuse(page: Page, _site: Running) -> None:
    opened(page)
    page.locator("a[href='/signature/refuser']").click()
    page.wait_for_url("**/refuser")
    without_the_browsers_own_checks(page)
    page.locator("main form button").click()
    page.wait_for_selector("#erreurs")


def _to_hand_over(page: Page, _site: Running) -> None:
    opened(page)
    page.goto("/signature/confier")
    without_the_browsers_own_checks(page)
    page.locator("main form button").click()
    page.wait_for_selector("#erreurs")


def _not_to_hand_over(page: Page, site: Running) -> None:
    site.desk.state = IN_PERSON
    opened(page)
    page.goto("/signature/confier")


def _named(page: Page, _site: Running) -> None:
    opened(page)
    page.goto("/signature/confier")
    page.locator("#nom_saisi").fill(LONG)
    page.locator("#qualite").fill("directrice adjointe")
    page.locator("#courriel").fill(f"{LONG.lower()[:40]}@exemple.fr")
    page.locator("main form button").click()
    page.wait_for_selector(".faits")


def _handed_over(page: Page, site: Running) -> None:
    _named(page, site)
    page.locator("main form button.principal").click()
    page.wait_for_url("**/signature#contenu")


def _on_the_screen(page: Page, site: Running) -> None:
    site.desk.state = ON_SITE
    opened(page)
    page.get_by_role("link", name=re.compile("téléphone|phone")).first.click()
    page.wait_for_url("**/signature/telephone")


def _code_to_read(page: Page, site: Running) -> None:
    _on_the_screen(page, site)
    page.locator("main form button").click()
    page.wait_for_selector(".carre img")


def _moved(page: Page, site: Running) -> None:
    _code_to_read(page, site)
    page.goto("/signature")


def _paper_link(page: Page, _site: Running) -> None:
    page.goto(f"/p/{TOKEN}")


def _paper(page: Page, site: Running) -> None:
    _paper_link(page, site)
    page.locator("main form button").click()
    page.wait_for_url("**/papier")


def _paper_answered(page: Page, site: Running) -> None:
    site.desk.deposit = replace(TO_SEND, found=(1,), missing=(2, 3, 4))
    site.desk.answers = ANSWERS
    _paper(page, site)
    page.locator("#fichiers").set_input_files(FILE)
    page.locator("main form button").click()
    page.wait_for_selector(".controles")


def _paper_whole(page: Page, site: Running) -> None:
    site.desk.deposit = SENT
    _paper(page, site)


def _paper_empty(page: Page, site: Running) -> None:
    _paper(page, site)
    without_the_browsers_own_checks(page)
    page.locator("main form button").click()
    page.wait_for_selector("#erreurs")


def _in_state(**changes: Any) -> State:
    def reach(page: Page, site: Running) -> None:
        opened(page)
        site.desk.state = replace(TO_SIGN, **changes)
        page.goto("/signature")

    return reach


def _down(page: Page, site: Running) -> None:
    opened(page)
    site.desk.trouble["ceremony"] = Unavailable("La base ne répond pas.")
    page.goto("/signature")


def _dead_link(page: Page, site: Running) -> None:
    site.desk.trouble["invitation"] = Refused("Ce lien n’est plus valable.")
    page.goto(f"/s/{TOKEN}")


def _long_words(page: Page, site: Running) -> None:
    site.desk.state = replace(
        TO_SIGN,
        nom_complet=LONG,
        partenaire=LONG,
        organisation=LONG,
        contact_courriel=f"{LONG}@x.fr",
    )
    asked(page)


def _to_sign_as(state: Ceremony) -> State:
    def reach(page: Page, site: Running) -> None:
        site.desk.state = state
        (asked if state.code_demande else opened)(page)

    return reach


def _to_check(page: Page, _site: Running) -> None:
    page.goto("/verifier")


def _checked(verdict: PublicVerdict) -> State:
    def reach(page: Page, site: Running) -> None:
        site.desk.verdict = verdict
        page.goto("/verifier")
        page.locator("#fichier").set_input_files(FILE)
        page.locator("main form button").click()
        page.wait_for_selector(".controles")

    return reach


def _empty_file(page: Page, _site: Running) -> None:
    page.goto("/verifier")
    page.locator("#fichier").set_input_files({**FILE, "buffer": b""})
    page.locator("main form button").click()
    page.wait_for_selector("#erreurs")


STATES: dict[str, State] = {
    "invitation": _invitation,
    "to read": _to_read,
    "with a code": _with_code,
    "with faults": _with_faults,
    "too many codes": _too_many_codes,
    "to refuse": _to_refuse,
    "to hand over": _to_hand_over,
    "not to hand over": _not_to_hand_over,
    "somebody named": _named,
    "handed over": _handed_over,
    "towards a telephone": _on_the_screen,
    "code for a telephone": _code_to_read,
    "gone to a telephone": _moved,
    "paper link": _paper_link,
    "paper": _paper,
    "paper answered": _paper_answered,
    "paper whole": _paper_whole,
    "paper, no file": _paper_empty,
    "signed": _in_state(etat="signe", signe_le=NOW, scelle=True),
    "signed, not sealed": _in_state(etat="signe", signe_le=NOW, autres=()),
    "refused": _in_state(etat="refuse"),
    "closed": _in_state(etat="clos", motif_clos=closed("Le délai est passé.").motif_clos),
    "down": _down,
    "dead link": _dead_link,
    "long words": _long_words,
    "on site": _to_sign_as(ON_SITE),
    "by SMS": _to_sign_as(BY_SMS),
    "signed on site": _in_state(etat="signe", signe_le=NOW, scelle=True, copie_a=""),
    "to check": _to_check,
    "empty file": _empty_file,
    "suspect": _checked(SUSPECT),
    "intact": _checked(INTACT),
    "unknown": _checked(UNKNOWN),
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _nothing_is_cut_off_on_the_smallest_phone_nor_enlarged(page: Page) -> None:
    for size in (SMALLEST, PHONE, ENLARGED):
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) == 0, size
    # The reader's own letters, twice as large, on a phone.
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert page.evaluate(OVERFLOW) == 0
    page.evaluate("document.documentElement.style.fontSize = ''")


def _axe_finds_nothing_and_contrast_is_seven_to_one(page: Page) -> None:
    found = Axe().run(
        page,
        options={
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            "rules": {
                "color-contrast-enhanced": {"enabled": True},
                "target-size": {"enabled": True},
            },
        },
    )
    assert found.violations_count == 0, found.generate_report()
    checked = {rule["id"] for rule in found.response["passes"]}
    assert {"color-contrast-enhanced", "html-has-lang", "landmark-one-main"} <= checked


# What a person with a ruler would find: the page says it as plain data.
MEASURES = """() => {
  const shown = e => e.getClientRects().length > 0 && getComputedStyle(e).position !== 'absolute';
  const lines = [];
  for (const e of document.querySelectorAll('p, li, label, dd, .texte-page')) {
    const walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    const rows = new Map();
    for (let node; node = walker.nextNode();) {
      if (!shown(node.parentElement)) continue;
      for (let i = 0; i < node.length; i++) {
        const range = document.createRange();
        range.setStart(node, i); range.setEnd(node, i + 1);
        const box = range.getBoundingClientRect();
        const row = Math.round(box.bottom);
        if (box.width) rows.set(row, (rows.get(row) || 0) + 1);
      }
    }
    lines.push(...rows.values());
  }
  return {
    headings: [...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1]),
    letters: parseFloat(getComputedStyle(document.querySelector('main p')).fontSize),
    lines: Math.max(...lines),
    heights: [...document.querySelectorAll(
      'button, a.bouton, summary, .etapes a, .joindre a, .langues a, .champ input')]
      .filter(shown).map(e => Math.round(e.getBoundingClientRect().height)),
    unlabelled: [...document.querySelectorAll('input:not([type=hidden]), textarea')]
      .filter(e => e.labels.length !== 1).map(e => e.id),
    main: document.querySelectorAll('button.principal, a.bouton.principal').length,
    pictures: [...document.images].filter(i => !i.alt || !i.width || !i.height).length,
    lang: document.documentElement.lang,
    title: document.title,
  };
}"""


def _it_is_laid_out_for_a_thumb_and_a_slow_reader(page: Page, language: Language) -> None:
    for size in (PHONE, ViewportSize(width=1280, height=800)):
        page.set_viewport_size(size)
        seen = page.evaluate(MEASURES)
        assert seen["lang"] == language
        assert seen["title"]
        assert seen["letters"] == 18
        assert seen["lines"] <= 70
        assert all(height >= 44 for height in seen["heights"]), seen["heights"]
        assert seen["unlabelled"] == []
        assert seen["pictures"] == 0
        assert seen["main"] <= 1
        headings = seen["headings"]
        assert headings.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(headings))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reach", STATES.values(), ids=STATES.keys())
def test_every_page_is_for_every_eye_and_thumb(
    page: Page, site: Running, reach: State, language: Language
) -> None:
    reach(page, site)
    _axe_finds_nothing_and_contrast_is_seven_to_one(page)
    _it_is_laid_out_for_a_thumb_and_a_slow_reader(page, language)
    _nothing_is_cut_off_on_the_smallest_phone_nor_enlarged(page)


FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return {id: e.id, words: (e.labels?.[0] || e).innerText.trim(),
          ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
          seen: e.getBoundingClientRect().width > 1};
}"""


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what bears these words; each stop must be visible."""
    passed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["ring"], stop
        assert stop["seen"], stop
        passed.append(stop["words"])
        if words in stop["words"]:
            return
    pytest.fail(f"« {words} » is not reached: {passed}")


def test_the_whole_way_is_made_with_the_keyboard_alone(page: Page, site: Running) -> None:
    keys = page.keyboard
    page.goto(f"/s/{TOKEN}")
    _tab_to(page, "Ouvrir le document")
    keys.press("Enter")
    page.wait_for_url("**/signature")
    _tab_to(page, "Aller au contenu")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    _tab_to(page, "Lire le texte de la page 1")
    keys.press("Enter")
    assert page.get_by_text("Le bénéficiaire découvre le métier").first.is_visible()
    _tab_to(page, "Oui, je suis d’accord.")
    keys.press("Space")
    _tab_to(page, "Recevoir mon code")
    keys.press("Enter")
    page.wait_for_url("**/signature#etape-3")
    assert page.evaluate("document.activeElement.id") == "etape-3"
    assert page.get_by_label("Oui, je suis d’accord.").is_checked()
    _tab_to(page, "Le code reçu par courriel")
    keys.type(CODE)
    _tab_to(page, "Votre prénom et votre nom")
    keys.type(NAME)
    # Enter in a field signs; it does not ask for another code.
    keys.press("Enter")
    page.wait_for_url("**/signature#contenu")
    assert "Merci, vous avez signé" in page.get_by_role("heading", level=1).inner_text()
    assert [act[0] for act in site.desk.acts] == ["enter", "send_code", "sign"]
    # Going back shows where things stand now, never the form again.
    page.go_back()
    page.wait_for_selector("h1")
    assert "Merci, vous avez signé" in page.inner_text("main")


SPOKEN = """() => [...document.querySelectorAll('h1, h2, h3, h4, img')].map(
  e => e.tagName + ' ' + (e.alt || e.innerText).replace(/[\\s\\u202f]+/g, ' ').trim())"""


def test_the_summary_is_read_aloud_before_the_pages_with_its_own_headings(page: Page) -> None:
    opened(page)
    spoken = page.evaluate(SPOKEN)
    start = spoken.index("H3 Le résumé, avec des mots simples")
    assert spoken[start + 1 : start + 4] == [
        "H4 C’est quoi ?",
        "H4 Où et quand ?",
        "H4 Vous êtes libre",
    ]
    assert spoken[start + 4] == "H3 Le document"
    assert spoken[start + 5].startswith("IMG Page 1 sur 2")
    # Seen, not folded: the first words are on the page as it opens.
    assert page.get_by_text("Ce document est un accord pour une").is_visible()
    assert page.get_by_role("region", name="Le résumé").get_by_role("listitem").count() == 2


def test_another_language_is_chosen_with_the_keyboard_and_stays(page: Page) -> None:
    page.goto(f"/s/{TOKEN}")
    _tab_to(page, "English")
    page.keyboard.press("Enter")
    page.wait_for_url("**?langue=en")
    _tab_to(page, "Open the document")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signature")
    assert page.get_by_role("heading", name="The summary, in plain words").is_visible()
    assert page.get_by_text("Only the French document is binding").is_visible()
    # What binds is said in French to who hears it: a screen reader changes its voice.
    assert page.locator(".texte-accord").get_attribute("lang") == "fr"
    assert page.locator(".langues [aria-current]").inner_text() == "English"


def test_another_language_is_chosen_without_javascript(chromium: Browser, site: Running) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site.url, locale="en")
    tab = context.new_page()
    tab.goto(f"/s/{TOKEN}")
    assert tab.get_by_role("heading", level=1).inner_text() == "A document to sign"
    tab.get_by_role("link", name="Français").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "Un document à signer"
    tab.goto("/verifier")
    assert tab.get_by_role("heading", level=1).inner_text() == "Vérifier un document"
    context.close()


def test_a_document_is_checked_with_the_keyboard_alone(page: Page, site: Running) -> None:
    page.goto(f"/s/{TOKEN}")
    _tab_to(page, "Vérifier un document signé")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifier")
    _tab_to(page, "Le fichier à vérifier")
    page.get_by_label("Le fichier à vérifier").set_input_files(FILE)
    _tab_to(page, "Vérifier ce fichier")
    page.keyboard.press("Enter")
    page.wait_for_selector(".controles")
    assert page.evaluate("document.activeElement.id") == "contenu"
    assert page.title().startswith(SUSPECT.titre)
    # Read aloud, each line says whether it holds: a sign and a colour do not.
    assert page.get_by_text("Cela ne tient pas").count() == 1
    assert len(site.desk.acts) == 1
    _tab_to(page, "Vérifier un autre fichier")


def test_a_document_is_checked_without_javascript(chromium: Browser, site: Running) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site.url, locale="fr")
    tab = context.new_page()
    tab.goto("/verifier")
    tab.get_by_label("Le fichier à vérifier").set_input_files(FILE)
    tab.get_by_role("button", name="Vérifier ce fichier").click()
    assert tab.get_by_role("heading", level=1).inner_text() == SUSPECT.titre
    context.close()


def test_a_fault_takes_the_focus_and_leads_to_its_field(page: Page, site: Running) -> None:
    asked(page)
    page.get_by_label("Le code reçu par courriel").fill("999 999")
    page.get_by_label("Votre prénom et votre nom").fill("Awa")
    page.get_by_role("button", name="Signer le document").click()
    page.wait_for_selector("#erreurs")
    assert page.evaluate("document.activeElement.id") == "erreurs"
    assert page.get_by_role("alert").count() == 1
    page.get_by_role("link", name="Ce code n’est pas le bon").click()
    assert page.evaluate("document.activeElement.id") == "code"
    assert page.get_by_label("Le code reçu par courriel").input_value() == ""
    assert page.get_by_label("Votre prénom et votre nom").input_value() == "Awa"
    said = page.evaluate(
        "document.getElementById('code').getAttribute('aria-describedby').split(' ')"
        ".map(id => document.getElementById(id).innerText).join(' ')"
    )
    assert "6 chiffres" in said.replace("\u00a0", " ")
    assert "Ce code n’est pas le bon" in said


def test_a_phone_offers_the_right_keyboard_and_the_code_it_received(page: Page) -> None:
    asked(page)
    code = page.get_by_label("Le code reçu par courriel")
    assert code.get_attribute("inputmode") == "numeric"
    assert code.get_attribute("autocomplete") == "one-time-code"
    name = page.get_by_label("Votre prénom et votre nom")
    assert name.get_attribute("autocomplete") == "name"
    # A browser that translates the page must not translate what is to be typed.
    assert page.locator("#nom-attendu").get_attribute("translate") == "no"


def test_without_a_consent_the_browser_stops_at_the_box(page: Page, site: Running) -> None:
    opened(page)
    page.get_by_role("button", name="Recevoir mon code").click()
    assert page.evaluate("document.activeElement.id") == "consentement"
    assert [act[0] for act in site.desk.acts] == ["enter"]


def test_printed_the_page_keeps_its_words_and_loses_its_buttons(page: Page) -> None:
    asked(page)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Signer le document").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
