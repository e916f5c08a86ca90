"""From a link to a browser session, and what that session shows.

Reading a link changes nothing: mail scanners follow links. Only `enter`, called by a POST, opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.ceremony import (
    Ceremony,
    CodeBy,
    Invitation,
    OtherSigner,
    State,
    consent_for,
)
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.signers import why_not_delegable
from docgen.actions.summary import shown
from docgen.documents.pages import page_count, page_image, page_texts
from docgen.errors import NotFound, Refused
from docgen.french import horodatage
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash
from docgen.ways import Way

SESSION_LIFE = timedelta(hours=2)


@dataclass(frozen=True)
class Seat:
    """Who is behind a session: the agreement and the signer."""

    agreement: tables.Agreement
    signer: tables.Signer
    session_hash: str


class HandedOver(Refused):
    """What this person had to sign was given to somebody else to sign."""

    def __init__(self) -> None:
        super().__init__(
            "La signature de ce document a été confiée à une autre personne. Vous n’avez plus rien "
            "à faire."
        )


class OnPhone(Refused):
    """The visit that began on this screen goes on elsewhere."""

    def __init__(self) -> None:
        super().__init__("La suite se passe sur le téléphone : cet écran ne sert plus à signer.")


def invitation(ports: Ports, token: str, now: datetime) -> Invitation:
    """What the link is for. Raises NotFound (no such link) or Refused (expired, replaced)."""
    with ports.database.read() as session:
        signer = _signer_of_link(session, token, now)
        row = queries.agreement(session, signer.agreement_id)
    agreement = load(row)
    return Invitation(
        row.reference,
        agreement.titre(),
        agreement.emetteur().raison_sociale,
        signer.name,
        row.expires_at,
        _state(row, signer)[0],
        _code_by(signer),
    )


def _code_by(signer: tables.Signer) -> CodeBy:
    if not signer.address:
        return ""
    return "sms" if signer.address.startswith("+") else "courriel"


def enter(ports: Ports, token: str, now: datetime, ip: str, agent: str) -> str:
    """Open a session for the link's signer; the secret to put in the cookie."""
    secret = new_token(ports.random_bytes(32))
    with ports.database.write() as session:
        signer = _signer_of_link(session, token, now)
        row = queries.locked(session, signer.agreement_id)
        session.add(
            tables.SigningSession(
                secret_hash=token_hash(secret),
                signer_id=signer.id,
                created_at=now,
                expires_at=now + SESSION_LIFE,
            )
        )
        if signer.opened_at is None and row.state is Status.ENVOYE:
            signer.opened_at = now
            seen = hashlib.sha256(f"{signer.id}|{ip}|{agent}".encode()).hexdigest()
            queries.append(
                session,
                row.id,
                EventType.OPENED,
                now,
                Actor.SIGNER,
                {"signer": signer.id, "from_sha256": seen},
            )
    return secret


def _signer_of_link(session: Session, token: str, now: datetime) -> tables.Signer:
    link = queries.link(session, token_hash(token))
    if link is None:
        raise NotFound("Le lien", "de signature")
    if link.revoked_at is not None:
        _not_handed_over(session, link.signer_id, link.created_at)
        raise Refused(
            "Ce lien a été remplacé par un autre. Ouvrez le dernier courriel que vous avez reçu."
        )
    if link.expires_at <= now:
        raise Refused(
            "Ce lien n’est plus valable. Demandez-en un nouveau à la personne qui vous l’a envoyé."
        )
    return queries.signer(session, link.signer_id)


def _not_handed_over(session: Session, signer_id: str, since: datetime) -> None:
    if queries.happened_to(session, signer_id, EventType.DELEGATED, since):
        raise HandedOver


def seat(session: Session, secret: str, now: datetime, *, hold: bool = False) -> Seat:
    """Who the cookie belongs to, the agreement held (`queries.locked`) when `hold`.

    Raises NotFound (unknown, or over), HandedOver, OnPhone.
    """
    digest = token_hash(secret)
    found = queries.signing_session(session, digest)
    if found is None:
        raise NotFound("La visite", "en cours")
    if found.expires_at <= now:
        _not_handed_over(session, found.signer_id, found.created_at)
        if queries.happened_to(session, found.signer_id, EventType.MOVED, found.created_at):
            raise OnPhone
        raise NotFound("La visite", "en cours")
    signer = queries.signer(session, found.signer_id)
    of = queries.locked if hold else queries.agreement
    return Seat(of(session, signer.agreement_id), signer, digest)


