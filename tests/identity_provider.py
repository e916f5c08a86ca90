"""Canaille, an identity provider we did not write, served on loopback: one person, one client.

Run as a program: `python -m tests.identity_provider PORT BACK`, where BACK is where it sends people
back to. It says « ready » once it answers.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import httpx
from lxml import html

CLIENT, SECRET = "bureau-docgen", "un secret d’essai: à encoder %"
LOGIN, PASSWORD, EMAIL = "ines", "le pain de la rue Charles", "ines@fournil.example.org"


@dataclass(frozen=True)
class Place:
    """Where it answers."""

    issuer: str


@contextmanager
def identity_provider(back: str) -> Iterator[Place]:
    """The provider in a process of its own, until the block ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "tests.identity_provider", str(port), back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().strip() == b"ready"
            yield Place(f"http://127.0.0.1:{port}")
        finally:
            process.kill()


def enter_there(address: str, back: str, browser: httpx.Client) -> str:
    """What a person does there: name, password, consent; the address they are sent back to."""
    answer = browser.get(address)
    for _ in range(12):
        if answer.has_redirect_location:
            target = str(answer.url.join(answer.headers["location"]))
            if target.startswith(back):
                return target
            answer = browser.get(target)
            continue
        fields = _fields(answer.text)
        if "password" in fields:
            fields["password"] = PASSWORD
        elif "login" in fields:
            fields["login"] = LOGIN
        else:
            fields["answer"] = "accept"
        answer = browser.post(str(answer.url), data=fields)
    raise AssertionError(answer.text)


def _fields(page: str) -> dict[str, str]:
    form = cast("html.HtmlElement", html.document_fromstring(page)).forms[-1]
    return {name: value or "" for name, value in form.form_values()} | {
        one.name: "" for one in form.inputs if one.name and one.type in {"text", "password"}
    }


def _serve(port: int, back: str) -> None:
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from canaille.oidc.jose import make_default_rsa_jwk
    from werkzeug.serving import make_server

    app = create_app(
        {
            "SECRET_KEY": os.urandom(16).hex(),
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "HTMX": False, "LOGGING": None},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [make_default_rsa_jwk().as_dict(private=True)]},
        }
    )
    with app.app_context():
        person = models.User(
            user_name=LOGIN,
            formatted_name="Inès Example",
            family_name="Example",
            emails=[EMAIL],
            password=PASSWORD,
        )
        Backend.instance.save(person)
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Le bureau de docgen",
            redirect_uris=[back],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email", "profile"],
            token_endpoint_auth_method="client_secret_post",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    server = make_server("127.0.0.1", port, app, threaded=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
