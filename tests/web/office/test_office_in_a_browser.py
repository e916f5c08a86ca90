"""The office in a real browser: axe on every page, phone and desktop, keyboard, a real dossier."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.ports import Ports
from docgen.actions.retention import disposal, funds
from docgen.actions.retention.hold import hold
from docgen.actions.retention.keep import keep_all
from docgen.actions.sweep import sweep
from docgen.documents.convert import Converter
from docgen.settings import Settings
from docgen.web.office.guarding import HOME
from docgen.wiring import open_ports
from tests.ceremonies import issued, sign_all
from tests.samples import NOW, PARTENARIAT, PMSMP
from tests.web.office.conftest import COOKIE, Office, office_over

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PHONE = ViewportSize(width=360, height=780)
DESKTOP = ViewportSize(width=1280, height=900)
WIDE = ViewportSize(width=1920, height=1080)
SECOND_STAY = {
    **PMSMP,
    "debut": "2027-03-01",
    "fin": "2027-03-12",
    "objectifs": ["Préparer un service du soir"],
}


def _archived(ports: Ports, settings: Settings, data: dict[str, Any]) -> str:
    """One agreement issued, signed by all and archived; its number."""
    reference = issued(ports, data, NOW)
    sign_all(ports, settings.home / "mail", NOW + timedelta(hours=1))
    assert sweep(ports, NOW + timedelta(hours=1)).failures == []
    return reference


@pytest.fixture(scope="module")
def worked(
    tmp_path_factory: pytest.TempPathFactory, office: Converter
) -> Iterator[tuple[Office, str, str]]:
    """An office with two archived agreements, a fund, a hold, a list; (office, reference, list)."""
    folder = tmp_path_factory.mktemp("bureau")
    settings = Settings(_env_file=None, home=folder / "var", organisation="Le Fournil Solidaire")
    with open_ports(settings, NOW) as opened:
        ports = dataclasses.replace(opened, to_pdf=office.to_pdf)
        reference, other = (_archived(ports, settings, data) for data in (PMSMP, PARTENARIAT))
        issued(ports, SECOND_STAY, NOW)
        funds.add_fund(ports, "FSE-2026-IDF", "FSE+ Île-de-France", "FSE-2021-2027", NOW, None)
        keep_all(ports, NOW + timedelta(hours=2))
        hold(ports, other, "Contrôle DRIEETS 2026-14", NOW + timedelta(hours=2), None)
        over = datetime(2032, 8, 1, 9, tzinfo=UTC)
        number = disposal.propose(ports, over, None)
        assert number
        manage.invite(ports, "paul@fournil.example.org", "Paul Martin", Role.OFFICER, NOW, None)
        with office_over(ports, NOW + timedelta(minutes=90)) as up:
            disposal.approve(ports, number, up.accounts[Role.OFFICER], over)
            yield up, reference, number
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def tab(chromium: Browser, up: Office, role: Role | None, size: ViewportSize) -> BrowserContext:
    context = chromium.new_context(viewport=size, base_url=up.url, locale="fr-FR")
    if role is not None:
        context.add_cookies([{"name": COOKIE, "value": up.secrets[role], "url": up.url}])
    return context


def pages_of(reference: str, number: str) -> list[tuple[str, Role | None, str]]:
    """(name, who, address) of every page."""
    return [
        ("entree", None, "/entree"),
        ("oubli", None, "/oubli"),
        ("recherche", Role.AUDITOR, "/audit?q=dupont"),
        ("recherche-vide", Role.AUDITOR, "/audit?q=absent&siret=12"),
        ("dossier", Role.AUDITOR, f"/audit/{reference}"),
        ("mission", Role.AUDITOR, "/mission"),
        ("absent", Role.AUDITOR, "/audit/PMSMP-2026-9999"),
        ("acces", Role.ADMINISTRATOR, "/acces"),
        ("missions", Role.ADMINISTRATOR, "/missions"),
        ("comptes", Role.ADMINISTRATOR, "/comptes"),
        ("compte", Role.OFFICER, "/compte"),
        ("second-facteur", Role.OFFICER, "/second-facteur"),
        ("conservation", Role.OFFICER, "/conservation"),
        ("elimination", Role.ADMINISTRATOR, f"/conservation/listes/{number}"),
    ]


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("size", [PHONE, DESKTOP, WIDE], ids=["phone", "desktop", "wide"])
def test_axe_has_nothing_serious_to_say_and_nothing_overflows(
    chromium: Browser, worked: tuple[Office, str, str], size: ViewportSize
) -> None:
    up, reference, number = worked
    shots = os.environ.get("BUREAU_SHOTS", "")
    seen = 0
    for name, role, address in pages_of(reference, number):
        context = tab(chromium, up, role, size)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))  # noqa: B023
        page.goto(f"{HOME}{address}")
        if shots:
            page.wait_for_timeout(300)
            page.screenshot(path=Path(shots) / f"{name}-{size['width']}.png", full_page=True)
        # What is wide holds nothing more than what is a desk's width.
        assert size == WIDE or serious(page) == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, name
        assert page.locator("h1").count() == 1, name
        assert complaints == []
        context.close()
        seen += 1
    assert seen == 14


def test_an_auditor_finds_reads_and_takes_a_dossier_with_the_keyboard(
    chromium: Browser, worked: tuple[Office, str, str], tmp_path: Path
) -> None:
    up, reference, _ = worked
    context = tab(chromium, up, Role.AUDITOR, DESKTOP)
    page = context.new_page()
    page.goto(f"{HOME}/")
    page.wait_for_url("**/audit")
    page.locator("#q").focus()
    page.keyboard.type("diallo dup")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=diallo*")
    page.get_by_role("link", name=reference, exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/audit/{reference}")
    for label in ("Octets", "Signatures", "Heure", "Journal", "Dernier contrôle", "Conservation"):
        assert page.locator(".preuves .label", has_text=label).count() >= 1
    assert page.locator(".preuves .non").count() == 0
    first = page.locator(".pages img").first
    first.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 500", arg=first.element_handle())
    page.get_by_role("button", name="Contrôler les signatures").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#controle")
    said = page.locator("section", has=page.locator("#controle")).inner_text()
    assert "tout est conforme" in said, said
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger le dossier").click()
    taken = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(taken)
    context.close()
    assert taken.name == f"{reference}.zip"
    with zipfile.ZipFile(taken) as held:
        held.extractall(tmp_path / "sorti")
    summed(tmp_path / "sorti" / reference, "manifest-sha256.txt")


def summed(folder: Path, sums: str) -> None:
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", sums],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_what_the_auditor_did_is_before_the_organisation_s_eyes(
    chromium: Browser, worked: tuple[Office, str, str], tmp_path: Path
) -> None:
    up, reference, _ = worked
    auditor = tab(chromium, up, Role.AUDITOR, DESKTOP)
    page = auditor.new_page()
    page.goto(f"{HOME}/audit?q=diallo")
    page.goto(f"{HOME}/audit/{reference}")
    page.goto(f"{HOME}/audit")
    boxes = page.locator("input[name=dossier]")
    assert boxes.count() == 2
    boxes.nth(0).check()
    boxes.nth(1).check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger les dossiers choisis").click()
    assert waiting.value.suggested_filename.startswith("dossiers-")
    waiting.value.save_as(tmp_path / "selection.zip")
    with zipfile.ZipFile(tmp_path / "selection.zip") as held:
        held.extractall(tmp_path)
    summed(tmp_path, "SHA256SUMS")
    assert (tmp_path / "index.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    auditor.close()
    admin = tab(chromium, up, Role.ADMINISTRATOR, DESKTOP)
    page = admin.new_page()
    page.goto(f"{HOME}/acces?reference={reference}")
    shown = page.locator("tbody").inner_text()
    for word in ("consultation", "téléchargement", "auditor@fournil", "Contrôle DRIEETS 2026-14"):
        assert word in shown
    page.goto(f"{HOME}/acces")
    shown = page.locator("tbody").inner_text()
    assert "recherche" in shown
    assert "envoi d’une sélection" in shown
    assert "diallo" not in shown.casefold()
    admin.close()
