"""A provider on loopback that says what a test makes it say, true or not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from docgen.openid import Journey
from tests.samples import NOW

CLIENT, SECRET = "bureau", "secret"
JOURNEY = Journey.of("s" * 43)
BACK = "https://docgen.example.org/bureau/entree/fournisseur/retour"
KEY = RSAKey.generate_key(2048, {"kid": "une"})
OTHER = RSAKey.generate_key(2048, {"kid": "une"})
NEW = ECKey.generate_key("P-256", {"kid": "neuve"})


@dataclass
class Provider:
    """What it says; a test changes it. `asked` holds the path of each question."""

    issuer: str
    claims: dict[str, object] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    key: RSAKey | ECKey = field(default_factory=lambda: KEY)
    alg: str = "RS256"
    token: str | None = None
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [KEY])
    description: dict[str, object] = field(default_factory=dict)
    user_info: dict[str, object] | None = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    slow: float = 0.0
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                return 200, json.dumps(self._description()).encode()
            case "/keys":
                keys = [one.as_dict(private=False) for one in self.published]
                odd = [{"kty": "inconnu"}, "rien", {**KEY.as_dict(private=False), "use": "enc"}]
                return 200, json.dumps({"keys": [*odd, *keys]}).encode()
            case "/token":
                tokens = {
                    "access_token": "jeton",
                    "token_type": "Bearer",
                    "id_token": self._token(),
                }
                return 200, json.dumps(tokens).encode()
            case "/userinfo":
                return 200, json.dumps(self.user_info).encode()
            case _:
                return 404, b"{}"

    def _description(self) -> dict[str, object]:
        found: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        if self.user_info is not None:
            found["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return found | self.description

    def _token(self) -> str:
        if self.token is not None:
            return self.token
        instant = int(NOW.timestamp())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": "42",
            "aud": CLIENT,
            "iat": instant,
            "exp": instant + 300,
            "nonce": JOURNEY.nonce,
            "email": "Ines@Fournil.example.org",
            "email_verified": True,
        }
        claims = {
            name: value
            for name, value in (claims | self.claims).items()
            if name not in self.left_out
        }
        header = {"alg": self.alg, "kid": self.key.kid}
        if self.alg == "HS256":
            return _signed_with_the_public_key(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=[self.alg])


def _signed_with_the_public_key(header: Mapping[str, object], claims: Mapping[str, object]) -> str:
    """The oldest attack on JWT: the public key taken for a shared secret."""
    message = ".".join(_encoded(json.dumps(one).encode()) for one in (header, claims))
    digest = hmac.new(KEY.as_pem(private=False), message.encode(), hashlib.sha256).digest()
    return f"{message}.{_encoded(digest)}"


def unsigned(claims: dict[str, object]) -> str:
    """A token of the algorithm « none »."""
    return ".".join(_encoded(json.dumps(one).encode()) for one in ({"alg": "none"}, claims)) + "."


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


@contextmanager
def lying_provider() -> Iterator[Provider]:
    """Serve it until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.forms.append({name: value[0] for name, value in parse_qs(body).items()})
            self._reply()

        def _reply(self) -> None:
            provider.authorizations.append(self.headers.get("Authorization", ""))
            time.sleep(provider.slow)
            status, body = provider.answer(self.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{provider.issuer}/keys")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
