"""What a provider may say, and what we believe of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from docgen.errors import Refused, Unavailable
from docgen.openid import Client, Journey, Registration
from tests.openid.lying import (
    BACK,
    CLIENT,
    JOURNEY,
    KEY,
    NEW,
    OTHER,
    SECRET,
    Provider,
    lying_provider,
    unsigned,
)
from tests.samples import NOW


@pytest.fixture
def provider() -> Iterator[Provider]:
    with lying_provider() as found:
        yield found


class Hour:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> object:
        return self.now


def client_of(
    provider: Provider, now: Callable[..., object] = lambda: NOW, **ours: object
) -> Client:
    registration = Registration(provider.issuer, CLIENT, SECRET, timeout=2.0)
    return Client(Registration(**{**registration.__dict__, **ours}), now)  # type: ignore[arg-type]


def test_a_person_is_sent_there_with_what_will_know_them_again(provider: Provider) -> None:
    address = urlsplit(client_of(provider).address(JOURNEY, BACK))
    said = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.issuer}/authorize"
    assert said["redirect_uri"] == BACK
    assert (said["state"], said["nonce"]) == (JOURNEY.state, JOURNEY.nonce)
    assert (said["response_type"], said["code_challenge_method"]) == ("code", "S256")
    # RFC 7636: a verifier has 43 to 128 characters, and leaves with the code alone.
    assert 43 <= len(JOURNEY.verifier) <= 128
    assert JOURNEY.verifier not in address.query


def test_each_browser_has_a_journey_of_its_own() -> None:
    one, other = Journey.of("a" * 43), Journey.of("b" * 43)
    assert {one.state, one.nonce, one.verifier}.isdisjoint({other.state, other.nonce})
    assert one.is_back(one.state)
    assert not any(one.is_back(state) for state in ("", other.state, one.state[:-1], "é"))


def test_who_comes_back_is_named_by_issuer_and_subject(provider: Provider) -> None:
    client = client_of(provider)
    person = client.person(JOURNEY, "code", BACK)
    assert person.email == "ines@fournil.example.org"
    assert provider.forms[0] == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": BACK,
        "code_verifier": JOURNEY.verifier,
    }
    assert provider.authorizations[-2].startswith("Basic ") or any(
        one.startswith("Basic ") for one in provider.authorizations
    )
    provider.claims = {"email": "autre@fournil.example.org"}
    assert client.person(JOURNEY, "code", BACK).key == person.key
    provider.claims = {"sub": "43"}
    assert client.person(JOURNEY, "code", BACK).key != person.key


LIES: dict[str, dict[str, object]] = {
    "another issuer": {"claims": {"iss": "https://autre.example.org"}},
    "another audience": {"claims": {"aud": "autre"}},
    "no audience": {"claims": {"aud": []}},
    "another party": {"claims": {"aud": [CLIENT, "autre"], "azp": "autre"}},
    "over": {"claims": {"exp": int(NOW.timestamp()) - 3600}},
    "not yet": {"claims": {"nbf": int(NOW.timestamp()) + 3600}},
    "another nonce": {"claims": {"nonce": "autre"}},
    "no nonce": {"left_out": ("nonce",)},
    "no subject": {"left_out": ("sub",)},
    "no end": {"left_out": ("exp",)},
    "another key of the same name": {"key": OTHER},
    "unsigned": {"token": unsigned({"iss": "x", "sub": "42", "nonce": JOURNEY.nonce})},
    "signed with what everybody knows": {"alg": "HS256"},
    "no token at all": {"token": "rien"},
    "an empty token": {"token": ""},
    "a hash of another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_lets_nobody_in(provider: Provider, lie: dict[str, object]) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    with pytest.raises(Refused, match="n’est pas acceptée"):
        client_of(provider).person(JOURNEY, "code", BACK)


def test_the_answer_of_another_provider_is_turned_back_before_its_code_is_spent(
    provider: Provider,
) -> None:
    client = client_of(provider)
    with pytest.raises(Refused, match="un autre fournisseur"):
        client.person(JOURNEY, "code", BACK, "https://autre.example.org")
    provider.description = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(Refused, match="un autre fournisseur"):
        client_of(provider).person(JOURNEY, "code", BACK)
    assert "/token" not in provider.asked
    assert client_of(provider).person(JOURNEY, "code", BACK, provider.issuer).email


@pytest.mark.parametrize(
    ("verified", "trusts", "believed"),
    [
        (True, False, True), ("true", False, True), (False, False, False), (False, True, False),
        ("false", True, False), (None, False, False), (None, True, True), (1, False, False),
    ],
)  # fmt: skip
def test_an_address_counts_when_somebody_answers_for_it(
    provider: Provider, verified: object, trusts: bool, believed: bool
) -> None:
    provider.claims = {"email_verified": verified}
    if verified is None:
        provider.left_out = ("email_verified",)
    person = client_of(provider, trusts_email=trusts).person(JOURNEY, "code", BACK)
    assert (person.email is not None) is believed


def test_an_address_is_looked_for_where_the_provider_keeps_it(provider: Provider) -> None:
    provider.left_out = ("email",)
    provider.user_info = {"sub": "42", "email": "a@fournil.example.org", "email_verified": True}
    client = client_of(provider)
    assert client.person(JOURNEY, "code", BACK).email == "a@fournil.example.org"
    assert "Bearer jeton" in provider.authorizations
    provider.user_info["sub"] = "43"
    with pytest.raises(Refused, match="quelqu’un d’autre"):
        client.person(JOURNEY, "code", BACK)


def test_a_new_key_is_taken_and_an_unknown_one_makes_us_ask_once(provider: Provider) -> None:
    hour = Hour()
    client = client_of(provider, hour)
    client.person(JOURNEY, "code", BACK)
    provider.key, provider.alg, provider.published = NEW, "ES256", [KEY, NEW]
    with pytest.raises(Refused):
        client.person(JOURNEY, "code", BACK)
    hour.now = NOW + timedelta(seconds=31)
    client.person(JOURNEY, "code", BACK)
    provider.key = type(NEW).generate_key("P-256", {"kid": "inventée"})
    for _ in range(5):
        with pytest.raises(Refused):
            client.person(JOURNEY, "code", BACK)
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


TROUBLES: dict[str, tuple[dict[str, object], str]] = {
    "it is another": ({"description": {"issuer": "https://autre.example.org"}}, "OIDC_ISSUER"),
    "in clear": ({"description": {"token_endpoint": "http://ailleurs.example"}}, "https"),
    "without an address": ({"description": {"jwks_uri": None}}, "incomplète"),
    "no JSON": ({"answers": {"/.well-known/openid-configuration": (200, b"<p>")}}, "illisible"),
    "a list": ({"answers": {"/keys": (200, b"[]")}}, "inattendue"),
    "no key": ({"published": []}, "aucune clé"),
    "huge": ({"answers": {"/keys": (200, b" " * 600_000)}}, "démesurée"),
    "out of order": ({"answers": {"/token": (503, b"{}")}}, "HTTP 503"),
    "elsewhere": ({"answers": {"/keys": (302, b"")}}, "HTTP 302"),
    "we are unknown": (
        {"answers": {"/token": (401, b'{"error": "invalid_client"}')}},
        "DOCGEN_OIDC_CLIENT_SECRET",
    ),
    "silent": ({"slow": 3.0}, "2 s"),
}


@pytest.mark.parametrize(("trouble", "said"), TROUBLES.values(), ids=TROUBLES.keys())
def test_a_provider_in_trouble_is_said_with_what_to_do(
    provider: Provider, trouble: dict[str, object], said: str
) -> None:
    for name, value in trouble.items():
        setattr(provider, name, value)
    with pytest.raises(Unavailable, match=said):
        client_of(provider).person(JOURNEY, "code", BACK)


def test_a_code_used_or_too_old_is_told_as_such(provider: Provider) -> None:
    provider.answers["/token"] = (400, b'{"error": "invalid_grant"}')
    with pytest.raises(Refused, match="Recommencez"):
        client_of(provider).person(JOURNEY, "code", BACK)


def test_a_secret_that_two_ways_of_writing_would_part_goes_in_the_form(provider: Provider) -> None:
    provider.description = {
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]
    }
    client_of(provider, secret="à part: 100 %").person(JOURNEY, "code", BACK)
    assert provider.forms[0]["client_secret"] == "à part: 100 %"
    assert not any(one.startswith("Basic") for one in provider.authorizations)
    client_of(provider).person(JOURNEY, "code", BACK)
    assert "client_secret" not in provider.forms[1]


def test_nothing_secret_is_shown(provider: Provider) -> None:
    assert SECRET not in repr(client_of(provider).registration)
    assert JOURNEY.verifier not in repr(JOURNEY)
