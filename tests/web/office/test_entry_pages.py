"""The entry, as a browser without JavaScript walks it."""

from __future__ import annotations

import logging

import httpx
import pytest

from docgen import credentials
from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.web.office.guarding import HOME
from docgen.web.shield import NO_LINKS
from docgen.web.site import site_of
from tests.samples import NOW
from tests.web.conftest import words
from tests.web.office.conftest import COOKIE, PASSWORD, TOTP, Office, jeton_of

pytestmark = pytest.mark.slow


def enter(client: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    form = {
        "jeton": jeton_of(client.get(f"{HOME}/entree").text),
        "courriel": email,
        "mot_de_passe": password,
    }
    return client.post(f"{HOME}/entree", data=form)


def test_an_officer_enters_with_a_password_and_leaves(bureau: Office) -> None:
    with bureau.browser() as client:
        assert client.get("/").headers["location"] == f"{HOME}/"
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/entree"
        answer = enter(client, "Officer@fournil.example.org ")
        assert answer.headers["location"] == f"{HOME}/"
        cookie = next(one for one in answer.headers.get_list("set-cookie") if COOKIE in one)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/;" in cookie
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/tableau"
        page = client.get(f"{HOME}/audit")
        assert page.status_code == 200
        assert "Accès" in page.text
        assert "Comptes" not in words(page.text)
        left = client.post(f"{HOME}/sortie", data={"jeton": jeton_of(page.text)})
        assert left.status_code == 303
        client.cookies.set(COOKIE, cookie.split("=")[1].split(";")[0])
        assert client.get(f"{HOME}/audit").headers["location"] == f"{HOME}/entree?fini=oui"


def test_behind_https_the_cookie_is_host_and_secure(bureau: Office) -> None:
    door = bureau.site.app.state.door
    assert door.site.cookie == "docgen"
    assert f"{site_of('https://exemple.fr').cookie}-bureau" == "__Host-docgen-bureau"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("officer@fournil.example.org", "une autre phrase"),
        ("personne@example.org", PASSWORD),
        ("", ""),
        ("officer@fournil.example.org", ""),
        ("officer@fournil.example.org", "x" * 10_000),
    ],
)
def test_a_wrong_entry_keeps_the_address_and_never_the_password(
    bureau: Office, email: str, password: str
) -> None:
    with bureau.browser() as client:
        answer = enter(client, email, password)
        assert answer.status_code == 422
        assert "n’est pas le bon" in answer.text
        assert f'value="{email}"' in answer.text
        assert not password or password not in answer.text
        assert COOKIE not in client.cookies


def test_an_administrator_gives_a_code_before_anything_opens(bureau: Office) -> None:
    with bureau.browser() as client:
        enter(client, "administrator@fournil.example.org")
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/code"
        assert client.get(f"{HOME}/comptes").status_code == 409
        page = client.get(f"{HOME}/code")
        form = {"jeton": jeton_of(page.text), "code": "000000"}
        assert client.post(f"{HOME}/code", data=form).status_code == 422
        form["code"] = credentials.code_at(TOTP, NOW)
        assert client.post(f"{HOME}/code", data=form).status_code == 303
        assert client.get(f"{HOME}/comptes").status_code == 200
        # The second factor can't be set up anew by who is merely inside.
        assert client.get(f"{HOME}/second-facteur").headers["location"] == f"{HOME}/compte"
        assert client.get(f"{HOME}/second-facteur.svg").status_code == 404


