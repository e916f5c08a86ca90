"""Place an order: from nothing, or from wherever an interrupted try has left it, to one request.

The API has no idempotency key. So each step first reads what is there, and does only what is
missing; an answer that was lost is found again by our `external_id` at the next pass. One process
at a time may place orders (the sweep's lock): two would each find nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docgen.errors import Broken
from docgen.signing.providers.yousign.answer import (
    Document,
    Nature,
    Request,
    RequestStatus,
    Signer,
)
from docgen.signing.providers.yousign.client import Yousign
from docgen.signing.providers.yousign.order import Invitee, Order, Spot


@dataclass(frozen=True)
class Placed:
    """A request that has left; `signer_ids` are in the order of the order's invitees."""

    request_id: str
    document_id: str
    signer_ids: tuple[str, ...]


def place(
    provider: Yousign, order: Order, pause: Callable[[str], None] = lambda _step: None
) -> Placed:
    """The one active request of `order`, made now or found.

    `pause` is called with the name of each step that is about to begin. Raises InvalidData (the
    order), Unavailable or Refused (the provider), Broken (what is there is not what we ordered).
    """
    order.check()
    request = _request(provider, order, pause)
    draft = request.status is RequestStatus.DRAFT
    document = _document(provider, order, request, pause, draft=draft)
    signers = _signers(provider, order, request, document, pause, draft=draft)
    if draft:
        pause("yousign.activate")
        provider.activate(request.id)
    return Placed(request.id, document.id, tuple(signer.id for signer in signers))


def _request(provider: Yousign, order: Order, pause: Callable[[str], None]) -> Request:
    """The request that carries our id: the one that left if any did, else the oldest draft."""
    if found := provider.find(order.external_id):
        return min(found, key=lambda one: (one.status is RequestStatus.DRAFT, one.created_at))
    pause("yousign.create")
    return provider.create(order)


def _document(
    provider: Yousign,
    order: Order,
    request: Request,
    pause: Callable[[str], None],
    *,
    draft: bool,
) -> Document:
    held = [one for one in provider.documents(request.id) if one.nature is Nature.SIGNABLE]
    if not held and draft:
        pause("yousign.upload")
        return provider.upload(request.id, order.file_name, order.pdf)
    if len(held) != 1:
        raise Broken(f"{order.name} : la demande Yousign a {len(held)} documents à signer.")
    return held[0]


def _signers(
    provider: Yousign,
    order: Order,
    request: Request,
    document: Document,
    pause: Callable[[str], None],
    *,
    draft: bool,
) -> tuple[Signer, ...]:
    strangers = list(provider.signers(request.id))
    signers: list[Signer] = []
    for invitee in order.invitees:
        signer = _take(strangers, invitee)
        if signer is None and draft:
            pause("yousign.signer")
            after = signers[-1].id if signers else None
            signer = provider.add_signer(request.id, document.id, order, invitee, after)
        if signer is None or signer.signature_level is not order.level:
            raise Broken(f"{order.name} : la demande Yousign n’a pas les signataires de l’accord.")
        signers.append(signer)
    if strangers:
        raise Broken(f"{order.name} : la demande Yousign a un signataire de trop.")
    return tuple(signers)


def _take(signers: list[Signer], invitee: Invitee) -> Signer | None:
    """Take out of `signers` the one that is this invitee: same person, at the same place if two."""
    same = [one for one in signers if _who(one) == _who_is(invitee)]
    there = [one for one in same if _stands(one, invitee.spot)]
    found = next(iter(there or same), None)
    if found is not None:
        signers.remove(found)
    return found


def _who(signer: Signer) -> Sequence[str]:
    info = signer.info
    return tuple(one.casefold() for one in (info.email, info.first_name, info.last_name))


def _who_is(invitee: Invitee) -> Sequence[str]:
    names = (invitee.email, invitee.sent_first_name(), invitee.sent_last_name())
    return tuple(one.casefold() for one in names)


def _stands(signer: Signer, spot: Spot) -> bool:
    return any(
        (mark.page, mark.x, mark.y) == (spot.page, spot.x, spot.y) for mark in signer.fields or ()
    )
