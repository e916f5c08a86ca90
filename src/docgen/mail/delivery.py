"""How a mail leaves: to an SMTP server, or into a folder as `.eml` files (`.txt` for an SMS)."""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from docgen.errors import DocgenError, Refused, Unavailable
from docgen.mail.compose import Message, mask
from docgen.mail.texts import Text


@dataclass(frozen=True)
class Sender:
    """In whose name mails leave."""

    name: str
    address: str


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed over, and as whom. `timeout` is in seconds."""

    host: str
    port: int
    starttls: bool
    user: str | None
    password: str | None = field(repr=False)
    timeout: float
    sender: Sender


def deliver_smtp(server: SmtpServer, message: Message, message_id: str, now: datetime) -> None:
    """Hand a mail to the server. Raises Unavailable (try again) or Refused (this one never)."""
    mail = _mail(server.sender, message, message_id, now)
    with _connected(server, message.to) as session:
        session.send_message(mail)


def knock(server: SmtpServer) -> None:
    """Greet the server as if to hand it a mail, and leave. Raises Unavailable."""
    with _connected(server, "") as session:
        session.noop()


@contextmanager
def _connected(server: SmtpServer, to: str) -> Iterator[smtplib.SMTP]:
    """The server, greeted; whatever it answers wrong becomes ours, said of the recipient `to`."""
    try:
        with smtplib.SMTP(server.host, server.port, timeout=server.timeout) as session:
            if server.starttls:
                session.starttls(context=ssl.create_default_context())
            if server.user:
                session.login(server.user, server.password or "")
            yield session
    except smtplib.SMTPException as error:
        raise _fault(server, to, error) from error
    except ssl.SSLError as error:
        raise Unavailable(
            f"Le certificat du serveur de courriel {server.host} n’est pas accepté.",
            "Vérifier DOCGEN_SMTP_HOST, ou installer l’autorité de ce serveur sur la machine.",
        ) from error
    except OSError as error:
        raise Unavailable(
            f"Le serveur de courriel {server.host}:{server.port} ne répond pas.",
            "Vérifier DOCGEN_SMTP_HOST et DOCGEN_SMTP_PORT ; l’envoi sera réessayé.",
        ) from error


def deliver_to_folder(
    folder: Path, sender: Sender, message: Message, message_id: str, now: datetime
) -> None:
    """Write a mail as a file that its owner alone reads; the same mail again replaces itself."""
    _keep(folder, f"{message_id}.eml", _mail(sender, message, message_id, now).as_bytes(), now)


def deliver_text_to_folder(folder: Path, text: Text, text_id: str, now: datetime) -> None:
    """Write an SMS as a file: the number, then the text."""
    _keep(folder, f"{text_id}.txt", f"{text.to}\n{text.body}\n".encode(), now)


def _keep(folder: Path, name: str, content: bytes, now: datetime) -> None:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        earlier = list(folder.glob(f"*-{name}"))
        target = earlier[0] if earlier else folder / f"{stamp}-{name}"
        # mkstemp: 0600, and a name of its own for each of several writers.
        descriptor, draft = tempfile.mkstemp(dir=folder, prefix=".")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
    except OSError as error:
        raise Unavailable(
            f"Le message n’a pas pu être écrit dans {folder} ({error.strerror}).",
            "Libérer de la place ou corriger les droits.",
        ) from error


def _mail(sender: Sender, message: Message, message_id: str, now: datetime) -> EmailMessage:
    domain = sender.address.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = _recipient(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now.astimezone(UTC))
    # The same at each try: a server that got it twice can tell.
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for one in message.attachments:
        kind, _, subtype = one.content_type.partition("/")
        mail.add_attachment(one.data, maintype=kind, subtype=subtype, filename=one.name)
    return mail


def _recipient(address: str) -> Address:
    """The address as headers write it: the domain in ASCII (RFC 5891). Raises Refused."""
    user, _, domain = address.rpartition("@")
    try:
        return Address(addr_spec=f"{user}@{domain.encode('idna').decode()}")
    except ValueError as error:
        raise Refused(f"Aucun serveur n’accepterait l’adresse {mask(address)}.") from error


def _fault(server: SmtpServer, to: str, error: smtplib.SMTPException) -> DocgenError:
    """Which family a server's answer belongs to: 5xx about this recipient will not change."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Unavailable(
                f"Le serveur de courriel {server.host} refuse l’identifiant ou le mot de passe.",
                "Vérifier DOCGEN_SMTP_USER et DOCGEN_SMTP_PASSWORD.",
            )
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                return Refused(
                    f"Le serveur de courriel refuse l’adresse {mask(to)} ({codes[0]}) : "
                    "vérifiez-la auprès de la personne."
                )
        case smtplib.SMTPDataError() if error.smtp_code >= 500:
            return Refused(
                f"Le serveur de courriel refuse le message à {mask(to)} ({error.smtp_code})."
            )
        case smtplib.SMTPNotSupportedError():
            return Unavailable(
                f"Le serveur de courriel {server.host} ne sait pas ce qu’on lui demande (STARTTLS "
                "ou identification).",
                "Vérifier DOCGEN_SMTP_STARTTLS et DOCGEN_SMTP_PORT.",
            )
        case _:
            pass
    code = getattr(error, "smtp_code", None)
    return Unavailable(
        f"Le serveur de courriel {server.host} n’a pas pris le message"
        + (f" ({code})." if code else "."),
        "L’envoi sera réessayé.",
    )
