"""Each page of the office in a real browser: axe, phone and desk, enlarged, its words alone.

The list is held against the routes: a page that is not visited fails the first test.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page, ViewportSize

from docgen.access import Role
from docgen.actions.following.lists import adviser_key
from docgen.web.office.app import ROOMS
from docgen.web.office.guarding import HOME
from tests.web.office.furnished import Furnished
from tests.web.office.walking import tab

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PHONE = ViewportSize(width=360, height=780)
DESKTOP = ViewportSize(width=1280, height=900)
WIDE = ViewportSize(width=1920, height=1080)
# What 1280 pixels become when a reader enlarges to 200 %.
ENLARGED = ViewportSize(width=640, height=450)

Address = Callable[[Furnished], str]


@dataclass(frozen=True)
class Visit:
    """A page, who opens it, and where it is: the route's path, then what fills it."""

    who: Role | None
    route: str
    address: Address


def at(who: Role | None, route: str, address: Address | str | None = None) -> Visit:
    """A page at its own path unless another address is said."""
    if callable(address):
        return Visit(who, route, address)
    said = address or route
    return Visit(who, route, lambda _: said)


ADVISER = "samira.benali@fournil.example.org"
A, O, U = Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR  # noqa: E741
VISITS = {
    "entree": at(None, "/entree"),
    "oubli": at(None, "/oubli"),
    "lien": at(None, "/lien/{token}", lambda one: f"/lien/{one.link.rpartition('/')[2]}"),
    "tableau": at(O, "/tableau"),
    "tableau-lecteur": at(Role.READER, "/tableau"),
    "pile": at(O, "/tableau", "/tableau?pile=bilan"),
    "preparer": at(O, "/preparer"),
    "brouillon-refuse": at(
        O, "/brouillons/{draft_id}", lambda one: f"/brouillons/{one.refused_by_law}?tout=oui"
    ),
    "brouillon": at(O, "/brouillons/{draft_id}", lambda one: f"/brouillons/{one.ready}"),
    "apercu": at(O, "/brouillons/{draft_id}/apercu", lambda one: f"/brouillons/{one.ready}/apercu"),
    "groupe": at(O, "/brouillons/{draft_id}/groupe", lambda one: f"/brouillons/{one.ready}/groupe"),
    "envoi": at(O, "/brouillons/{draft_id}/envoi", lambda one: f"/brouillons/{one.ready}/envoi"),
    "accords": at(O, "/accords"),
    "accords-aucun": at(O, "/accords", "/accords?q=absent&statut=refuse"),
    "accord-envoye": at(O, "/accords/{reference}", lambda one: f"/accords/{one.out}"),
    "accord-archive": at(O, "/accords/{reference}", lambda one: f"/accords/{one.done}"),
    "accord-refuse": at(O, "/accords/{reference}", lambda one: f"/accords/{one.declined}"),
    "entreprise": at(O, "/entreprises/{siren}", "/entreprises/552100554"),
    "entreprise-passee": at(O, "/entreprises/{siren}", "/entreprises/552100554?annee=2023"),
    "modeles": at(O, "/modeles"),
    "modele": at(O, "/modeles/{kind}", "/modeles/pmsmp"),
    "essai": at(A, "/modeles/essais/{batch_id}", lambda one: f"/modeles/essais/{one.good_trial}"),
    "essai-refuse": at(
        O, "/modeles/essais/{batch_id}", lambda one: f"/modeles/essais/{one.bad_trial}"
    ),
    "importer": at(O, "/importer"),
    "envois": at(O, "/envois"),
    "lot-refuse": at(O, "/lots/{batch_id}", lambda one: f"/lots/{one.refused_batch}"),
    "lot-envoi": at(O, "/lots/{batch_id}", lambda one: f"/lots/{one.sent_batch}"),
    "entreprises": at(O, "/entreprises"),
    "entreprises-aucune": at(O, "/entreprises", "/entreprises?q=absente"),
    "personnes": at(O, "/personnes"),
    "referents": at(O, "/referents"),
    "referent": at(O, "/referents/{adviser_key}", f"/referents/{adviser_key(ADVISER)}"),
    "echeances": at(O, "/echeances"),
    "evenements": at(O, "/evenements"),
    "chiffres": at(O, "/chiffres", "/chiffres?annee=2023"),
    "chiffres-lecteur": at(Role.READER, "/chiffres", "/chiffres?annee=2022&externe=oui"),
    "personne": at(O, "/personnes/{key}", lambda one: f"/personnes/{one.person}"),
    "recherche": at(U, "/audit", "/audit?q=diallo"),
    "recherche-vide": at(U, "/audit", "/audit?q=absent&siret=12"),
    "dossier": at(U, "/audit/{reference}", lambda one: f"/audit/{one.done}"),
    "absent": at(U, "/audit/{reference}", "/audit/PMSMP-2026-9999"),
    "mission": at(U, "/mission"),
    "acces": at(A, "/acces"),
    "missions": at(A, "/missions"),
    "comptes": at(A, "/comptes"),
    "compte": at(O, "/compte"),
    "second-facteur": at(O, "/second-facteur"),
    "conservation": at(O, "/conservation"),
    "elimination": at(
        A, "/conservation/listes/{number}", lambda one: f"/conservation/listes/{one.disposal}"
    ),
    "sante": at(A, "/sante"),
    "courriels": at(A, "/courriels"),
    "courriel": at(A, "/courriels/{name}", "/courriels/invitation"),
}
# Pages that another test visits, or that are no page of the office.
ELSEWHERE = {
    "/": "goes on to one of the others",
    "/code": "test_day_in_a_browser",
    "/premier-demarrage": "test_day_in_a_browser",
    "/entree/fournisseur": "goes on to the identity provider",
    "/entree/fournisseur/retour": "goes on to the office, in test_identity_provider",
    "/courriels/{name}/page": "a mail, in the test below",
    "/chercher": "a piece of the board",
    "/lots/{batch_id}/progres": "a stream, in test_batches_pages",
    "/brouillons/{draft_id}/connus": "a piece of a draft's page",
    "/brouillons/{draft_id}/ligne": "a piece of a draft's page",
}
FILES = (".docx", ".pdf", ".png", ".svg", ".csv", ".xlsx", ".ics")


