"""An officer's day in a real browser: first start, prepare, send, three ways of signing, renew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from docgen import credentials
from docgen.access import Role
from docgen.actions import handwritten
from docgen.actions.desk import SigningDesk
from docgen.actions.drafts import keeping
from docgen.actions.signer_states import signer_rows
from docgen.cli.played_signer import newest_code
from docgen.documents.convert import Converter
from docgen.documents.scans.printed import layout_of
from docgen.settings import Settings
from docgen.web.office.guarding import HOME
from docgen.wiring import open_ports
from tests.actions.test_handwritten import Printed, content_of
from tests.ceremonies import tokens
from tests.photographs import pages_of, scanned
from tests.web.conftest import running
from tests.web.memory_desk import MemoryDesk
from tests.web.office.conftest import PASSWORD
from tests.web.office.furnished import NOW, Furnished, opened
from tests.web.office.test_every_page import DESKTOP, PHONE, serious
from tests.web.office.walking import tab, tab_to, type_day

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Furnished]:
    """An office of this module's own, in which it leaves traces."""
    with opened(tmp_path_factory.mktemp("journee"), office) as one:
        yield one


@pytest.fixture
def officer(chromium: Browser, day: Furnished) -> Iterator[Page]:
    context = tab(chromium, day.up, Role.OFFICER)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_the_first_start_leads_to_an_office_with_two_examples(
    chromium: Browser, tmp_path: Path, migrated_sqlite: Path
) -> None:
    database = tmp_path / "docgen.sqlite3"
    shutil.copyfile(migrated_sqlite, database)
    settings = Settings(_env_file=None, home=tmp_path / "var", database_url=f"sqlite:///{database}")
    with (
        open_ports(settings, NOW) as ports,
        running(cast("MemoryDesk", SigningDesk(ports)), office=ports) as site,
    ):
        site.clock.now = NOW
        context = chromium.new_context(viewport=PHONE, base_url=site.url, locale="fr-FR")
        page = context.new_page()
        page.goto(HOME)
        page.wait_for_url("**/premier-demarrage")
        assert serious(page) == []
        page.get_by_label("Nom de l’organisation").fill("La Ruche d’Essai")
        page.get_by_label("SIRET").fill("732 829 320 00074")
        page.get_by_label("Prénom et nom").fill("Alix Martin")
        page.get_by_label("Adresse de courriel").fill("alix@ruche.example.org")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_label("Le même, encore une fois").fill(PASSWORD)
        page.get_by_role("button", name="Commencer").click()
        page.wait_for_url("**/second-facteur")
        secret = "".join((page.locator(".empreinte").text_content() or "").split())
        page.locator("#code").fill(credentials.code_at(secret, NOW))
        page.get_by_role("button", name="Installer").click()
        page.wait_for_url("**/tableau")
        page.get_by_role("button", name="Se déconnecter").click()
        site.clock.now = NOW + timedelta(minutes=2)
        page.get_by_label("Adresse de courriel").fill("alix@ruche.example.org")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Entrer").click()
        page.wait_for_url("**/code")
        for size in (PHONE, DESKTOP):
            page.set_viewport_size(size)
            assert serious(page) == []
        page.locator("#code").fill(credentials.code_at(secret, site.clock.now))
        page.keyboard.press("Enter")
        page.wait_for_url("**/tableau")
        assert "Par où commencer" in page.locator("main").inner_text()
        page.get_by_role("button", name="Essayer avec deux exemples").click()
        page.wait_for_url("**/preparer")
        assert page.locator("tbody tr").count() == 2
        context.close()


