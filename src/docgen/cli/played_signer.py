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
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from docgen.errors import Broken

_LINK = re.compile(r"https?://\S+/s/[\w-]+")
_CODE = re.compile(r"(?<!\d)(\d{3})[ \u00a0\u202f]?(\d{3})(?!\d)")
_CSRF = re.compile(r'name="jeton" value="([^"]+)"')
_NAME = re.compile(r'id="nom-attendu"[^>]*>([^<]+)<')
_REFERENCE = re.compile(r"\b[A-Z]{2,6}-\d{4}-\d{4,}(?:-[A-Z]{1,3}\d+)*\b")


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


def links(folder: Path) -> list[tuple[str, str, str]]:
    """(recipient, reference, link) of every mail that holds a signing link, oldest first."""
    found = []
    for mail in mails(folder):
        link = _LINK.search(mail.text)
        reference = _REFERENCE.search(mail.subject + mail.text)
        if link and reference:
            found.append((mail.to, reference[0], link[0]))
    return found


def sign_everything(folder: Path, already: int = 0) -> Iterator[tuple[str, str]]:
    """Sign through each link of the mail folder but the first ones, used `already`.

    Gives (name, reference) of each signature.
    """
    for to, reference, link in links(folder)[already:]:
        yield sign_through(folder, to, link), reference


def sign_through(folder: Path, to: str, link: str) -> str:
    """Open one link, ask for a code, read it in the mail, sign; the signer's name."""
    with browser_at(link) as browser:
        form = filled_form(browser, folder, to, link)
        click(browser, form)
    return form["nom_saisi"]


def browser_at(link: str) -> httpx.Client:
    """A browser on the site of the link."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    headers = {"Origin": origin, "User-Agent": "docgen played signer"}
    return httpx.Client(base_url=origin, headers=headers, follow_redirects=True, timeout=60)


def filled_form(browser: httpx.Client, folder: Path, to: str, link: str) -> dict[str, str]:
    """Open the link, ask for a code, read it in the mail: the form of who has only to click."""
    _told(browser.get(link))
    page = _told(browser.post(link))
    name = unescape(_found(_NAME, page).strip())
    page = _told(browser.post("/signature/code", data={"jeton": _found(_CSRF, page)}))
    return {
        "jeton": _found(_CSRF, page),
        "code": newest_code(folder, to),
        "nom_saisi": name,
        "consentement": "oui",
    }


def click(browser: httpx.Client, form: dict[str, str]) -> None:
    """Sign."""
    _told(browser.post("/signature/signer", data=form))


def newest_code(folder: Path, to: str) -> str:
    """The newest code mailed to an address."""
    for mail in reversed(mails(folder)):
        if mail.to == to and not _LINK.search(mail.text) and (code := _CODE.search(mail.text)):
            return code[1] + code[2]
    raise Broken("Aucun code n’est arrivé dans le dossier des courriels.")


def _told(answer: httpx.Response) -> str:
    if answer.is_error:
        raise Broken(f"La page de signature a répondu {answer.status_code}.")
    return answer.text


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    if match is None:
        raise Broken("La page de signature n’a pas la forme attendue.")
    return match[1]
