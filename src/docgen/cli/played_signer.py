"""Signers played over HTTP: each reads the link and the code in the mails it received, and signs.

Used by the demonstration and by the tests of the whole thread; it knows of docgen only what a
browser and a mailbox show.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx

from docgen.errors import Broken

_LINK = re.compile(r"https?://\S+/s/[\w-]+")
_CODE = re.compile(r"(?<!\d)(\d{3})\s?(\d{3})(?!\d)")
_CSRF = re.compile(r'name="jeton" value="([^"]+)"')
_NAME = re.compile(r'data-nom="([^"]+)"')


@dataclass(frozen=True)
class Mail:
    """A mail in the folder: its recipient, its subject, its plain text."""

    to: str
    subject: str
    text: str


def mails(folder: Path) -> list[Mail]:
    """Every mail of the folder, oldest first."""
    found = []
    for path in sorted(folder.glob("*.eml"), key=lambda p: (p.stat().st_mtime_ns, p.name)):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        found.append(Mail(str(message["To"]), str(message["Subject"]), text))
    return found