def test_prepare_send_and_follow_with_the_keyboard_alone(officer: Page, day: Furnished) -> None:
    keys = officer.keyboard
    officer.goto(f"{HOME}/accords/{day.done}")
    tab_to(officer, "Dupliquer dans un nouveau brouillon")
    keys.press("Enter")
    officer.wait_for_url("**/brouillons/*")
    tab_to(officer, "Premier jour")
    type_day(officer, date(2027, 1, 11))
    tab_to(officer, "Dernier jour")
    type_day(officer, date(2027, 2, 19))
    officer.wait_for_selector(".a-corriger")
    said = officer.locator("#reponse").inner_text().replace("\u00a0", " ")
    assert "jusqu’au 10 février 2027" in said
    assert "au plus tard le 10/02/2027" in said
    # The link of the fault leads to its field, which says it too.
    officer.locator(".a-corriger a").first.focus()
    keys.press("Enter")
    assert officer.evaluate("document.activeElement.id") == "c-fin"
    assert "10/02/2027" in officer.locator("#c-fin-faute").inner_text()
    type_day(officer, date(2027, 1, 22))
    # The law has another word to say of a stay that repeats the last one.
    officer.wait_for_selector(".a-corriger a[href='#c-objectifs']")
    officer.locator(".a-corriger a").first.focus()
    keys.press("Enter")
    tab_to(officer, "Objectifs précis n° 1")
    keys.press("End")
    keys.type(", puis seule.")
    officer.wait_for_selector("#reponse .avis.reussi")
    tab_to(officer, "Vérifier et envoyer")
    keys.press("Enter")
    officer.wait_for_url("**/envoi")
    tab_to(officer, "Envoyer maintenant")
    keys.press("Enter")
    officer.wait_for_url("**/accords/*fait=envoye")
    reference = urlsplit(officer.url).path.rpartition("/")[2]
    assert "C’est envoyé" in officer.get_by_role("status").inner_text()
    tab_to(officer, "Aujourd’hui")
    keys.press("Enter")
    officer.wait_for_url("**/tableau")
    tab_to(officer, "Chercher un accord")
    keys.type("fatou")
    officer.wait_for_selector(f"#trouves a[href$='{reference}']")
    tab_to(officer, reference)
    keys.press("Enter")
    officer.wait_for_url(f"**/accords/{reference}")
    tab_to(officer, "Annuler cet accord")
    keys.press("Enter")
    tab_to(officer, "Motif")
    keys.type("Essai au clavier.")
    tab_to(officer, "Annuler l’accord")
    keys.press("Enter")
    officer.wait_for_url("**fait=annule")
    assert "annulé" in officer.locator("h1").inner_text()


def _sign(page: Page, name: str, code: str = "") -> None:
    page.get_by_label("Oui, je suis d’accord.").check()
    if code:
        page.locator("#code").fill(code)
    page.locator("#nom_saisi").fill(name)
    page.get_by_role("button", name="Signer").click()
    page.wait_for_url("**/signature#contenu")
    assert "Merci, vous avez signé" in page.get_by_role("heading", level=1).inner_text()


def test_three_ways_of_signing_one_agreement(
    chromium: Browser, officer: Page, day: Furnished, tmp_path: Path
) -> None:
    ports = day.up.ports
    officer.goto(f"{HOME}/brouillons/{day.ready}/envoi")
    officer.get_by_label("Signe (M. Moussa Traoré)").select_option("sur_place")
    officer.get_by_label("Signe (M. Jean Dupont)").select_option("papier")
    officer.get_by_role("button", name="Envoyer maintenant").click()
    officer.wait_for_url("**fait=envoye")
    reference = urlsplit(officer.url).path.rpartition("/")[2]
    # On site: the person has the screen, in a browser where the officer is not.
    officer.locator("summary", has_text="Signer sur place").first.click()
    officer.get_by_label("Personne connue de l’organisation").first.check()
    officer.get_by_role("button", name="Ouvrir la signature").first.click()
    opened_at = officer.get_by_role("link", name="ouvrir sur cet écran").get_attribute("href") or ""
    person = tab(chromium, day.up, None, ViewportSize(width=1024, height=768)).new_page()
    person.goto(urlsplit(opened_at).path)
    person.get_by_role("button", name="Ouvrir le document").click()
    _sign(person, "Moussa Traoré")
    # By a link and a code.
    mail, to = day.home / "mail", "direction@fournil.example.org"
    person.context.clear_cookies()
    person.goto(f"/s/{tokens(mail)[to]}")
    person.get_by_role("button", name="Ouvrir le document").click()
    person.get_by_label("Oui, je suis d’accord.").check()
    person.get_by_role("button", name="Recevoir mon code").click()
    person.wait_for_url("**/signature#etape-3")
    _sign(person, "Claire Moreau", newest_code(mail, to))
    # On paper: printed, signed, photographed, then recorded by who received it.
    paper = Printed(
        reference,
        tuple(pages_of(handwritten.pages_to_print(ports, reference))),
        layout_of(content_of(ports, reference)),
    )
    (tmp_path / "pages.pdf").write_bytes(scanned(paper.signed_by(2)))
    officer.goto(f"{HOME}/accords/{reference}")
    officer.locator("summary", has_text="Signer à la main, sur papier").click()
    officer.get_by_role("button", name="ouvrir l’envoi des photos").click()
    sent_at = officer.get_by_role("link", name="envoyer une numérisation").get_attribute("href")
    person.context.clear_cookies()
    person.goto(urlsplit(sent_at or "").path)
    person.get_by_role("button", name="Continuer").click()
    person.locator("#fichiers").set_input_files(tmp_path / "pages.pdf")
    person.get_by_role("button", name="Envoyer ces pages").click()
    person.wait_for_selector(".avis.reussi")
    person.context.close()
    officer.goto(f"{HOME}/tableau?pile=papier")
    officer.get_by_role("link", name=reference).click()
    officer.get_by_label("M. Jean Dupont", exact=True).check()
    officer.get_by_label("Date écrite à la main").fill(f"{NOW:%Y-%m-%d}")
    officer.locator("#papier-connu").check()
    officer.get_by_role("button", name="Enregistrer les signatures sur papier").click()
    officer.wait_for_url("**fait=papier")
    assert [one.state for one in signer_rows(ports, reference)] == ["signe"] * 3


