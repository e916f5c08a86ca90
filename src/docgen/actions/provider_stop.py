"""Stop the provider's request when one of its signers is to sign otherwise.

The provider can't take one signer out of a request that has left: the whole of it is cancelled, and
those of its signers who still go there are asked anew by the next sweep. What is to be stopped is
read from the signers' ways: a call that fails is made again, and seen meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from docgen.actions.ports import Ports
from docgen.actions.provider_start import account_of
from docgen.errors import Refused, Unavailable
from docgen.journal import EventType
from docgen.lifecycle import Actor
from docgen.records import queries
from docgen.signing.providers.yousign import NAME, RequestStatus, SignerStatus

_UNDER_WAY = {RequestStatus.ONGOING, RequestStatus.APPROVAL, RequestStatus.PAUSED}


def to_stop(ports: Ports, agreement_id: str) -> bool:
    """Whether a signer of this agreement's request is to sign otherwise."""
    with ports.database.read() as session:
        return agreement_id in queries.requests_to_stop(session)


def stop(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Cancel the request, and forget it: the journal keeps that there was one.

    Raises Unavailable, or Refused when somebody has signed there: a person must then choose.
    """
    if not to_stop(ports, agreement_id):
        return
    client = account_of(ports).client
    with ports.database.read() as session:
        held = queries.provider_request(session, agreement_id)
        row = queries.agreement(session, agreement_id)
    assert held is not None
    status = client.get(held.request_id).status
    signed = [one for one in client.signers(held.request_id) if one.status is SignerStatus.SIGNED]
    if signed or status is RequestStatus.DONE:
        raise Refused(
            f"{row.reference} : quelqu’un a signé chez {NAME} dans la demande qui devait "
            "s’arrêter. Annulez l’accord et émettez-le de nouveau."
        )
    if status in _UNDER_WAY:
        client.cancel(held.request_id)
        status = RequestStatus.CANCELED
    ports.pause("provider.stopped")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        again = queries.provider_request(session, agreement_id)
        if again is None or again.request_id != held.request_id:
            return
        queries.forget_provider_request(session, agreement_id)
        facts = {"provider": NAME, "request": held.request_id, "status": status.value}
        queries.append(session, row.id, EventType.CALLED_BACK, now, Actor.OFFICER, facts)


def stop_at_once(ports: Ports, agreement_id: str, now: datetime) -> None:
    """`stop`, once the officer's own act is committed: what fails is on record, tried again."""
    try:
        stop(ports, agreement_id, now)
    except (Unavailable, Refused) as error:
        with ports.database.write() as session:
            queries.locked(session, agreement_id).last_error = error.explain()
