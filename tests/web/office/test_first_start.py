"""The first start: an empty database opens on the page that creates its administrator, once."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.accounts.first import first_key
from docgen.actions.ports import Ports
from docgen.settings import Settings
from docgen.web.office.guarding import HOME
from docgen.wiring import open_ports
from tests.samples import NOW
from tests.web.conftest import Running, running, words
from tests.web.memory_desk import MemoryDesk
from tests.web.office.conftest import PASSWORD, jeton_of

PAGE = f"{HOME}/premier-demarrage"
SAID = {
    "raison_sociale": "La Ruche d’Essai", "siret": "73282932000074", "nature": "ACI",
    "nom": "Alix Martin", "courriel": "alix@ruche.example.org", "nouveau": PASSWORD,
    "encore": PASSWORD,
}  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Ports]:
    database = tmp_path / "docgen.sqlite3"
    shutil.copyfile(migrated_sqlite, database)
    settings = Settings(_env_file=None, home=tmp_path / "var", database_url=f"sqlite:///{database}")
    with open_ports(settings, NOW) as ports:
        yield ports


def send(site: Running, **changed: str) -> httpx.Response:
    with site.browser() as client:
        jeton = jeton_of(client.get(PAGE).text)
        return client.post(PAGE, data={"jeton": jeton, **SAID, **changed})


def test_an_empty_office_opens_on_the_page_that_creates_its_administrator(empty: Ports) -> None:
    with running(MemoryDesk(), office=empty) as site:
        with site.browser() as client:
            entry = client.get(f"{HOME}/entree")
        assert entry.headers["location"] == PAGE
        wrong = send(site, siret="123", courriel="x", encore="autre")
        assert wrong.status_code == 422
        assert "La Ruche" in wrong.text
        assert PASSWORD not in wrong.text
        faults: tuple[dict[str, str], ...] = (
            *({"siret": "123"}, {"courriel": "x"}, {"nom": " "}, {"nature": "XX"}),
            *({"raison_sociale": ""}, {"nouveau": "court", "encore": "court"}),
        )
        for changed in faults:
            assert send(site, **changed).status_code == 422, changed
        assert manage.accounts(empty) == []
        done = send(site)
        assert done.headers["location"] == f"{HOME}/"
        with site.browser() as client:
            client.cookies.extract_cookies(done)
            # The second factor comes first, as for every administrator.
            assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/second-facteur"
            assert "La Ruche d’Essai" in words(client.get(f"{HOME}/second-facteur").text)
        # The door is shut for good, whatever key is brought.
        with site.browser() as client:
            assert client.get(f"{PAGE}?cle={first_key(empty)}").status_code == 303
            jeton = jeton_of(client.get(f"{HOME}/entree").text)
            again = client.post(PAGE, data={"jeton": jeton, **SAID, "courriel": "b@x.example.org"})
            assert again.headers["location"] == f"{HOME}/entree"
    assert [one.role for one in manage.accounts(empty)] == [Role.ADMINISTRATOR]


def test_from_elsewhere_the_terminal_s_key_is_asked(empty: Ports) -> None:
    public = dataclasses.replace(empty, site_url="https://signature.example.org")
    with running(MemoryDesk(), office=public) as site, site.browser() as client:
        assert "docgen serve" in client.get(f"{PAGE}?cle=x").text
        assert client.get(f"{PAGE}?cle=%C3%A9").status_code == 200
        shown = client.get(f"{PAGE}?cle={first_key(public)}").text
        jeton = jeton_of(shown)
        refused = client.post(PAGE, data={"jeton": jeton, **SAID})
        assert refused.status_code == 404
        assert client.post(PAGE, data={"jeton": "x", **SAID}).status_code == 403
        admitted = client.post(PAGE, data={"jeton": jeton, "cle": first_key(public), **SAID})
        assert admitted.headers["location"] == f"{HOME}/"
