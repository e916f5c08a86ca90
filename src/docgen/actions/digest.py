"""The digest: one mail a day and a person, of the reminders that nobody told them yet.

Asked for by a row, composed when it leaves, retried until it does; what could not be sent goes with
the next one, so a mail server that was away brings one mail, not one a day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.digest_words import Line, line_of
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.post import RETRY_MINUTES, Delivered
from docgen.errors import Broken, Refused, Unavailable
from docgen.french import PARIS, jour_date
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status
from docgen.mail import follow_up
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash

LINK_LIFE = timedelta(days=60)


def assemble(ports: Ports, now: datetime) -> None:
    """Ask for the digest of everyone who has something to be told; once a day and a person."""
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        if not queries.undigested(session):
            return
    with ports.database.write() as session:
        queries.hold_reminders(session)
        for recipient in queries.undigested(session):
            digest = queries.unsent_digest(session, recipient)
            if digest is None:
                if queries.digest_of(session, recipient, today) is not None:
                    continue  # today's has left: the rest is for tomorrow's
                digest = tables.Digest(
                    id=ports.new_id(),
                    recipient=recipient,
                    day=today,
                    created_at=now,
                    next_at=now,
                )
                queries.add_digest(session, digest)
            queries.gather_into(session, digest)


def deliver_digests(ports: Ports, now: datetime) -> Delivered:
    """Send the digests that are due. Another process at it: nothing to do here."""
    sent = 0
    failures: list[tuple[str, str]] = []
    with ports.database.exclusive("digests") as mine:
        if not mine:
            return Delivered()
        with ports.database.read() as session:
            due = queries.due_digests(session, now)
        for digest_id in due:
            try:
                sent += _deliver_one(ports, digest_id, now)
            except Unavailable as error:
                failures.append((_put_off(ports, digest_id, now, error), error.explain()))
            except (Refused, Broken) as error:
                failures.append((_give_up(ports, digest_id, now, error), error.explain()))
    return Delivered(sent, tuple(failures))


def lines(session: Session, digest_id: str, today: date) -> list[Line]:
    """The lines of a digest that nobody has settled or put off since."""
    found = queries.lines_of(session, digest_id)
    touched = {
        (one.subject, one.kind, one.target): one
        for one in queries.matters_of(session, [one.subject for one in found])
    }
    left = []
    for one in found:
        matter = touched.get((one.subject, one.kind, one.target))
        snoozed = matter and matter.snoozed_until and matter.snoozed_until > today
        if matter and (matter.settled_at or snoozed):
            continue
        left.append(line_of(one, today))
    return left


def _deliver_one(ports: Ports, digest_id: str, now: datetime) -> bool:
    """Send one digest; False when everything in it was settled before it left."""
    today = now.astimezone(PARIS).date()
    with ports.database.write() as session:
        digest = queries.digest(session, digest_id)
        told = lines(session, digest_id, today)
        if not told:
            digest.abandoned_at = now
            return False
        token = new_token(ports.random_bytes(32))
        # Committed before the mail leaves: a mail in hand always opens.
        session.add(
            tables.DigestLink(
                token_hash=token_hash(token),
                digest_id=digest_id,
                created_at=now,
                expires_at=now + LINK_LIFE,
            )
        )
        recipient = digest.recipient
        letter = follow_up.digest(
            to=recipient,
            organisation=_organisation(session, told),
            jour=jour_date(today),
            lignes=told,
            lien=f"{ports.site_url}/rappels/{token}",
        )
    ports.pause("digest.mail")
    ports.post(letter, digest_id, now)
    ports.pause("digest.sent")
    with ports.database.write() as session:
        if queries.take_digest(session, digest_id, now):
            for line in told:
                _write_down(session, line, recipient, now)
    return True


def _organisation(session: Session, told: list[Line]) -> str:
    """Whose reminders they are: the organisation of the first agreement, else of its sheet."""
    for line in told:
        if line.reference:
            row = queries.agreement_by_reference(session, line.reference)
            # What was taken over does not name it.
            if row.state is not Status.REPRIS:
                return load(row).emetteur().raison_sociale
    sheets = queries.sheets(session, "organisation")
    return sheets[0].label if sheets else "docgen"


def _write_down(session: Session, line: Line, recipient: str, now: datetime) -> None:
    """Say in the agreement's journal that its person in charge was told."""
    if not line.reference:
        return
    row = queries.agreement_by_reference(session, line.reference)
    queries.locked(session, row.id)
    facts = {"to": mask(recipient), "kind": line.kind, "target": line.target.isoformat()}
    queries.append(session, row.id, EventType.DEADLINE, now, Actor.SCHEDULE, facts)


def _put_off(ports: Ports, digest_id: str, now: datetime, error: Unavailable) -> str:
    with ports.database.write() as session:
        digest = queries.digest(session, digest_id)
        minutes = RETRY_MINUTES[min(digest.attempts, len(RETRY_MINUTES) - 1)]
        digest.attempts += 1
        digest.next_at = now + timedelta(minutes=minutes)
        digest.last_error = error.explain()
        return mask(digest.recipient)


def _give_up(ports: Ports, digest_id: str, now: datetime, error: Refused | Broken) -> str:
    """An address that takes no mail: what it held goes with the next digest, seen to fail daily."""
    with ports.database.write() as session:
        digest = queries.digest(session, digest_id)
        digest.abandoned_at = now
        digest.last_error = error.explain()
        queries.release_lines(session, digest_id, now.astimezone(PARIS).date())
        return mask(digest.recipient)
