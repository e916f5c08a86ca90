"""The site's own address, and what follows from it: hosts, origins, cookie, headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from docgen.errors import Finding, InvalidData

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_PORTS = {"http": 80, "https": 443}
_CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# For the one page that has a file of ours to run: a signature may be drawn there.
CSP_WITH_SCRIPT = f"{_CSP}; script-src 'self'"
_NOT_USED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "microphone", "midi", "payment", "usb",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """`hosts`: names without port; `origins`: scheme://host[:port] as browsers write them."""

    secure: bool
    hosts: frozenset[str]
    origins: frozenset[str]

    @property
    def cookie(self) -> str:
        """The session cookie's name; `__Host-` makes the browser hold it to this very host."""
        return "__Host-docgen" if self.secure else "docgen"

    @property
    def consent_cookie(self) -> str:
        """The name of the cookie that remembers a ticked consent between two pages."""
        return f"{self.cookie}-accord"

    @property
    def language_cookie(self) -> str:
        """The name of the cookie that remembers the language chosen, and nothing of who chose."""
        return f"{self.cookie}-langue"

    @property
    def deposit_cookie(self) -> str:
        """The name of the cookie that holds a link to send pages signed by hand."""
        return f"{self.cookie}-papier"

    @property
    def check_cookie(self) -> str:
        """The name of the cookie that ties the form « Vérifier un document » to its browser."""
        return f"{self.cookie}-verifier"

    def knows(self, host: str) -> bool:
        """True when a Host header names this site."""
        name = host.lower()
        if not name.endswith("]"):
            name = name.rpartition(":")[0] or name
        return name in self.hosts

    def sent_from_here(self, headers: Mapping[str, str]) -> bool:
        """True when a POST comes from one of our own pages.

        Our `Referrer-Policy: no-referrer` makes browsers say `Origin: null` for our own forms;
        then Sec-Fetch-Site decides. An old browser has only the null: the form's own secret
        (the token in the address, or `jeton`) decides. Neither header: not a browser.
        """
        origin, fetched = headers.get("origin"), headers.get("sec-fetch-site")
        if fetched not in {None, "same-origin", "none"}:
            return False
        if origin in {None, "null"}:
            return fetched is not None or origin == "null"
        return origin in self.origins

    def headers(self) -> dict[str, str]:
        """The security headers of every answer."""
        wanted = {
            "content-security-policy": _CSP,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "x-robots-tag": "noindex, nofollow",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": ", ".join(f"{name}=()" for name in _NOT_USED),
            "cache-control": "no-store",
        }
        if self.secure:
            wanted["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        return wanted


def site_of(url: str) -> Site:
    """The site at `url`. Raises InvalidData for an address with a path or without a host."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    named = parts.scheme in _PORTS and parts.hostname and port != -1
    if not named or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise InvalidData(
            [
                Finding(
                    "reglage",
                    "error",
                    "DOCGEN_SITE_URL",
                    "écrivez l’adresse du site seule, sans dossier.",
                    allowed="https://signature.exemple.fr",
                )
            ]
        )
    host = str(parts.hostname)
    host = f"[{host}]" if ":" in host else host
    end = f":{port}" if port and port != _PORTS[parts.scheme] else ""
    # On one's own machine the same site has several names.
    names = LOOPBACK if host in LOOPBACK else (host,)
    return Site(
        secure=parts.scheme == "https",
        # A loopback name is how a health check behind the proxy calls.
        hosts=frozenset({host, *LOOPBACK}),
        origins=frozenset(f"{parts.scheme}://{name}{end}" for name in names),
    )


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(trusted: tuple[str, ...]) -> tuple[Network, ...]:
    """The proxies' addresses or networks. Raises InvalidData naming the wrong one."""
    found = []
    for text in trusted:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError as error:
            message = f"« {text} » n’est pas une adresse IP ni un réseau."
            finding = Finding(
                "reglage", "error", "DOCGEN_TRUSTED_PROXIES", message, allowed="10.0.0.0/8"
            )
            raise InvalidData([finding]) from error
    return tuple(found)


def client_address(peer: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    """The visitor's address: `peer`, or what trusted proxies say in X-Forwarded-For.

    Read from the right, where our own proxies write; what a visitor invents stands further left.
    """
    address = peer
    for hop in reversed(forwarded.split(",")):
        if not _within(address, trusted):
            break
        try:
            address = str(ipaddress.ip_address(hop.strip()))
        except ValueError:
            break
    return address


def _within(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(number in network for network in trusted)