def ceremony(ports: Ports, secret: str, now: datetime) -> Ceremony:
    """Everything the signing page says to this signer."""
    with ports.database.read() as session:
        place = seat(session, secret, now)
        row, signer = place.agreement, place.signer
        state, reason = _state(row, signer)
        pages = 0
        summary: Mapping[str, str] = {}
        if state == "a_signer":
            pages = page_count(queries.content(session, row.frozen_sha256 or ""))
            summary = shown(session, queries.events(session, row.id), signer.role)
        code = queries.last_code(session, signer.id)
    agreement = load(row)
    contact = agreement.contact()
    # A code serves the visit that asked for it alone, as `sign` holds it.
    mine = code is not None and code.session_hash == place.session_hash
    live_code = code if code and mine and code.used_at is None and code.expires_at > now else None
    consent, consent_version = consent_for(signer.route)
    return Ceremony(
        reference=row.reference,
        titre=agreement.titre(),
        organisation=agreement.emetteur().raison_sociale,
        nom_complet=signer.name,
        qualite=signer.capacity,
        partenaire=row.company,
        debut=row.first_day,
        fin=row.last_day,
        pages=pages,
        sha256=row.frozen_sha256 or "",
        resume=summary,
        consentement=consent,
        version_consentement=consent_version,
        etat=state,
        motif_clos=reason,
        signe_le=signer.signed_at,
        scelle=signer.sealed_at is not None,
        code_demande=bool(signer.address),
        code_par_sms=signer.address.startswith("+"),
        adresse_masquee=mask(signer.address),
        copie_a=mask(signer.email) if signer.email else "",
        sur_place=signer.route is Way.SUR_PLACE,
        non_confiable=why_not_delegable(signer),
        code_envoye_le=live_code.sent_at if live_code else None,
        code_expire_le=live_code.expires_at if live_code else None,
        autres=tuple(
            OtherSigner(other.name, other.capacity, other.signed_at)
            for other in row.signers
            if other.id != signer.id
        ),
        contact_nom=contact.nom_complet,
        contact_courriel=contact.courriel,
        contact_telephone=contact.telephone,
        expire_le=row.expires_at,
    )


def _state(row: tables.Agreement, signer: tables.Signer) -> tuple[State, str]:
    if signer.declined_at is not None:
        return "refuse", ""
    if row.state is Status.REFUSE:
        other = next((s for s in row.signers if s.declined_at), None)
        when = horodatage(other.declined_at) if other and other.declined_at else ""
        return "clos", f"Une autre personne a refusé de signer {when}.".replace(" .", ".")
    if row.state is Status.EXPIRE:
        return "clos", "Le délai pour signer est passé."
    if row.state is Status.ANNULE:
        return "clos", "L’organisation a annulé ce document."
    return ("signe" if signer.signed_at else "a_signer"), ""


def shown_page(ports: Ports, secret: str, page: int, now: datetime) -> bytes:
    """A page of the frozen PDF as a PNG; pages count from 1."""
    pdf = _frozen(ports, secret, now)
    if not 1 <= page <= page_count(pdf):
        raise NotFound("La page", str(page))
    return page_image(pdf, page - 1)


def spoken_pages(ports: Ports, secret: str, now: datetime) -> list[str]:
    """The words of the frozen PDF, page by page."""
    return page_texts(_frozen(ports, secret, now))


def _frozen(ports: Ports, secret: str, now: datetime) -> bytes:
    with ports.database.read() as session:
        place = seat(session, secret, now)
        return queries.content(session, place.agreement.frozen_sha256 or "")


def download(ports: Ports, secret: str, now: datetime) -> tuple[str, bytes]:
    """(file name, PDF): the frozen document before signing, the latest sealed one after."""
    with ports.database.read() as session:
        place = seat(session, secret, now)
        row = place.agreement
        signed = place.signer.sealed_at is not None
        digest = row.current_sha256 if signed else row.frozen_sha256
        suffix = "-signe" if signed else ""
        return f"{row.reference}{suffix}.pdf", queries.content(session, digest or "")
