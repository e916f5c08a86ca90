"""A mail that comes back is told to whoever follows the agreement, until the address is mended."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest

from docgen.actions.bounce import record_bounce
from docgen.actions.ports import Ports
from docgen.actions.readdress import readdress
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.errors import InvalidData, NotFound
from docgen.journal import EventType
from docgen.mail.bounces import Bounce, read_bounce
from docgen.settings import Settings
from tests.actions.test_ways import events
from tests.ceremonies import issued, sign_all, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT

LATER = NOW + timedelta(hours=1)
COMPANY = "gerant@dupont.example.org"
OURS = "0" * 31 + "a"


def came_back(
    message_id: str, *, action: str = "failed", status: str = "5.1.1", whole: bool = False
) -> bytes:
    """What Postfix writes (RFC 3464): for a person, for a machine, what it gives back."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    more = "Subject: x\n\ntexte\n" if whole else ""
    return f"""From: MAILER-DAEMON@mx.example.org
To: docgen@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

I'm sorry to have to inform you <{"f" * 32}@example.org>
--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {COMPANY}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--=b
Content-Type: {kind}

Message-ID: <{message_id}@example.org>
To: {COMPANY}
{more}
--=b--
""".encode()


def invitation_to(settings: Settings, to: str) -> str:
    """The id of the newest mail to somebody."""
    found = ""
    for path in sorted((settings.home / "mail").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if mail["To"] == to:
            found = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    assert found
    return found


def test_it_is_told_once_and_goes_when_the_address_is_mended(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    notice = came_back(invitation_to(settings, COMPANY))
    told = record_bounce(ports, notice, LATER)
    assert (told.reference, told.status) == (reference, "5.1.1")
    assert COMPANY not in told.sentence
    assert record_bounce(ports, notice, LATER + timedelta(minutes=1)) == told
    assert "est revenu (5.1.1)" in str(status(ports, reference)[0])
    assert len(events(ports, reference, EventType.MAIL_FAILED)) == 1
    # Nothing leaves again for that address by itself; who has the right one is asked anew.
    assert sweep(ports, LATER).failures == []
    readdress(ports, reference, 1, LATER, email="jean@dupont.example.org")
    assert sweep(ports, LATER).failures == []
    assert "est revenu" not in str(status(ports, reference)[0])
    assert "jean@dupont.example.org" in tokens(settings.home / "mail")


@pytest.mark.slow
@on_sqlite
def test_a_copy_that_comes_back_is_told_too(ports: Ports, settings: Settings) -> None:
    reference = issued(ports, PARTENARIAT, NOW)
    sign_all(ports, settings.home / "mail", LATER)
    # Later than the codes, which are mails too.
    assert sweep(ports, LATER + timedelta(hours=1)).failures == []
    record_bounce(ports, came_back(invitation_to(settings, COMPANY)), LATER)
    row = status(ports, reference)[0]
    assert row.status == "archive"
    assert "est revenu" in str(row)


@on_sqlite
def test_what_is_not_ours_or_not_a_bounce_changes_nothing(ports: Ports) -> None:
    with pytest.raises(NotFound):
        record_bounce(ports, came_back(OURS), NOW)
    for other in (
        b"",
        b"\xff\x00 not a mail",
        b"Subject: absent\n\nJe suis absente.",
        came_back(OURS, action="delayed", status="4.4.7"),
        came_back(OURS, status="4.2.2"),
        came_back(OURS, action="delivered", status="2.0.0"),
        came_back("../../etc/passwd"),
        came_back(OURS)[:500],
    ):
        with pytest.raises(InvalidData, match="pas pu être remis"):
            record_bounce(ports, other, NOW)


def test_the_mail_given_back_is_read_whole_or_by_its_headers() -> None:
    for whole in (True, False):
        assert read_bounce(came_back(OURS, whole=whole)) == Bounce(OURS, "5.1.1")
