"""What a mail server says afterwards of a mail it could not deliver (RFC 3464)."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import Message

MOST_BYTES = 1024 * 1024
# Ours: 128 random bits, which only who was handed the mail can know.
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Bounce:
    """One of our mails, by its id, and the status that its recipient's server gave (RFC 3463)."""

    message_id: str
    status: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The mail that came back for good; None for any other message (a delay, an absence)."""
    message = email.message_from_bytes(raw[:MOST_BYTES], policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    status = next((found for part in message.walk() if (found := _failed(part))), "")
    ours = next((found for part in message.walk() if (found := _returned(part))), "")
    return Bounce(ours, status) if status and ours else None


def _failed(part: Message) -> str:
    """The status of a recipient that was given up, in the blocks of a delivery status."""
    if str(part.get("Action", "")).strip().lower() != "failed":
        return ""
    found = _FOR_GOOD.match(str(part.get("Status", "")).strip())
    return found[0] if found else ""


def _returned(part: Message) -> str:
    """Our id of the mail given back, whole or by its headers alone."""
    match part.get_content_type():
        case "message/rfc822":
            inside = part.get_payload()
            held = inside[0] if isinstance(inside, list) and inside else part
            text = str(held.get("Message-ID", "")) if isinstance(held, Message) else ""
        case "text/rfc822-headers":
            text = str(email.message_from_string(str(part.get_payload())).get("Message-ID", ""))
        case _:
            return ""
    found = _OURS.search(text)
    return found[1] if found else ""
