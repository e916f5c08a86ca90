"""Take a notice of the provider's: kept once, then it asks for nothing but a look (`reconcile`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from docgen.actions.ports import Ports
from docgen.actions.provider_follow import reconcile
from docgen.actions.provider_start import agreement_of
from docgen.errors import DocgenError, NotFound, Unavailable
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.signing.providers.yousign import open_notice

log = logging.getLogger("docgen")


def take_notice(ports: Ports, body: bytes, signature: str, now: datetime) -> str | None:
    """Keep a genuine notice about an agreement of ours; its id when something is to be looked at.

    None when there is nothing to do: it came before, or is about something else. Raises Forged,
    InvalidData, or NotFound when no notices are expected here.
    """
    account = ports.provider
    if account is None or account.webhook_secret is None:
        raise NotFound("L’avis", "d’un prestataire")
    notice = open_notice(body, signature, account.webhook_secret)
    if notice.sandbox is not account.sandbox:
        log.warning("Avis de Yousign venu d’un autre environnement que celui des réglages, ignoré.")
        return None
    if notice.request_id is None or notice.external_id is None:
        return None
    with ports.database.write() as session:
        try:
            # By our own id: a notice may come before the answer to our own request.
            row = queries.agreement(session, agreement_of(notice.external_id))
        except NotFound:
            return None
        wanted = tables.ProviderNotice(
            event_id=notice.event_id,
            name=notice.event_name,
            agreement_id=row.id,
            received_at=now,
        )
        return row.id if queries.take_notice(session, wanted) else None


def notified(ports: Ports) -> list[str]:
    """Agreements about which a notice waits to be looked at."""
    with ports.database.read() as session:
        return list(queries.notified_agreements(session))


def look_at_notices(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Ask the provider about an agreement it has sent notices about.

    They wait for as long as the provider does not answer, or has not been handed this agreement;
    any other fault is told, and left to the night's look.
    """
    with ports.database.read() as session:
        # Read before the provider is asked: what comes after waits for the next pass.
        events = queries.notified_agreements(session).get(agreement_id, ())
        row = queries.agreement(session, agreement_id)
        known = queries.provider_request(session, agreement_id) is not None
    if not known and row.state is Status.ENVOYE:
        return
    try:
        reconcile(ports, agreement_id, now)
    except Unavailable:
        raise
    except DocgenError:
        _handled(ports, events, now)
        raise
    _handled(ports, events, now)


def _handled(ports: Ports, events: Sequence[str], now: datetime) -> None:
    with ports.database.write() as session:
        queries.handle_notices(session, events, now)