def test_a_stay_is_renewed_from_its_page_over_the_days_that_the_law_allows(
    officer: Page, day: Furnished
) -> None:
    officer.goto(f"{HOME}/accords/{day.done}")
    officer.get_by_role("button", name="Préparer : Renouvellement de PMSMP").click()
    officer.wait_for_url("**/brouillons/*")
    assert officer.get_by_role("heading", level=1).inner_text() == "Renouvellement de PMSMP"
    assert officer.get_by_role("link", name=day.done).is_visible()
    assert officer.locator("#c-debut").input_value() > f"{NOW:%Y-%m-%d}"
    officer.get_by_role("button", name="Vérifier et envoyer").click()
    assert "1 point à reprendre" in officer.get_by_role("alert").inner_text()
    officer.get_by_label("Motif").fill("Le four à pain n’a pas encore été vu.")
    officer.get_by_role("button", name="Vérifier et envoyer").click()
    officer.wait_for_url("**/envoi")


def test_without_javascript_a_draft_is_mended_checked_and_sent(
    chromium: Browser, day: Furnished
) -> None:
    context = tab(chromium, day.up, Role.OFFICER, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{HOME}/brouillons/{day.refused_by_law}")
    page.get_by_role("button", name="Vérifier et envoyer").click()
    assert "1 point à reprendre avant d’envoyer" in page.get_by_role("alert").inner_text()
    page.locator("#c-fin").fill("2027-01-22")
    page.get_by_role("button", name="Vérifier et envoyer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Envoyer à la signature"
    page.get_by_role("button", name="Envoyer maintenant").click()
    assert "C’est envoyé" in page.get_by_role("status").inner_text()
    page.goto(f"{HOME}/tableau")
    page.get_by_label("Chercher un accord").fill("petrov")
    page.get_by_role("button", name="Chercher").click()
    assert page.locator("tbody tr").count() >= 1
    context.close()


def test_a_visit_that_ends_in_the_middle_loses_nothing_that_was_typed(
    officer: Page, day: Furnished
) -> None:
    officer.goto(f"{HOME}/brouillons/{day.unfinished}")
    context = officer.context
    context.clear_cookies()
    trade = officer.get_by_label("Métier", exact=True)
    trade.fill("Tourière")
    said = officer.get_by_role("alert")
    said.wait_for()
    assert "Ce que vous écrivez reste sur cette page." in said.inner_text()
    with context.expect_page() as other:
        officer.get_by_role("link", name="Entrez de nouveau").click()
    _enter(other.value)
    # The next word is kept, and with it the one typed meanwhile.
    trade.press("End")
    trade.press_sequentially("-pâtissière")
    officer.wait_for_selector(".etat-garde:has-text('✓')")
    assert _kept(day)["metier"]["appellation"] == "Tourière-pâtissière"
    context.clear_cookies()
    # Typed and sent at once, before it could be saved on the way.
    trade.evaluate("field => { field.value = 'Fournière'; }")
    officer.get_by_role("button", name="Vérifier et envoyer").click()
    assert officer.get_by_role("heading", level=1).inner_text() == "Votre visite est terminée"
    assert serious(officer) == []
    with context.expect_page() as other:
        officer.get_by_role("link", name="Entrer de nouveau").click()
    _enter(other.value)
    save = officer.get_by_role("button", name="Enregistrer ce que j’avais écrit")
    save.click()
    assert officer.get_by_role("heading", level=1).inner_text() == "Vous êtes entré de nouveau"
    save.click()
    officer.wait_for_url(f"**/brouillons/{day.unfinished}*")
    assert _kept(day)["metier"]["appellation"] == "Fournière"


def _enter(page: Page) -> None:
    page.get_by_label("Adresse de courriel").fill("officer@fournil.example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url("**/tableau")


def _kept(day: Furnished) -> Any:
    return keeping.opened(day.up.ports, day.unfinished).data
