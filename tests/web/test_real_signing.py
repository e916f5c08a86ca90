"""A person on a phone, in a real browser, on the real site: from the mail to the thanks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, sync_playwright

from docgen.actions.desk import SigningDesk
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.cli.played_signer import newest_code
from docgen.settings import Settings
from tests.ceremonies import issued, tokens
from tests.samples import PARTENARIAT
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
            phone.get_by_role("button", name="Signer").click()
            phone.wait_for_url("**/signature#contenu")
            with phone.expect_download() as waiting:
                phone.get_by_role("link", name="Télécharger").first.click()
            assert waiting.value.suggested_filename == f"{reference}-signe.pdf"
            phone.context.clear_cookies()
    assert status(ports, reference)[0].status == "signe"
