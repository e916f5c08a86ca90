"""Takes the pictures of docs/guide/ and of the README from the product itself: `make guide`.

The office is the one that the browser tests walk through (`tests/web/office/furnished.py`), at a
fixed morning: the same pictures each time, but for what the product has become.
"""

from __future__ import annotations

import dataclasses
import io
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from docgen.access import Role
from docgen.actions.accounts.first import first_key
from docgen.actions.desk import SigningDesk
from docgen.actions.following import agreement
from docgen.cli.played_signer import links
from docgen.documents.convert import Converter
from docgen.documents.pages import page_count, page_image
from docgen.settings import Settings
from docgen.web.office.guarding import HOME
from docgen.wiring import open_ports
from tests.web.conftest import running
from tests.web.memory_desk import MemoryDesk
from tests.web.office.furnished import NOW, Furnished, opened
from tests.web.office.walking import tab

IMAGES = Path(__file__).parents[1] / "docs" / "guide" / "images"
MOST_BYTES = 60_000
DESK = ViewportSize(width=1100, height=760)
PHONE = ViewportSize(width=390, height=844)
# A Chromium without its language packs writes days the American way; the officer's does not.
DAYS_IN_FRENCH = """() => document.querySelectorAll('input[type=date]').forEach(e => {
  const [y, m, d] = e.value.split('-');
  e.type = 'text'; e.value = d ? `${d}/${m}/${y}` : ''; e.placeholder = 'jj/mm/aaaa';
})"""


@dataclass(frozen=True)
class Shot:
    """A picture: who opens which page, what they do there, and the part that is kept."""

    who: Role | None
    address: Callable[[Furnished], str]
    do: Callable[[Page], None] = lambda _page: None
    part: str = ""
    size: ViewportSize = dataclasses.field(default_factory=lambda: DESK)


def _at_the_fault(page: Page) -> None:
    page.locator(".a-corriger a").first.click()


def _with_pages(page: Page) -> None:
    page.get_by_role("link", name="Voir les pages").click()
    page.wait_for_selector("#apercu img")
    page.wait_for_load_state("networkidle")
    aside = "document.querySelector('.cote-etabli')"
    page.evaluate(f"{aside}.scrollTop = document.querySelector('.apercu-cadre').offsetTop - 8")
    page.evaluate("scrollTo(0, 0)")


def _on_site(page: Page) -> None:
    page.locator("summary", has_text="Signer sur place").first.click()
    page.locator("[name=identite][value=connu]").first.check()
    page.get_by_role("button", name="Ouvrir la signature").first.click()
    page.wait_for_selector(".qr svg")


def _unfolded(words: str) -> Callable[[Page], None]:
    return lambda page: page.locator("summary", has_text=words).first.click()


def _pages_to_send(page: Page) -> None:
    _unfolded("Signer à la main, sur papier")(page)
    page.get_by_role("button", name="ouvrir l’envoi des photos").click()
    link = page.get_by_role("link", name="envoyer une numérisation").get_attribute("href")
    page.goto(urlsplit(link or "").path)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/papier")


def _to_sign(page: Page) -> None:
    page.get_by_role("button", name="Ouvrir le document").click()
    page.wait_for_url("**/signature")
    page.wait_for_load_state("networkidle")


def _typed(words: str) -> Callable[[Page], None]:
    def typing(page: Page) -> None:
        page.locator("#q").press_sequentially(words)
        page.wait_for_selector("#trouves a")

    return typing


def _link(one: Furnished) -> str:
    """What a company’s manager received, and has not opened yet."""
    mine = [link for to, of, link in links(one.mail) if "gerance" in to and of == one.out]
    return urlsplit(mine[-1]).path


