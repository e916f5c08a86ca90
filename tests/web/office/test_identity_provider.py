"""Entering through an identity provider: a real one, then one that says what a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from docgen import credentials
from docgen.access import Role
from docgen.actions.accounts import manage
from docgen.actions.ports import Ports
from docgen.office_journal import OfficeAct
from docgen.openid import Client, Registration
from docgen.records import queries
from docgen.web.office.guarding import HOME
from tests import identity_provider
from tests.identity_provider import enter_there
from tests.openid.lying import CLIENT, SECRET, Provider, lying_provider
from tests.samples import NOW
from tests.web.conftest import words
from tests.web.office.conftest import TOTP, Office, add_account, jeton_of, office_over

pytestmark = pytest.mark.slow

THERE, BACK = f"{HOME}/entree/fournisseur", f"{HOME}/entree/fournisseur/retour"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with lying_provider() as found:
        yield found


@pytest.fixture
def bureau(ports: Ports, provider: Provider) -> Iterator[Office]:
    """An office with that provider's button."""
    ours = Registration(provider.issuer, CLIENT, SECRET, "Exemple Connect", timeout=2.0)
    with office_over(replace(ports, identity=Client(ours, lambda: NOW))) as office:
        provider.claims = {"email": "officer@fournil.example.org"}
        yield office


def go(client: httpx.Client, provider: Provider) -> dict[str, str]:
    """Leave for the provider; what it heard. It will sign this journey's nonce."""
    answer = client.get(THERE)
    assert answer.status_code == 303, words(answer.text)
    said = parse_qs(urlsplit(answer.headers["location"]).query)
    provider.claims = {**provider.claims, "nonce": said["nonce"][0]}
    return {name: value[0] for name, value in said.items()}


def come_back(client: httpx.Client, provider: Provider) -> httpx.Response:
    return client.get(BACK, params={"code": "code", "state": go(client, provider)["state"]})


def acts(ports: Ports) -> list[str]:
    with ports.database.read() as session:
        return [one.act for one in queries.office_entries(session)]


def test_with_a_provider_we_did_not_write(ports: Ports) -> None:
    back = f"{ports.site_url}{BACK}"
    with identity_provider.identity_provider(back) as place:
        ours = Registration(
            place.issuer, identity_provider.CLIENT, identity_provider.SECRET, trusts_email=True
        )
        with_it = replace(ports, identity=Client(ours, lambda: datetime.now(UTC)))
        with office_over(with_it) as office, office.browser() as client, httpx.Client() as there:
            add_account(ports, Role.OFFICER, "ines", "Inès Example")
            assert "Entrer avec votre compte professionnel" in client.get(f"{HOME}/entree").text
            address = client.get(THERE).headers["location"]
            query = urlsplit(enter_there(address, back, there)).query
            answer = client.get(f"{BACK}?{query}")
            assert answer.headers["location"] == f"{HOME}/"
            assert "Inès Example" in client.get(f"{HOME}/tableau").text
            again = client.get(f"{BACK}?{query}")
            assert again.status_code == 403
            assert "n’a pas commencé dans ce navigateur" in words(again.text)


def test_the_first_entry_ties_the_account_and_the_journal_says_so(
    bureau: Office, provider: Provider
) -> None:
    with bureau.browser() as client:
        assert "Entrer avec Exemple Connect" in words(client.get(f"{HOME}/entree").text)
        assert come_back(client, provider).headers["location"] == f"{HOME}/"
        assert client.get(f"{HOME}/tableau").status_code == 200
    assert acts(bureau.ports)[-2:] == [OfficeAct.IDENTITY_TIED, OfficeAct.ENTERED]
    # From then on the person counts, not the address.
    provider.claims = {"email": "reader@fournil.example.org"}
    with bureau.browser() as client:
        come_back(client, provider)
        assert "officer@fournil.example.org" in client.get(f"{HOME}/compte").text
    assert acts(bureau.ports)[-1] == OfficeAct.ENTERED


