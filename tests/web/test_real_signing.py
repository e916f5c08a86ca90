"""A person on a phone, in a real browser, on the real site: from the mail to the thanks."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from docgen.actions.deposit import open_deposit
from docgen.actions.desk import SigningDesk
from docgen.actions.handwritten import record
from docgen.actions.on_site import open_on_site
from docgen.actions.ports import Ports
from docgen.actions.signer_states import signer_rows
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import newest_code
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from tests.actions.test_handwritten import SEEN, printed
from tests.ceremonies import issued, tokens
from tests.photographs import LOST, USUAL, photograph
from tests.samples import NOW, PARTENARIAT, PMSMP, REMOVE, changed
from tests.web.conftest import running
from tests.web.memory_desk import MemoryDesk

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

COMPANY, DIRECTOR = "gerant@dupont.example.org", "direction@fournil.example.org"


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path) -> str:
    """One database is enough here: the acts themselves are tried on both in tests/actions."""
    return f"sqlite:///{tmp_path / 'docgen.sqlite3'}"


@pytest.fixture
def phone() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser.new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
        browser.close()


def test_two_people_read_and_sign_the_frozen_document(
    ports: Ports, settings: Settings, phone: Page
) -> None:
    reference = issued(ports, PARTENARIAT, datetime.now(UTC))
    post = settings.home / "mail"
    # `running` gives the desk back as the one in memory; nothing is asked of it here.
    with running(cast("MemoryDesk", SigningDesk(ports))) as site:
        site.clock.now = datetime.now(UTC)
        for to, name in ((COMPANY, "Jean Dupont"), (DIRECTOR, "claire moreau")):
            phone.goto(f"{site.url}/s/{tokens(post)[to]}")
            phone.get_by_role("button", name="Ouvrir le document").click()
            phone.wait_for_url("**/signature")
            first = phone.locator("img").first
            first.scroll_into_view_if_needed()
            phone.wait_for_function("image => image.naturalWidth > 500", arg=first.element_handle())
            assert reference in phone.content()
            phone.get_by_label("Oui, je suis d’accord.").check()
            phone.get_by_role("button", name="Recevoir mon code").click()
            phone.wait_for_url("**/signature#etape-3")
            phone.locator("#code").fill(newest_code(post, to))
            phone.locator("#nom_saisi").fill(name)
            if to == DIRECTOR:
                _draw(phone)
            phone.get_by_role("button", name="Signer").click()
            phone.wait_for_url("**/signature#contenu")
            with phone.expect_download() as waiting:
                phone.get_by_role("link", name="Télécharger").first.click()
            assert waiting.value.suggested_filename == f"{reference}-signe.pdf"
            phone.context.clear_cookies()
    assert status(ports, reference)[0].status == "signe"
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        acts = [e for e in queries.events(session, row.id) if e.type is EventType.SIGNED]
        typed, drawn = [str(act.data.get("drawing", "")) for act in acts]
        strokes = queries.content(session, drawn).decode().split(";")
    assert typed == ""
    assert len(strokes) == 2
    assert all(len(stroke.split()) > 3 for stroke in strokes)


def _draw(phone: Page) -> None:
    """A stroke that is erased, then two that stay."""
    sheet, clear = phone.locator("canvas"), phone.get_by_role("button", name="Effacer le dessin")
    sheet.scroll_into_view_if_needed()
    assert clear.is_hidden()
    box = sheet.bounding_box()
    assert box

    def stroke(*points: tuple[float, float]) -> None:
        for number, (x, y) in enumerate(points):
            phone.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                phone.mouse.down()
        phone.mouse.up()

    stroke((0.1, 0.1), (0.9, 0.9))
    clear.click()
    assert phone.get_by_role("status").inner_text() == "Le dessin est effacé."
    stroke((0.1, 0.7), (0.3, 0.2), (0.35, 0.8), (0.6, 0.3))
    stroke((0.65, 0.6), (0.9, 0.5))


def test_a_director_hands_over_on_their_phone_and_the_colleague_signs(
    ports: Ports, settings: Settings, phone: Page
) -> None:
    reference = issued(ports, PARTENARIAT, datetime.now(UTC))
    post = settings.home / "mail"
    with running(cast("MemoryDesk", SigningDesk(ports))) as site:
        site.clock.now = datetime.now(UTC)
        old = tokens(post)[COMPANY]
        phone.goto(f"{site.url}/s/{old}")
        phone.get_by_role("button", name="Ouvrir le document").click()
        phone.get_by_role("link", name="Ce n’est pas à moi de signer").click()
        phone.get_by_label("Son prénom et son nom").fill("Inès Roche")
        phone.get_by_label("Sa fonction").fill("directrice adjointe")
        phone.get_by_label("Son adresse de courriel").fill("ines@dupont.example.org")
        phone.get_by_role("button", name="Continuer").click()
        phone.get_by_role("button", name="Confier ma signature").click()
        dead = "La signature est confiée à une autre personne"
        assert phone.get_by_role("heading", level=1).inner_text() == dead
        # The form, the document, the old link once more: the same sentence.
        for path in ("/signature/confier", "/signature"):
            phone.goto(f"{site.url}{path}")
            assert phone.get_by_role("heading", level=1).inner_text() == dead
        phone.goto(f"{site.url}/s/{old}")
        assert phone.get_by_role("heading", level=1).inner_text() == dead
        assert sweep(ports, site.clock.now).failures == []
        phone.context.clear_cookies()
        phone.goto(f"{site.url}/s/{tokens(post)['ines@dupont.example.org']}")
        phone.get_by_role("button", name="Ouvrir le document").click()
        phone.get_by_label("Oui, je suis d’accord.").check()
        phone.get_by_role("button", name="Recevoir mon code").click()
        phone.wait_for_url("**/signature#etape-3")
        phone.locator("#code").fill(newest_code(post, "ines@dupont.example.org"))
        phone.locator("#nom_saisi").fill("Inès Roche")
        phone.get_by_role("button", name="Signer").click()
        phone.wait_for_url("**/signature#contenu")
        assert "Inès Roche" in phone.content()
    assert [row.state for row in signer_rows(ports, reference)] == ["signe", "invite"]


def test_back_twice_and_in_two_tabs_one_signature_is_given(
    ports: Ports, settings: Settings, phone: Page
) -> None:
    reference = issued(ports, PARTENARIAT, datetime.now(UTC))
    post = settings.home / "mail"
    with running(cast("MemoryDesk", SigningDesk(ports))) as site:
        site.clock.now = datetime.now(UTC)
        _asked_for_a_code(phone, f"{site.url}/s/{tokens(post)[COMPANY]}")
        browser = phone.context.browser
        assert browser is not None
        other = browser.new_context(
            storage_state=phone.context.storage_state(), locale="fr-FR"
        ).new_page()
        other.goto(f"{site.url}/signature")
        for tab in (phone, other):
            tab.locator("#consentement").check()
            tab.locator("#code").fill(newest_code(post, COMPANY))
            tab.locator("#nom_saisi").fill("Jean Dupont")
        # Two presses on the button before the first answer.
        phone.locator("#signer .principal").dblclick(no_wait_after=True)
        phone.wait_for_url("**/signature#contenu")
        thanks = "Merci, vous avez signé"
        assert thanks in phone.locator("h1").inner_text()
        other.get_by_role("button", name="Signer le document").click()
        other.wait_for_url("**/signature#contenu")
        assert thanks in other.locator("h1").inner_text()
        # Back to the form as the browser kept it, pressed again.
        phone.go_back()
        if phone.locator("#signer").count():
            phone.locator("#consentement").check()
            phone.locator("#code").fill("123456")
            phone.locator("#nom_saisi").fill("Jean Dupont")
            phone.locator("#signer .principal").click()
            phone.wait_for_url("**/signature#contenu")
        phone.goto(f"{site.url}/signature")
        assert thanks in phone.locator("h1").inner_text()
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        kinds = [event.type for event in queries.events(session, row.id)]
    assert kinds.count(EventType.SIGNED) == kinds.count(EventType.SEALED) == 1


def _asked_for_a_code(phone: Page, link: str) -> None:
    phone.goto(link)
    phone.get_by_role("button", name="Ouvrir le document").click()
    phone.get_by_label("Oui, je suis d’accord.").check()
    phone.get_by_role("button", name="Recevoir mon code").click()
    phone.wait_for_url("**/signature#etape-3")


def test_on_site_the_screen_gives_way_to_the_telephone_that_reads_its_code(
    ports: Ports, settings: Settings, phone: Page, tmp_path: Path
) -> None:
    data = changed(PMSMP, beneficiaire__courriel=REMOVE)
    reference = issued(ports, data, datetime.now(UTC))
    with running(cast("MemoryDesk", SigningDesk(ports))) as site:
        site.clock.now = datetime.now(UTC)
        at = dataclasses.replace(ports, site_url=site.url)
        desk = cast("MemoryDesk", SigningDesk(at))
        site.app.state.door = dataclasses.replace(site.app.state.door, desk=desk)
        browser = phone.context.browser
        assert browser is not None
        screen = browser.new_context(
            viewport={"width": 1024, "height": 768}, locale="fr-FR"
        ).new_page()
        link = open_on_site(at, reference, 1, "Awa Ndiaye", "connu", site.clock.now)
        screen.goto(link)
        screen.get_by_role("button", name="Ouvrir le document").click()
        screen.get_by_role("link", name="Continuer sur mon téléphone").click()
        screen.get_by_role("button", name="Montrer le code").click()
        picture = screen.locator(".carre img")
        screen.wait_for_function(
            "i => i.complete && i.naturalWidth > 0", arg=picture.element_handle()
        )
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
        assert code.text.startswith(f"{site.url}/s/")
        phone.goto(code.text)
        phone.get_by_role("button", name="Ouvrir le document").click()
        phone.get_by_label("Oui, je suis d’accord.").check()
        phone.locator("#nom_saisi").fill("Fatou Diallo")
        phone.get_by_role("button", name="Signer").click()
        phone.wait_for_url("**/signature#contenu")
        screen.goto(f"{site.url}/signature")
        assert "La suite est sur votre téléphone" in screen.locator("h1").inner_text()
        assert screen.get_by_role("button", name="Signer").count() == 0
        screen.context.close()
    assert signer_rows(ports, reference)[0].state == "signe"


def test_pages_signed_by_hand_are_photographed_and_sent_from_the_telephone(
    ports: Ports, settings: Settings, phone: Page, tmp_path: Path
) -> None:
    paper = printed(ports)
    pages = paper.signed_by(1)
    for number, page in enumerate(pages, 1):
        shot = photograph(page, LOST if number == 2 else USUAL, number)
        (tmp_path / f"photo{number}.jpg").write_bytes(shot)
    (tmp_path / "encore.jpg").write_bytes(photograph(pages[1], USUAL, 5))
    with running(cast("MemoryDesk", SigningDesk(ports))) as site:
        site.clock.now = NOW
        token = open_deposit(ports, paper.reference, NOW).rpartition("/p/")[2]
        phone.goto(f"{site.url}/p/{token}")
        phone.get_by_role("button", name="Continuer").click()
        phone.wait_for_url("**/papier")
        phone.set_default_timeout(60_000)
        files = [tmp_path / f"photo{number}.jpg" for number in (1, 2, 3, 4)]
        phone.locator("#fichiers").set_input_files(files)
        phone.get_by_role("button", name="Envoyer ces pages").click()
        phone.wait_for_selector(".controles")
        assert "Pages reçues : 3 sur 4" in flat(phone.locator("main").inner_text())
        assert phone.locator(".controles .non").count() == 1
        assert "photo2.jpg" in phone.locator(".controles .non").inner_text()
        assert "Page 2 : elle manque" in flat(phone.locator(".feuilles").inner_text())
        phone.locator("#fichiers").set_input_files(tmp_path / "encore.jpg")
        phone.get_by_role("button", name="Envoyer ces pages").click()
        phone.wait_for_selector(".avis.reussi")
        assert "Toutes les pages sont là" in phone.locator(".avis.reussi").inner_text()
    kept = record(ports, paper.reference, None, [1], SEEN, NOW)
    assert kept.scan.missing == ()


def flat(text: str) -> str:
    return " ".join(text.split())
