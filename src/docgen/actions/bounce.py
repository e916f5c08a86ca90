"""A mail that left and came back: its row says so, where whoever follows the agreement looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docgen.actions.ports import Ports
from docgen.errors import Finding, InvalidData
from docgen.journal import EventType
from docgen.lifecycle import Actor
from docgen.mail.bounces import read_bounce
from docgen.mail.compose import mask
from docgen.records import queries


@dataclass(frozen=True)
class Bounced:
    """The agreement, who was written to (masked), and what is to be done."""

    reference: str
    to: str
    status: str
    sentence: str


def record_bounce(ports: Ports, raw: bytes, now: datetime) -> Bounced:
    """Record that a mail came back; the same message again changes nothing.

    Raises InvalidData (not a mail that came back for good) or NotFound (not one of ours).
    """
    bounce = read_bounce(raw)
    if bounce is None:
        message = "ce n’est pas l’avis d’un courriel qui n’a pas pu être remis."
        raise InvalidData([Finding("avis", "error", "avis", message, allowed="un avis RFC 3464")])
    with ports.database.write() as session:
        wanted = queries.message(session, bounce.message_id)
        row = queries.locked(session, wanted.agreement_id)
        to = mask(wanted.recipient)
        sentence = (
            f"Le courriel à {to} est revenu ({bounce.status}) : vérifiez l’adresse auprès de la "
            "personne."
        )
        if wanted.sent_at is not None:
            # Not sent after all, and not to be sent again to that address.
            wanted.sent_at = None
            wanted.abandoned_at = now
            wanted.last_error = sentence
            queries.append(
                session,
                row.id,
                EventType.MAIL_FAILED,
                now,
                Actor.SCHEDULE,
                {"kind": wanted.kind, "to": to},
            )
        return Bounced(row.reference, to, bounce.status, sentence)