def test_who_needs_a_second_factor_still_gives_it(bureau: Office, provider: Provider) -> None:
    provider.claims = {"email": "administrator@fournil.example.org", "sub": "1"}
    with bureau.browser() as client:
        come_back(client, provider)
        assert client.get(f"{HOME}/").headers["location"] == f"{HOME}/code"
        page = client.get(f"{HOME}/code").text
        form = {"jeton": jeton_of(page), "code": credentials.code_at(TOTP, NOW)}
        assert client.post(f"{HOME}/code", data=form).headers["location"] == f"{HOME}/"
        assert client.get(f"{HOME}/comptes").status_code == 200


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "inconnue@fournil.example.org"}, "Demandez une invitation"),
        ({"email_verified": False}, "pas d’adresse de courriel vérifiée"),
        ({"aud": "autre"}, "n’est pas acceptée"),
    ],
)
def test_who_is_nobody_here_stays_outside(
    bureau: Office, provider: Provider, claims: dict[str, object], said: str
) -> None:
    provider.claims = {**provider.claims, **claims}
    with bureau.browser() as client:
        answer = come_back(client, provider)
        assert answer.status_code == 403
        assert said in words(answer.text)
        assert client.get(f"{HOME}/tableau").headers["location"].startswith(f"{HOME}/entree")


def test_a_closed_account_and_another_identity_stay_outside(
    bureau: Office, provider: Provider
) -> None:
    with bureau.browser() as client:
        come_back(client, provider)
    provider.claims = {"email": "officer@fournil.example.org", "sub": "une autre"}
    with bureau.browser() as client:
        assert "une autre identité" in words(come_back(client, provider).text)
    manage.untie(bureau.ports, "officer@fournil.example.org", NOW, None)
    with bureau.browser() as client:
        assert come_back(client, provider).headers["location"] == f"{HOME}/"
        manage.disable(bureau.ports, "officer@fournil.example.org", NOW, None)
        assert client.get(f"{HOME}/tableau").status_code == 303
    with bureau.browser() as client:
        answer = come_back(client, provider)
        assert answer.status_code == 403
        assert "fermé" in words(answer.text)
    assert acts(bureau.ports)[-1] == OfficeAct.REFUSED


def test_an_answer_serves_the_browser_that_asked_and_once(
    bureau: Office, provider: Provider
) -> None:
    with bureau.browser() as attacker, bureau.browser() as victim:
        state = go(attacker, provider)["state"]
        # A link that would let the victim in under the attacker's name.
        answer = victim.get(BACK, params={"code": "code", "state": state})
        assert answer.status_code == 403
        go(victim, provider)
        assert victim.get(BACK, params={"code": "code", "state": state}).status_code == 403
        assert "/token" not in provider.asked
        assert victim.head(THERE).status_code == 405


def test_who_gives_up_or_finds_nobody_there_is_told(bureau: Office, provider: Provider) -> None:
    with bureau.browser() as client:
        state = go(client, provider)["state"]
        answer = client.get(BACK, params={"error": "access_denied", "state": state})
        assert answer.status_code == 403
        assert "renoncé" in words(answer.text)
        provider.answers["/token"] = (500, b"")
        answer = come_back(client, provider)
        assert answer.status_code == 503
        assert "Entrer avec son mot de passe" in words(answer.text)


def test_returns_are_counted(bureau: Office, provider: Provider) -> None:
    provider.claims = {"email": "inconnue@fournil.example.org"}
    with bureau.browser() as client:
        statuses = [come_back(client, provider).status_code for _ in range(41)]
    assert statuses == [403] * 40 + [429]


def test_without_a_provider_there_is_no_such_page(ports: Ports) -> None:
    with office_over(ports) as office, office.browser() as client:
        assert client.get(THERE).status_code == 404
        assert client.get(BACK).status_code == 404
        assert "Entrer avec" not in client.get(f"{HOME}/entree").text


def test_an_administrator_unties_on_the_page(bureau: Office, provider: Provider) -> None:
    with bureau.browser() as client:
        come_back(client, provider)
    with bureau.browser(Role.ADMINISTRATOR) as client:
        page = client.get(f"{HOME}/comptes").text
        assert "Délier du fournisseur d’identité" in page
        account = bureau.accounts[Role.OFFICER]
        form = {"jeton": jeton_of(page)}
        assert client.post(f"{HOME}/comptes/{account}/delier", data=form).status_code == 303
        assert "Délier du fournisseur" not in client.get(f"{HOME}/comptes").text
    assert acts(bureau.ports)[-1] == OfficeAct.IDENTITY_GONE