A, O, U = Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR  # noqa: E741
SHOTS: dict[str, Shot] = {
    "tableau": Shot(O, lambda _: "/tableau"),
    "tableau-telephone": Shot(O, lambda _: "/tableau", size=PHONE),
    "chercher": Shot(O, lambda _: "/tableau", _typed("diallo")),
    "preparer": Shot(O, lambda _: "/preparer", part="main"),
    "loi": Shot(O, lambda one: f"/brouillons/{one.refused_by_law}", _at_the_fault),
    "horaires": Shot(O, lambda one: f"/brouillons/{one.ready}", part="#c-horaires .semaine"),
    "apercu": Shot(O, lambda one: f"/brouillons/{one.ready}", _with_pages),
    "plusieurs": Shot(O, lambda one: f"/brouillons/{one.ready}/groupe"),
    "envoi": Shot(O, lambda one: f"/brouillons/{one.ready}/envoi", part="main"),
    "echeances": Shot(O, lambda _: "/echeances", part="section:has(> #frise)"),
    "essai": Shot(A, lambda one: f"/modeles/essais/{one.good_trial}"),
    "essai-refuse": Shot(O, lambda one: f"/modeles/essais/{one.bad_trial}"),
    "importer": Shot(O, lambda _: "/importer", part="main"),
    "accord": Shot(O, lambda one: f"/accords/{one.out}"),
    "adresse": Shot(
        O,
        lambda one: f"/accords/{one.out}",
        _unfolded("Corriger l’adresse"),
        part=".signatures li:nth-of-type(2)",
    ),
    "papier": Shot(
        O, lambda one: f"/accords/{one.out}", _unfolded("sur papier"), part="#papier"
    ),
    "suite": Shot(O, lambda one: f"/accords/{one.done}", part="section:has(> #suite)"),
    "entreprise": Shot(O, lambda _: "/entreprises/552100554"),
    "chiffres": Shot(O, lambda _: "/chiffres?annee=2023"),
    "noter": Shot(
        O,
        lambda one: f"/accords/{one.done}",
        _unfolded("Noter ce qui vient"),
        part="section:has(> #autour)",
    ),
    "annees": Shot(O, lambda _: "/tableau", part="section:has(> #annees)"),
    "missions": Shot(A, lambda _: "/missions", part="main"),
    "dossier": Shot(U, lambda one: f"/audit/{one.done}"),
    "courriel": Shot(A, lambda _: "/courriels/invitation/page", size=PHONE),
    "signature-telephone": Shot(None, _link, _to_sign, size=PHONE),
    # Each changes something: after all that must not show it.
    "sur-place": Shot(O, lambda one: f"/accords/{one.out}", _on_site, part="main"),
    "papier-telephone": Shot(
        O, lambda one: f"/accords/{one.out}", _pages_to_send, size=PHONE
    ),
}  # fmt: skip
# Taken another way: of an empty office, of a PDF.
OTHERS = ("premier-demarrage", "convention-signee")


def main() -> None:
    """Take them all."""
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Converter(deadline=60) as converter,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        _of_an_empty_office(chromium, Path(scratch))
        with opened(Path(scratch) / "bureau", converter) as one:
            for name, shot in SHOTS.items():
                _keep(name, _taken(chromium, one, shot))
            pdf = agreement.document(one.up.ports, one.done)
            _keep("convention-signee", page_image(pdf, page_count(pdf) - 1, dpi=80))
    print(f"{IMAGES} : {len(SHOTS) + len(OTHERS)} images.")


def _taken(chromium: Browser, one: Furnished, shot: Shot) -> bytes:
    context = tab(chromium, one.up, shot.who, shot.size)
    page = context.new_page()
    address = shot.address(one)
    page.goto(address if address.startswith("/s/") else f"{HOME}{address}")
    shot.do(page)
    page.evaluate(DAYS_IN_FRENCH)
    try:
        return page.locator(shot.part).screenshot() if shot.part else page.screenshot()
    finally:
        context.close()


def _of_an_empty_office(chromium: Browser, folder: Path) -> None:
    settings = Settings(_env_file=None, home=folder / "vide")
    with (
        open_ports(settings, NOW) as ports,
        running(cast("MemoryDesk", SigningDesk(ports)), office=ports) as site,
    ):
        page = chromium.new_page(viewport=DESK, locale="fr-FR")
        page.goto(f"{site.url}{HOME}/premier-demarrage?cle={first_key(ports)}")
        _keep("premier-demarrage", page.locator("main").screenshot())


def _keep(name: str, png: bytes) -> None:
    """As a WebP file light enough for the page it is in."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    tries = (_webp(picture, quality) for quality in range(82, 20, -6))
    (IMAGES / f"{name}.webp").write_bytes(next(one for one in tries if len(one) <= MOST_BYTES))


def _webp(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality, method=6)
    return out.getvalue()


if __name__ == "__main__":
    main()
