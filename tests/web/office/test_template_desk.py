"""A Word template tried, looked at, published and put back, from the office's pages."""

from __future__ import annotations

import re

import httpx
import pytest

from docgen.access import Role
from docgen.actions.batches import keeping, working
from docgen.actions.ports import Ports
from docgen.actions.publish import publish
from docgen.actions.template import current, published
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.web.office.guarding import HOME
from tests.databases import on_sqlite
from tests.samples import NOW
from tests.web.conftest import words
from tests.web.office.conftest import jeton_of, office_over
from tests.web.office.furnished import retouched
from tests.web.office.test_batches_pages import ended

pytestmark = [pytest.mark.slow, on_sqlite]

SENTENCE = "Le tuteur accueille la personne le premier jour."


def tried(client: httpx.Client, content: bytes, kind: str = "pmsmp") -> str:
    """The address of a trial that is over."""
    jeton = jeton_of(client.get(f"{HOME}/modeles/{kind}").text)
    files = {"modele": ("le mien.docx", content)}
    answer = client.post(f"{HOME}/modeles/essais", data={"jeton": jeton, "type": kind}, files=files)
    assert answer.status_code == 303, words(answer.text)
    place = answer.headers["location"]
    ended(client, place.replace("/modeles/essais/", "/lots/"))
    return str(place)


def pressed(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    jeton = jeton_of(client.get(f"{HOME}/compte").text)
    return client.post(path, data={"jeton": jeton, **form})


def test_a_template_is_tried_looked_at_published_and_put_back(ports: Ports) -> None:
    with office_over(ports) as up, up.browser(Role.OFFICER) as officer:
        word = officer.get(f"{HOME}/modeles/pmsmp/fichier.docx").content
        assert word == current(ports, "pmsmp").content
        place = tried(officer, retouched(SENTENCE))
        page = officer.get(place).text
        assert f"Après : {SENTENCE}" in words(page)
        assert "Un administrateur peut maintenant la publier" in page
        for which in ("dessin", "avant", "apres"):
            picture = officer.get(f"{place}/{which}/1.png")
            assert picture.content[:4] == b"\x89PNG", which
        assert officer.get(f"{place}/apres/99.png").status_code == 404
        assert officer.get(f"{place}/ailleurs/1.png").status_code == 404
        assert pressed(officer, f"{place}/publication").status_code == 403
        assert current(ports, "pmsmp").number is None
        with up.browser(Role.ADMINISTRATOR) as chief:
            assert pressed(chief, f"{place}/publication", note="L’accueil").status_code == 303
            ended(chief, place.replace("/modeles/essais/", "/lots/"))
            assert "C’est publié : pmsmp@1" in words(chief.get(place).text)
            assert pressed(chief, f"{place}/publication").status_code == 409
            with ports.database.read() as session:
                acts = [one.act for one in queries.office_entries(session)]
                version = queries.latest_template(session, "pmsmp")
            assert version is not None
            assert (version.note, acts.count(OfficeAct.PUBLISHED)) == ("L’accueil", 1)
            # Back to the one before: tried and shown like any other.
            back = pressed(chief, f"{HOME}/modeles/pmsmp/fichier/reprise").headers["location"]
            ended(chief, back.replace("/modeles/essais/", "/lots/"))
            assert f"Avant : {SENTENCE}" in words(chief.get(back).text)
            pressed(chief, f"{back}/publication")
            ended(chief, back.replace("/modeles/essais/", "/lots/"))
            assert current(ports, "pmsmp").number == 2
            listed = words(chief.get(f"{HOME}/modeles/pmsmp").text)
            assert "2 sert" in listed
            assert SENTENCE not in str(published(ports, "pmsmp@2").content)


def test_what_is_wrong_is_shown_at_its_page_and_can_t_be_published(ports: Ports) -> None:
    with office_over(ports) as up, up.browser(Role.ADMINISTRATOR) as chief:
        place = tried(chief, retouched("Le premier jour est le {{ debu }}, tôt le matin."))
        page = chief.get(place).text
        assert "ne peut pas être publié" in words(page)
        at = re.search(r'<h2 id="page-(\d)">', page)
        assert at
        assert f"{place}/dessin/{at[1]}.png" in page
        assert "debu" in page
        assert pressed(chief, f"{place}/publication").status_code == 409


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"du texte", "pas un document Word"),
        (b"PK\x03\x04", "pas un document Word"),
        (b"", "Choisissez"),
    ],
)
def test_what_is_no_word_file_is_told(ports: Ports, content: bytes, said: str) -> None:
    with office_over(ports) as up, up.browser(Role.OFFICER) as officer:
        if content:
            assert said in words(officer.get(tried(officer, content)).text)
            return
        jeton = jeton_of(officer.get(f"{HOME}/modeles/pmsmp").text)
        files = {"modele": ("vide.docx", content)}
        form = {"jeton": jeton, "type": "pmsmp"}
        answer = officer.post(f"{HOME}/modeles/essais", data=form, files=files)
        assert answer.status_code == 422
        assert said in answer.text


def test_a_version_published_meanwhile_stops_the_other(ports: Ports) -> None:
    with office_over(ports) as up:
        chief = up.accounts[Role.ADMINISTRATOR]
        batch = keeping.ask_to_try(ports, "pmsmp", "a.docx", retouched(SENTENCE), chief, NOW)
        working.work(ports, batch, lambda: NOW)
        publish(ports, "pmsmp", retouched("Une autre phrase, publiée avant."), NOW, "Luc")
        keeping.say_yes(ports, batch, chief, NOW)
        working.work(ports, batch, lambda: NOW)
        view = keeping.opened(ports, batch)
        assert view.state == "refuse"
        assert "pmsmp@1" in view.report["faults"][0][1]
        assert current(ports, "pmsmp").number == 1
