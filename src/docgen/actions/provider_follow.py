"""Follow a request at the provider's: ask how it stands, and record what has come of it.

Asked after a notice (`provider_notice`), every night, and never on a notice's word alone. Each run
is safe to repeat: an act already on record is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.paper import boxes_of, fields_under, load
from docgen.actions.ports import Ports
from docgen.actions.post import tell_the_end
from docgen.actions.provider_return import Returned, fetch_returned
from docgen.actions.provider_start import account_of, agreement_of
from docgen.actions.provider_stop import stop, to_stop
from docgen.actions.provider_words import CONSENT, CONSENT_VERSION
from docgen.actions.record_signature import Act, record_signature
from docgen.actions.sign import finish
from docgen.errors import Broken, Refused
from docgen.french import PARIS
from docgen.journal import EventType, instant
from docgen.lifecycle import Actor, Status, Step, after
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.signing.providers.yousign import (
    NAME,
    Request,
    RequestStatus,
    Signer,
    SignerStatus,
)
from docgen.ways import Way

_MAX_REASON = 2000
COOL_DOWN = timedelta(hours=24)
_OVER = {
    RequestStatus.DECLINED,
    RequestStatus.REJECTED,
    RequestStatus.EXPIRED,
    RequestStatus.CANCELED,
    RequestStatus.DELETED,
}
_STUCK = {SignerStatus.ERROR, SignerStatus.ABORTED}


def reconcile(ports: Ports, agreement_id: str, now: datetime) -> bool:
    """Bring our record of a request up to the provider's; False when nothing is awaited of it.

    Raises Unavailable (asked again later), Broken (what came back is not ours), or Refused (a
    signer whom the provider can't have sign).
    """
    if to_stop(ports, agreement_id):
        stop(ports, agreement_id, now)
        return False
    with ports.database.read() as session:
        held = queries.provider_request(session, agreement_id)
        row = queries.agreement(session, agreement_id)
    if held is None or held.ended_at is not None or row.state is not Status.ENVOYE:
        return False
    client = account_of(ports).client
    request = client.get(held.request_id)
    if agreement_of(request.external_id) != agreement_id:
        raise Broken(f"La demande {NAME} n’est pas celle de cet accord.")
    signers = client.signers(held.request_id)
    returned = None
    if request.status is RequestStatus.DONE:
        returned = _fetched(ports, held, signers)
    ports.pause("provider.fetched")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        held = queries.provider_request(session, agreement_id)
        if held is None or held.ended_at is not None or row.state is not Status.ENVOYE:
            return True  # another pass was faster, or the agreement has ended: `withdraw` looks
        if returned is not None:
            _keep(session, row, held, returned, now)
        _record(session, ports, row, signers, now)
        _end_ours(session, ports, row, request, now)
        if request.status in {*_OVER, RequestStatus.DONE}:
            held.ended_at = now
            held.outcome = request.status.value
    ports.pause("provider.recorded")
    finish(ports, agreement_id, now)
    stuck = [one for one in signers if one.status in _STUCK]
    if stuck:
        raise Refused(
            f"{NAME} ne peut pas recueillir {len(stuck)} signature(s) "
            f"({stuck[0].status.value}) : voir la demande chez {NAME}."
        )
    return True


def _fetched(ports: Ports, held: tables.ProviderRequest, signers: Sequence[Signer]) -> Returned:
    with ports.database.read() as session:
        row = queries.agreement(session, held.agreement_id)
        frozen = queries.content(session, row.frozen_sha256 or "")
    boxes = fields_under(frozen, boxes_of(load(row)))
    levels = {one.id: one.signature_level for one in signers}
    return fetch_returned(account_of(ports).client, held, levels, frozen, boxes)


def _keep(
    session: Session,
    row: tables.Agreement,
    held: tables.ProviderRequest,
    returned: Returned,
    now: datetime,
) -> None:
    known = queries.provider_signers(session, row.id)
    ours = {one.provider_id: signer_id for signer_id, one in known.items()}
    held.document_sha256 = queries.keep(session, returned.pdf, now, row.id)
    for provider_id, proof in returned.proofs.items():
        known[ours[provider_id]].proof_sha256 = queries.keep(session, proof, now, row.id)
    facts = {"provider": NAME, "request": held.request_id, **returned.facts(ours)}
    queries.append(session, row.id, EventType.RETURNED, now, Actor.SCHEDULE, facts)


def _record(
    session: Session,
    ports: Ports,
    row: tables.Agreement,
    signers: Sequence[Signer],
    now: datetime,
) -> None:
    """Record each signature that is not on record, in the order of turns."""
    said = {one.id: one for one in signers}
    known = queries.provider_signers(session, row.id)
    held = queries.provider_request(session, row.id)
    assert held is not None
    for signer in sorted(row.signers, key=lambda one: (one.turn, one.rank)):
        if signer.id not in known:
            continue
        told = said.get(known[signer.id].provider_id)
        if told is None:
            raise Broken(f"La demande {NAME} a perdu le signataire n° {signer.rank}.")
        if told.status is SignerStatus.SIGNED:
            act = Act(
                way=Way.PRESTATAIRE,
                consent=CONSENT,
                consent_version=CONSENT_VERSION,
                facts={
                    "provider": NAME,
                    "sandbox": account_of(ports).sandbox,
                    "request": held.request_id,
                    "level": told.signature_level.value,
                    "said_at": instant(told.signed_at or now),
                },
            )
            record_signature(session, row, signer, act, now, Actor.SCHEDULE)


def _end_ours(
    session: Session, ports: Ports, row: tables.Agreement, request: Request, now: datetime
) -> None:
    """End our agreement as its request ended, unless by then all have signed."""
    if request.status not in _OVER or all(signer.signed_at for signer in row.signers):
        return
    match request.status:
        case RequestStatus.DECLINED:
            _decline(session, ports, row, request, now)
        case RequestStatus.EXPIRED:
            row.status = after(Step.EXPIRE, row.state, Actor.SCHEDULE)
            queries.append(session, row.id, EventType.EXPIRED, now, Actor.SCHEDULE)
            tell_the_end(session, ports, row, "expired", now)
        case _:
            # Someone of the organisation stopped it in the provider's own pages.
            row.status = after(Step.CANCEL, row.state, Actor.OFFICER)
            row.reason = f"Arrêté chez {NAME} ({request.status.value})."
            queries.append(session, row.id, EventType.CANCELLED, now, Actor.OFFICER)
            tell_the_end(session, ports, row, "cancelled", now)


def _decline(
    session: Session, ports: Ports, row: tables.Agreement, request: Request, now: datetime
) -> None:
    told = request.decline_information
    known = queries.provider_signers(session, row.id)
    who = next(
        (s for s in row.signers if told and s.id in known
         and known[s.id].provider_id == told.signer_id),
        None,
    )  # fmt: skip
    row.status = after(Step.DECLINE, row.state, Actor.SIGNER)
    if who is not None and told is not None:
        who.declined_at = now
        # The person's words: kept in the record, never in the journal.
        who.decline_reason = (told.reason or "")[:_MAX_REASON] or None
    facts: Mapping[str, object] = {"signer": who.id} if who else {}
    queries.append(
        session, row.id, EventType.DECLINED, now, Actor.SIGNER, {**facts, "provider": NAME}
    )
    tell_the_end(session, ports, row, "declined", now, but=who)


def remind_at_provider(ports: Ports, agreement_id: str, now: datetime) -> int:
    """Have the provider write again to who has not signed, on the days of our own reminders.

    Marked before it is asked for: a reminder may be lost, and never leaves twice.
    """
    client = account_of(ports).client
    with ports.database.read() as session:
        held = queries.provider_request(session, agreement_id)
    if held is None or held.ended_at is not None:
        return 0
    elapsed = (now.astimezone(PARIS).date() - held.placed_at.astimezone(PARIS).date()).days
    day = max((one for one in ports.terms.reminder_days if one <= elapsed), default=0)
    waiting = {
        one.id for one in client.signers(held.request_id) if one.status is SignerStatus.NOTIFIED
    }
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        due = [
            one
            for one in queries.provider_signers(session, agreement_id).values()
            if one.provider_id in waiting and one.reminded < day
        ]
        for one in due:
            one.reminded = day
            address = mask(queries.signer(session, one.signer_id).email)
            facts = {"signer": one.signer_id, "to": address, "provider": NAME}
            queries.append(session, row.id, EventType.REMINDED, now, Actor.SCHEDULE, facts)
    for one in due:
        client.remind(held.request_id, one.provider_id)
    return len(due)


def remind_now(ports: Ports, agreement_id: str, now: datetime) -> int:
    """Have the provider write again to who has not signed, asked for by the officer; how many.

    Nobody is written to twice in a day. Marked before it is asked for, as the days' own reminders.
    Raises Unavailable or Refused.
    """
    with ports.database.read() as session:
        held = queries.provider_request(session, agreement_id)
    if held is None or held.ended_at is not None or to_stop(ports, agreement_id):
        return 0
    client = account_of(ports).client
    waiting = {
        one.id for one in client.signers(held.request_id) if one.status is SignerStatus.NOTIFIED
    }
    since = now - COOL_DOWN
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        due = [
            one
            for one in queries.provider_signers(session, agreement_id).values()
            if one.provider_id in waiting
            and not queries.happened_to(session, one.signer_id, EventType.REMINDED, since)
        ]
        for one in due:
            address = mask(queries.signer(session, one.signer_id).email)
            facts = {"signer": one.signer_id, "to": address, "provider": NAME}
            queries.append(session, row.id, EventType.REMINDED, now, Actor.OFFICER, facts)
    for one in due:
        client.remind(held.request_id, one.provider_id)
    return len(due)


def withdraw(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Stop the request of an agreement that is over, or signed without it.

    Raises Unavailable, or Refused when it was signed at the provider's in the meantime.
    """
    client = account_of(ports).client
    with ports.database.read() as session:
        held = queries.provider_request(session, agreement_id)
    if held is None or held.ended_at is not None:
        return
    status = client.get(held.request_id).status
    if status in {RequestStatus.ONGOING, RequestStatus.APPROVAL, RequestStatus.PAUSED}:
        client.cancel(held.request_id)
        status = RequestStatus.CANCELED
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        held = queries.provider_request(session, agreement_id)
        if held is None or held.ended_at is not None:
            return
        held.ended_at = now
        held.outcome = status.value
        facts = {"provider": NAME, "request": held.request_id, "status": status.value}
        queries.append(session, row.id, EventType.CALLED_BACK, now, Actor.SCHEDULE, facts)
        reference, label = row.reference, row.state.label
    if status is RequestStatus.DONE:
        raise Refused(
            f"{reference} est {label}, et pourtant signé chez {NAME} : le document est à y prendre."
        )
