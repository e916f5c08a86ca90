"""SMS gateways over HTTP: what each is asked, and what becomes of every answer."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from docgen.errors import DocgenError, Refused, Unavailable
from docgen.mail import texts
from docgen.mail.sms import Gateway, deliver_sms, sender_name
from docgen.mail.texts import Text

TEXT = Text("+33612345678", "123456 : votre code.")


class Relay:
    """A gateway on a loopback port; it answers `status` and keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 201
        self.asked: list[tuple[dict[str, str], Any]] = []
        relay = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                relay.asked.append((headers, json.loads(body)))
                self.send_response(relay.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def relay() -> Iterator[Relay]:
    made = Relay()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def gateway(relay: Relay) -> Gateway:
    return Gateway("http", relay.url, "jeton-secret", "La Mie de Pain", 5)


def test_a_relay_of_one_s_own_is_asked_under_its_token(relay: Relay, gateway: Gateway) -> None:
    deliver_sms(gateway, TEXT, "abc")
    ((headers, body),) = relay.asked
    assert headers["authorization"] == "Bearer jeton-secret"
    assert body == {"id": "abc", "to": TEXT.to, "from": "LaMieDePain", "text": TEXT.body}


def test_brevo_is_asked_in_its_own_shape(relay: Relay, gateway: Gateway) -> None:
    deliver_sms(dataclasses.replace(gateway, shape="brevo"), TEXT, "abc")
    ((headers, body),) = relay.asked
    assert headers["api-key"] == "jeton-secret"
    assert body == {
        "type": "transactional",
        "sender": "LaMieDePain",
        "recipient": "33612345678",
        "content": TEXT.body,
        "tag": "abc",
    }


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, Refused), (404, Refused), (422, Refused), (401, Unavailable), (402, Unavailable),
        (429, Unavailable), (500, Unavailable), (503, Unavailable), (302, Unavailable),
    ],
)  # fmt: skip
def test_what_is_tried_again_and_what_never_is(
    relay: Relay, gateway: Gateway, status: int, family: type[DocgenError]
) -> None:
    relay.status = status
    with pytest.raises(family) as told:
        deliver_sms(gateway, TEXT, "abc")
    assert "612345678" not in told.value.explain()
    assert "jeton-secret" not in repr((gateway, told.value.explain()))


def test_a_relay_that_is_away_is_tried_again(gateway: Gateway) -> None:
    away = dataclasses.replace(gateway, url="http://127.0.0.1:9/sms")
    with pytest.raises(Unavailable):
        deliver_sms(away, TEXT, "abc")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("La Mie de Pain", "LaMieDePain"),
        ("Œuvre d’Étienne & Cie", "UvreDEtienn"),
        ("42", "42"),
        ("…", "docgen"),
    ],
)
def test_a_telephone_shows_eleven_plain_letters(name: str, shown: str) -> None:
    assert sender_name(name) == shown


def test_a_text_is_short_and_its_repr_holds_no_secret() -> None:
    link = "https://signature.exemple.fr/s/" + "a" * 43
    text = texts.invitation(
        to=TEXT.to, organisation="Association " * 9, reference="PMSMP-2026-0001", lien=link,
        rappel=False,
    )  # fmt: skip
    assert len(text.body) < 306
    assert link not in repr(text)
    code = texts.code(
        to=TEXT.to, organisation="La Mie de Pain", reference="PMSMP-2026-0001", code="987654",
        minutes=10,
    )  # fmt: skip
    assert code.body.startswith("987654")
    assert "987654" not in repr(code)
    assert len(code.body) <= 160
