"""The auditor in a real browser: a dossier found, read, checked, taken away, and written down."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from docgen.access import Role
from docgen.web.office.guarding import HOME
from tests.web.office.furnished import Furnished
from tests.web.office.walking import tab

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_an_auditor_finds_reads_and_takes_a_dossier_with_the_keyboard(
    chromium: Browser, worked: Furnished, tmp_path: Path
) -> None:
    up, reference = worked.up, worked.done
    context = tab(chromium, up, Role.AUDITOR)
    page = context.new_page()
    page.goto(f"{HOME}/")
    page.wait_for_url("**/audit")
    page.locator("#q").focus()
    page.keyboard.type("diallo lut")
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
    chromium: Browser, worked: Furnished, tmp_path: Path
) -> None:
    up, reference = worked.up, worked.done
    auditor = tab(chromium, up, Role.AUDITOR)
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
    admin = tab(chromium, up, Role.ADMINISTRATOR)
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


def test_a_mission_is_opened_in_the_office_and_bounds_what_its_auditor_sees(
    chromium: Browser, worked: Furnished
) -> None:
    admin = tab(chromium, worked.up, Role.ADMINISTRATOR)
    page = admin.new_page()
    page.goto(f"{HOME}/missions")
    page.get_by_label("Dernier jour de la mission").fill("2027-03-31")
    page.get_by_label("Motif").fill("Contrôle FSE 2027-02")
    page.get_by_label("SIRET ou SIREN d’une entreprise").fill("404 833 048")
    page.get_by_role("button", name="Ouvrir la mission").click()
    row = page.get_by_role("row", name="Contrôle FSE 2027-02")
    assert "en cours" in row.inner_text()
    auditor = tab(chromium, worked.up, Role.AUDITOR)
    seen = auditor.new_page()
    seen.goto(f"{HOME}/mission")
    seen.get_by_role("button", name="Contrôle FSE 2027-02").click()
    seen.wait_for_url("**/audit")
    companies = {line.inner_text() for line in seen.locator("td[data-nom=Entreprise]").all()}
    assert len(companies) == 1
    assert "Hôtel de la Glacière" in companies.pop()
    # The dossier of another company does not exist.
    seen.goto(f"{HOME}/audit/{worked.done}")
    assert "n’existe pas" in seen.get_by_role("heading", level=1).inner_text()
    page.goto(f"{HOME}/missions")
    row.get_by_role("button", name="Clore").click()
    assert "en cours" not in row.inner_text()
    seen.goto(f"{HOME}/mission")
    assert seen.get_by_role("button", name="Contrôle FSE 2027-02").count() == 0
    admin.close()
    auditor.close()
