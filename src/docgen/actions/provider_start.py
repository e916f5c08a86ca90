"""Hand an agreement over to the provider: its frozen PDF, and those of its signers who go there.

The PDF that docgen seals stays the document of record; what the provider gives back, signed, comes
beside it in the dossier (`provider_return`). Killed anywhere and run again, there is one request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from docgen.actions.paper import boxes_of, fields_under, load
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.agreements.parties import PersonneNommee
from docgen.agreements.signing import international
from docgen.documents.pages import page_height
from docgen.errors import Broken, Refused, Unavailable
from docgen.french import PARIS
from docgen.journal import Event, EventType
from docgen.lifecycle import Actor
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.signing.providers.yousign import NAME, Account, Invitee, Order, place, spot_of
from docgen.signing.providers.yousign.order import LONGEST_NAME
from docgen.ways import Way


def account_of(ports: Ports) -> Account:
    """The provider's account. Raises Unavailable when none is set."""
    if ports.provider is None:
        raise Unavailable(
            "Aucun prestataire de signature n’est réglé.",
            "Donner DOCGEN_YOUSIGN_API_KEY, ou choisir une autre façon de signer.",
        )
    return ports.provider


def due_for_provider(ports: Ports) -> list[str]:
    """Agreements that can be handed over now: those who sign elsewhere before have done so."""
    with ports.database.read() as session:
        rows = [queries.agreement(session, one) for one in queries.ids_to_hand_over(session)]
    return [row.id for row in rows if not _awaits_others(row)]


def _awaits_others(row: tables.Agreement) -> bool:
    """Whether someone who signs otherwise has to before those of the provider's.

    Between two of these nobody can: that is refused, and not waited for.
    """
    going = going_of(row)
    first, last = going[0].turn, going[-1].turn
    return any(
        signer.turn <= first and signer.turn < last
        for signer in row.signers
        if signer.route is not Way.PRESTATAIRE and signer.signed_at is None
    )


def going_of(row: tables.Agreement) -> list[tables.Signer]:
    """Who still has to sign at the provider's, in order of turns."""
    going = [s for s in row.signers if s.route is Way.PRESTATAIRE and s.signed_at is None]
    return sorted(going, key=lambda signer: (signer.turn, signer.rank))


def hand_over(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Place the agreement's request at the provider's; nothing to do when it is there.

    One process at a time (the sweep). Raises Unavailable, Refused or InvalidData.
    """
    account = account_of(ports)
    with ports.database.read() as session:
        if queries.provider_request(session, agreement_id) is not None:
            return
        row = queries.agreement(session, agreement_id)
        pdf = queries.content(session, row.frozen_sha256 or "")
        external_id = _external_id(row.id, queries.events(session, row.id))
    going = going_of(row)
    order = order_of(row, going, pdf, account, external_id)
    placed = place(account.client, order, ports.pause)
    ports.pause("provider.placed")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        # Kept whatever the agreement has become meanwhile: then the request is withdrawn.
        session.add(
            tables.ProviderRequest(
                agreement_id=row.id,
                request_id=placed.request_id,
                document_id=placed.document_id,
                placed_at=now,
            )
        )
        known = {signer.id: signer for signer in row.signers}
        for signer, provider_id in zip(going, placed.signer_ids, strict=True):
            session.add(tables.ProviderSigner(signer_id=signer.id, provider_id=provider_id))
            known[signer.id].invited_at = now
        queries.append(
            session,
            row.id,
            EventType.HANDED_OVER,
            now,
            Actor.SCHEDULE,
            {
                "provider": NAME,
                "sandbox": account.sandbox,
                "request": placed.request_id,
                "level": account.level.value,
                "frozen_sha256": row.frozen_sha256,
                "signers": [{"id": one.id, "to": mask(one.email)} for one in going],
            },
        )


def _external_id(agreement_id: str, events: Sequence[Event]) -> str:
    """Our name for the request: the agreement's id, numbered once one was stopped.

    So that a request that was stopped is never found again for the one to be placed.
    """
    stopped = sum(event.type is EventType.CALLED_BACK for event in events)
    return f"{agreement_id}-{stopped + 1}" if stopped else agreement_id


def agreement_of(external_id: str | None) -> str:
    """The agreement's id in our name for its request."""
    return (external_id or "").partition("-")[0]


def order_of(
    row: tables.Agreement,
    going: Sequence[tables.Signer],
    pdf: bytes,
    account: Account,
    external_id: str,
) -> Order:
    """What is asked of the provider about this agreement. Raises Refused."""
    _check_turns(row, going)
    agreement = load(row)
    places = {field.name: field for field in fields_under(pdf, boxes_of(agreement))}
    invitees = []
    for signer in going:
        if signer.principal:
            raise Refused(
                f"Le signataire n° {signer.rank} signe par délégation : le prestataire contrôle "
                "l’identité de la personne que le document nomme. Choisir une autre façon."
            )
        field = places[signer.field]
        first_name, last_name, phone = _person(agreement, signer)
        invitees.append(
            Invitee(
                first_name,
                last_name,
                signer.email,
                phone,
                spot_of(field.page, field.box, page_height(pdf, field.page)),
            )
        )
    return Order(
        external_id=external_id,
        name=f"{agreement.titre()}, {row.reference}"[:LONGEST_NAME],
        file_name=f"{row.reference}.pdf",
        pdf=pdf,
        level=account.level,
        expires_on=row.expires_at.astimezone(PARIS).date(),
        invitees=tuple(invitees),
        in_turn=len({signer.turn for signer in going}) > 1,
    )


def _check_turns(row: tables.Agreement, going: Sequence[tables.Signer]) -> None:
    first, last = going[0].turn, going[-1].turn
    between = [
        signer
        for signer in row.signers
        if signer.route is not Way.PRESTATAIRE and first < signer.turn < last
    ]
    if between:
        raise Refused(
            f"{row.reference} : le signataire n° {between[0].rank} signe autrement, entre deux "
            "signataires du prestataire. Les mettre à la suite."
        )


def _person(agreement: Agreement, signer: tables.Signer) -> tuple[str, str, str | None]:
    """(first name, last name, international telephone) of a signer, from the model."""
    (path,) = (one.path for one in agreement.signataires() if one.rang == signer.rank)
    person: object = agreement
    for name in path.split("."):
        person = getattr(person, name)
    if not isinstance(person, PersonneNommee):
        raise Broken(f"Le signataire n° {signer.rank} n’est pas une personne ({path}).")
    phone = signer.phone or getattr(person, "telephone", None)
    return person.prenom, person.nom, international(phone)
