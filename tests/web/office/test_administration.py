"""The pages of who looks after the installation: its health, its mails, who is inside."""

from __future__ import annotations

import dataclasses
import re

from fastapi import FastAPI
from starlette.routing import Mount

from docgen.access import Role
from docgen.checkup import Check, tried
from docgen.errors import Unavailable
from docgen.mail.compose import Message
from docgen.mail.specimens import specimens
from docgen.web.office.guarding import HOME
from tests.samples import NOW
from tests.web.conftest import words
from tests.web.office.conftest import Office, jeton_of


def office_of(up: Office) -> FastAPI:
    """The office's own application, whose parts a test changes."""
    found = next(one for one in up.site.app.routes if isinstance(one, Mount) and one.path == HOME)
    assert isinstance(found.app, FastAPI)
    return found.app


def test_health_says_what_is_well_what_to_watch_and_how_to_mend(standing: Office) -> None:
    def down() -> tuple[str, tuple[str, ...]]:
        raise Unavailable("Prefect ne répond pas.", "Lancer « prefect server start ».")

    office = office_of(standing)
    door = office.state.office
    checks = [
        Check("Base de données", "bon", "répond ; 3 accords"),
        tried("SMS", lambda: ("vers un dossier", ("Les SMS restent dans <var>.",))),
        tried("Prefect", down),
    ]
    office.state.office = dataclasses.replace(door, checkup=lambda: checks)
    with standing.browser(Role.ADMINISTRATOR) as client:
        page = client.get(f"{HOME}/sante").text
    office.state.office = door
    said = words(page)
    assert "1 en panne" in said
    assert "Prefect en panne Prefect ne répond pas. Lancer « prefect server start »." in said
    assert "SMS à surveiller Vers un dossier" in said
    assert "<var>" not in page
    assert [one.state for one in checks] == ["bon", "veiller", "panne"]


def test_every_mail_is_shown_as_text_and_alone(standing: Office) -> None:
    made = list(specimens("Le Fournil Solidaire", standing.ports.site_url, NOW))
    with standing.browser(Role.ADMINISTRATOR) as client:
        listed = client.get(f"{HOME}/courriels").text
        for one in made:
            assert f'href="{HOME}/courriels/{one.name}"' in listed
            assert client.get(f"{HOME}/courriels/{one.name}").status_code == 200
            alone = client.get(f"{HOME}/courriels/{one.name}/page")
            if isinstance(one.message, Message):
                assert "sandbox" in alone.headers["content-security-policy"]
            else:
                assert alone.status_code == 404
        assert client.get(f"{HOME}/courriels/<script>").status_code == 404


def test_a_mail_to_oneself_goes_where_mails_go(standing: Office) -> None:
    gone: list[Message] = []
    office = office_of(standing)
    door = office.state.office
    ports = dataclasses.replace(door.ports, post=lambda message, _id, _now: gone.append(message))
    office.state.office = dataclasses.replace(door, ports=ports)
    with standing.browser(Role.ADMINISTRATOR) as client:
        jeton = jeton_of(client.get(f"{HOME}/courriels").text)
        sent = client.post(f"{HOME}/courriels/essai", data={"jeton": jeton})
    office.state.office = door
    assert sent.headers["location"] == f"{HOME}/courriels?fait=essai"
    assert [one.to for one in gone] == ["administrator@fournil.example.org"]
    assert gone[0].subject.startswith("[Essai] ")
    assert re.search(r"/s/exemple\b", gone[0].text)


def test_an_administrator_shuts_a_browser_out_at_once(bureau: Office) -> None:
    with bureau.browser(Role.ADMINISTRATOR) as client:
        page = client.get(f"{HOME}/comptes").text
        assert "Qui est connecté 5" in words(page)
        officer = bureau.accounts[Role.OFFICER]
        out = re.search(rf'action="{HOME}(/comptes/{officer}/appareils/[0-9a-f]+)"', page)
        assert out
        form = {"jeton": jeton_of(page)}
        # Another's identifier with this account's is nobody's.
        other = out[1].replace(officer, bureau.accounts[Role.READER])
        assert client.post(f"{HOME}{other}", data=form).status_code == 404
        assert client.post(f"{HOME}{out[1]}", data=form).status_code == 303
        assert client.post(f"{HOME}{out[1]}", data=form).status_code == 404
    with bureau.browser(Role.OFFICER) as client:
        assert "/entree" in client.get(f"{HOME}/tableau").headers["location"]