def test_an_auditor_is_invited_sets_all_up_and_arrives_at_the_dossiers(bureau: Office) -> None:
    email = "auditrice@drieets.example.org"
    manage.invite(bureau.ports, email, "Anne Durand", Role.AUDITOR, NOW, None)
    link = manage.link_in_hand(bureau.ports, email, NOW)
    place = f"{HOME}/lien/{link.rsplit('/', 1)[1]}"
    with bureau.browser() as client:
        page = client.get(place)
        assert "Anne Durand" in page.text
        form = {"jeton": jeton_of(page.text), "nouveau": "le vélo de ma tante", "encore": "autre"}
        assert client.post(place, data=form).status_code == 422
        form["encore"] = form["nouveau"]
        assert client.post(place, data=form).headers["location"].endswith("fait=mot-de-passe")
        assert client.get(place).status_code == 409
        enter(client, email, "le vélo de ma tante")
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/second-facteur"
        page = client.get(f"{HOME}/second-facteur")
        svg = client.get(f"{HOME}/second-facteur.svg")
        assert svg.headers["content-type"].startswith("image/svg")
        secret = page.text.split('class="empreinte">')[1].split("<")[0].replace(" ", "")
        form = {"jeton": jeton_of(page.text), "code": credentials.code_at(secret, NOW)}
        assert client.post(f"{HOME}/second-facteur", data=form).status_code == 303
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/mission"
        assert "Aucune mission" in client.get(f"{HOME}/mission").text
    with bureau.browser(Role.ADMINISTRATOR) as admin:
        page = admin.get(f"{HOME}/missions")
        form = {
            "jeton": jeton_of(page.text),
            "auditeur": email,
            "motif": "Contrôle FSE 2026-31",
            "jusqu_au": "2026-12-31",
        }
        assert admin.post(f"{HOME}/missions", data=form).status_code == 303
        wrong = admin.post(f"{HOME}/missions", data={**form, "jusqu_au": "2026-13-45"})
        assert wrong.status_code == 422
        assert "Contrôle FSE 2026-31" in wrong.text
    with bureau.browser() as client:
        bureau.site.clock.now = NOW.replace(minute=30)
        enter(client, email, "le vélo de ma tante")
        form = {
            "jeton": jeton_of(client.get(f"{HOME}/code").text),
            "code": credentials.code_at(secret, bureau.site.clock.now),
        }
        assert client.post(f"{HOME}/code", data=form).status_code == 303
        page = client.get(f"{HOME}/audit")
        assert "Contrôle FSE 2026-31" in page.text


def test_a_forgotten_password_answers_the_same_to_everybody(bureau: Office) -> None:
    with bureau.browser() as client:
        said = []
        for email in ("officer@fournil.example.org", "personne@example.org"):
            form = {"jeton": jeton_of(client.get(f"{HOME}/oubli").text), "courriel": email}
            answer = client.post(f"{HOME}/oubli", data=form)
            said.append((answer.status_code, answer.headers["location"]))
        assert said[0] == said[1]
        assert "Si un compte a cette adresse" in client.get(said[0][1]).text


@pytest.mark.parametrize("token", ["x" * 43, "court", "a" * 300, "%2e%2e%2f"])
def test_a_link_that_is_none_says_so(bureau: Office, token: str) -> None:
    with bureau.browser() as client:
        answer = client.get(f"{HOME}/lien/{token}")
        assert answer.status_code == 404


def test_the_links_never_reach_an_access_log() -> None:
    record = logging.LogRecord(
        "uvicorn.access", 20, "", 0, "%s", ("/bureau/lien/secret-1?x",), None
    )
    NO_LINKS.filter(record)
    assert record.args == ("/bureau/lien/…?x",)


def test_accounts_are_invited_changed_closed_on_the_page(bureau: Office) -> None:
    with bureau.browser(Role.ADMINISTRATOR) as client:
        page = client.get(f"{HOME}/comptes")
        jeton = jeton_of(page.text)
        form = {
            "jeton": jeton,
            "courriel": "paul@fournil.example.org",
            "nom": "",
            "role": "officer",
        }
        wrong = client.post(f"{HOME}/comptes", data=form)
        assert wrong.status_code == 422
        assert "paul@fournil.example.org" in wrong.text
        form["nom"] = "Paul Martin"
        assert client.post(f"{HOME}/comptes", data=form).status_code == 303
        made = next(one for one in manage.accounts(bureau.ports) if one.email.startswith("paul@"))
        assert (made.state, made.role, made.problem) == ("invite", "officer", "")
        base = f"{HOME}/comptes/{made.id}"
        assert client.post(f"{base}/role", data={"jeton": jeton, "role": "x"}).status_code == 422
        for act, data in (("role", {"role": "counsellor"}), ("lien", {}), ("fermer", {})):
            assert client.post(f"{base}/{act}", data={"jeton": jeton, **data}).status_code == 303
        page = client.get(f"{HOME}/comptes")
        assert "Paul Martin" in page.text
        assert "fermé" in page.text
        last = client.post(
            f"{HOME}/comptes/{bureau.accounts[Role.ADMINISTRATOR]}/fermer", data={"jeton": jeton}
        )
        assert last.status_code == 409
        assert "dernier administrateur" in last.text
