"""Mails handed to real SMTP servers on this machine, and mails left in a folder."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from docgen.errors import Refused, Unavailable
from docgen.mail.compose import Attachment, Message
from docgen.mail.delivery import Sender, SmtpServer, deliver_smtp, deliver_to_folder

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
SENDER = Sender("Asso, « Le Fournil » & Cie", "docgen@example.org")
MESSAGE = Message(
    "fatou@example.org",
    "À signer : Convention",
    "Bonjour é\n.\nFin de la ligne.\n",
    "<p>Bonjour é</p>",
    (Attachment("copie.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff\n.\n"),),
)


@dataclass
class Inbox:
    """What a server received; `answer` is what it says to a recipient, then to the data."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        del options
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if self.data.startswith("2"):
            message = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.envelopes.append(list(envelope.rcpt_tos))
        return self.data


Started = tuple[Inbox, SmtpServer]


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    """Start servers; `how` goes to aiosmtpd."""
    running: list[Controller] = []

    def begin(rcpt: str = "250 OK", data: str = "250 OK", **how: Any) -> Started:
        inbox = Inbox(rcpt, data)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        controller = Controller(inbox, hostname="127.0.0.1", port=port, **how)
        controller.start()
        running.append(controller)
        return inbox, SmtpServer("127.0.0.1", port, False, None, None, 5, SENDER)

    yield begin
    for controller in running:
        controller.stop()


def attachment_of(mail: EmailMessage) -> bytes:
    (one,) = mail.iter_attachments()
    content = one.get_content()
    assert isinstance(content, bytes)
    return content


def test_a_mail_arrives_to_the_letter(start: Callable[..., Started]) -> None:
    inbox, server = start()
    deliver_smtp(server, MESSAGE, "abc123", NOW)
    (mail,) = inbox.received
    assert inbox.envelopes == [["fatou@example.org"]]
    assert mail["Subject"] == "À signer : Convention"
    assert mail["From"].addresses[0].display_name == SENDER.name
    assert mail["Message-ID"] == "<abc123@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert attachment_of(mail) == MESSAGE.attachments[0].data


def test_a_recipient_that_will_never_be_taken_is_refused_and_masked(
    start: Callable[..., Started],
) -> None:
    _, server = start(rcpt="550 no such user")
    with pytest.raises(Refused, match="f…u@example") as caught:
        deliver_smtp(server, MESSAGE, "a", NOW)
    assert "fatou@" not in caught.value.explain()
    _, server = start(data="554 spam")
    with pytest.raises(Refused, match="554"):
        deliver_smtp(server, MESSAGE, "a", NOW)


@pytest.mark.parametrize("answers", [{"rcpt": "451 later"}, {"data": "452 full"}])
def test_a_server_that_says_later_is_asked_later(
    start: Callable[..., Started], answers: dict[str, str]
) -> None:
    _, server = start(**answers)
    with pytest.raises(Unavailable):
        deliver_smtp(server, MESSAGE, "a", NOW)


@pytest.mark.filterwarnings("ignore:Requiring AUTH", "ignore:Session.login_data")
def test_a_wrong_password_is_said_with_the_setting_and_not_shown(
    start: Callable[..., Started],
) -> None:
    def check(_s: object, _n: object, _e: object, _m: object, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"bon", handled=False)

    inbox, server = start(authenticator=check, auth_required=True, auth_require_tls=False)
    with pytest.raises(Unavailable, match="DOCGEN_SMTP_PASSWORD") as caught:
        deliver_smtp(replace(server, user="u", password="mauvais"), MESSAGE, "a", NOW)
    assert "mauvais" not in caught.value.explain()
    assert "mauvais" not in repr(replace(server, password="mauvais"))
    deliver_smtp(replace(server, user="u", password="bon"), MESSAGE, "a", NOW)
    assert len(inbox.received) == 1


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(
    start: Callable[..., Started], tmp_path: Path
) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", "k.pem"),
            *("-out", "c.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    inbox, server = start(tls_context=context)
    with pytest.raises(Unavailable, match="certificat"):
        deliver_smtp(replace(server, starttls=True), MESSAGE, "a", NOW)
    assert inbox.received == []


def test_a_server_without_starttls_is_not_spoken_to_in_clear(
    start: Callable[..., Started],
) -> None:
    inbox, server = start()
    with pytest.raises(Unavailable, match="DOCGEN_SMTP_STARTTLS"):
        deliver_smtp(replace(server, starttls=True), MESSAGE, "a", NOW)
    assert inbox.received == []


def test_a_server_that_is_away_or_silent_is_unavailable(start: Callable[..., Started]) -> None:
    _, server = start()
    with pytest.raises(Unavailable, match="DOCGEN_SMTP_HOST"):
        deliver_smtp(replace(server, port=9), MESSAGE, "a", NOW)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        mute = replace(server, port=silent.getsockname()[1], timeout=0.3)
        with pytest.raises(Unavailable):
            deliver_smtp(mute, MESSAGE, "a", NOW)


def test_a_folder_keeps_each_mail_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    for _ in range(2):
        deliver_to_folder(folder, SENDER, MESSAGE, "abc123", NOW)
    (path,) = folder.iterdir()
    assert path.name == "20261201T093000000000-abc123.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert attachment_of(mail) == MESSAGE.attachments[0].data


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(Unavailable, match="écrit"):
        deliver_to_folder(tmp_path / "fichier" / "mail", SENDER, MESSAGE, "a", NOW)


def test_many_writers_of_one_mail_leave_one_whole_file(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=deliver_to_folder, args=(tmp_path, SENDER, MESSAGE, "a", NOW))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (path,) = tmp_path.glob("*.eml")
    assert b"Convention" in path.read_bytes()
    assert len(list(tmp_path.iterdir())) == 1


def test_an_address_that_no_header_may_hold_is_refused_and_an_accented_domain_is_not(
    tmp_path: Path,
) -> None:
    with pytest.raises(Refused, match=r"Aucun serveur n’accepterait l’adresse z…é@x\.org"):
        deliver_to_folder(tmp_path, SENDER, replace(MESSAGE, to="zoé@x.org"), "a", NOW)
    deliver_to_folder(tmp_path, SENDER, replace(MESSAGE, to="zoe@école.example"), "b", NOW)
    (left,) = tmp_path.glob("*.eml")
    kept = email.message_from_bytes(left.read_bytes(), policy=email.policy.default)
    assert str(kept["To"]) == "zoe@xn--cole-9oa.example"