def test_every_page_that_the_office_has_is_visited() -> None:
    routes = {
        route.path
        for room in ROOMS
        for route in room.router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }
    pages = {path for path in routes if not path.endswith(FILES)}
    visited = {one.route for one in VISITS.values()}
    assert pages - visited == set(ELSEWHERE)
    assert visited <= pages


def serious(page: Page) -> list[str]:
    """What axe holds against a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("name", VISITS)
def test_axe_has_nothing_serious_to_say_and_nothing_overflows(
    chromium: Browser, worked: Furnished, name: str
) -> None:
    visit = VISITS[name]
    context = tab(chromium, worked.up, visit.who, PHONE)
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{HOME}{visit.address(worked)}")
    for size in (PHONE, ENLARGED, DESKTOP, WIDE):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, size
        if shots := os.environ.get("BUREAU_SHOTS", ""):
            page.wait_for_timeout(200)
            page.screenshot(path=Path(shots) / f"{name}-{size['width']}.png", full_page=True)
        if size in (PHONE, DESKTOP):
            assert serious(page) == [], size
    assert page.locator("h1").count() == 1
    assert page.title() != "Bureau"
    assert complaints == []
    context.close()


# What moves although the reader asked for stillness, and what has no words to be heard by.
STILL = """() => [...document.querySelectorAll('*')].filter(e => {
  const s = getComputedStyle(e);
  return s.animationName !== 'none' || s.transitionDuration.split(',').some(d => parseFloat(d) > 0);
}).map(e => e.tagName + '.' + e.className)"""
NAMELESS = """() => [...document.querySelectorAll(
  'input:not([type=hidden]), select, textarea, button, a[href], summary')]
  .filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')
    || e.querySelector('img[alt]:not([alt=""])')))
  .map(e => e.outerHTML.slice(0, 120))"""


def test_nothing_moves_for_who_asked_for_stillness_and_everything_has_its_words(
    chromium: Browser, worked: Furnished
) -> None:
    for name in ("tableau", "brouillon", "accord-envoye", "dossier", "comptes"):
        context = tab(chromium, worked.up, VISITS[name].who)
        page = context.new_page()
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{HOME}{VISITS[name].address(worked)}")
        assert page.evaluate(STILL) == [], name
        assert page.evaluate(NAMELESS) == [], name
        context.close()


def test_a_mail_is_read_on_a_phone_without_scrolling_sideways(
    chromium: Browser, worked: Furnished
) -> None:
    context = tab(chromium, worked.up, A, PHONE)
    page = context.new_page()
    page.goto(f"{HOME}/courriels")
    links = page.locator(f'a[href^="{HOME}/courriels/"]')
    found = [str(one.get_attribute("href")) for one in links.all()]
    names = [one for one in found if "/sms-" not in one]
    assert len(names) >= 15
    for name in names:
        page.goto(f"{name}/page")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        if shots := os.environ.get("BUREAU_SHOTS", ""):
            page.screenshot(
                path=Path(shots) / f"mail-{name.rpartition('/')[2]}.png", full_page=True
            )
    context.close()
