"""The site's address: which hosts, which forms, whose address."""

from __future__ import annotations

import pytest

from docgen.errors import InvalidData
from docgen.web.site import client_address, networks, site_of


@pytest.mark.parametrize(
    "url",
    [
        "signature.exemple.fr",
        "ftp://signature.exemple.fr",
        "https://",
        "https://exemple.fr/docgen",
        "https://exemple.fr/?a=1",
        "https://exemple.fr:port",
    ],
)
def test_an_address_that_is_not_a_bare_site_stops_the_start(url: str) -> None:
    with pytest.raises(InvalidData, match="DOCGEN_SITE_URL"):
        site_of(url)


@pytest.mark.parametrize(
    ("url", "host", "known"),
    [
        ("https://signature.exemple.fr", "signature.exemple.fr", True),
        ("https://signature.exemple.fr/", "Signature.Exemple.FR:443", True),
        ("https://signature.exemple.fr", "127.0.0.1:8000", True),
        ("https://signature.exemple.fr", "autre.exemple.fr", False),
        ("https://signature.exemple.fr", "signature.exemple.fr.pirate.org", False),
        ("https://signature.exemple.fr", "", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://[::1]:8000", "[::1]", True),
    ],
)
def test_only_the_sites_own_names_are_answered(url: str, host: str, known: bool) -> None:
    assert site_of(url).knows(host) is known


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "https://exemple.fr"}, True),
        ({"origin": "https://exemple.fr", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://exemple.fr:8443"}, False),
        ({"origin": "http://exemple.fr"}, False),
        ({"origin": "https://pirate.org"}, False),
        ({"origin": "https://exemple.fr", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "same-site"}, False),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({}, False),
    ],
)
def test_a_form_must_come_from_our_own_pages(headers: dict[str, str], ours: bool) -> None:
    assert site_of("https://exemple.fr").sent_from_here(headers) is ours


def test_on_ones_own_machine_the_site_has_several_names() -> None:
    site = site_of("http://127.0.0.1:8000")
    assert site.sent_from_here({"origin": "http://localhost:8000"})
    assert not site.sent_from_here({"origin": "http://localhost:9000"})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "n’importe quoi", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("", "1.2.3.4", ""),
    ],
)
def test_only_trusted_proxies_say_who_visits(peer: str, forwarded: str, address: str) -> None:
    trusted = networks(("10.0.0.0/8", "::1"))
    assert client_address(peer, forwarded, trusted) == address


def test_a_proxy_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(InvalidData, match="DOCGEN_TRUSTED_PROXIES"):
        networks(("mandataire.exemple.fr",))
