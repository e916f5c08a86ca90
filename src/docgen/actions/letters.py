"""The mail that a wanted message becomes when it leaves: facts gathered here, words in `mail`.

A signing link is made here, its hash kept by the caller's transaction, its token nowhere but in
the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen import french
from docgen.actions.paper import load_amended
from docgen.actions.ports import Ports
from docgen.actions.renewal_notes import note_in
from docgen.actions.signer_attestation import attestations_in, file_name
from docgen.actions.way_words import level_name
from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat
from docgen.errors import Broken
from docgen.journal import EventType
from docgen.mail import compose, follow_up, texts, to_officer
from docgen.mail.compose import Contact, Message
from docgen.mail.texts import Text
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash


@dataclass(frozen=True)
class Letter:
    """What any of the letters may need."""

    ports: Ports
    session: Session
    wanted: tables.Message
    row: tables.Agreement
    signer: tables.Signer | None
    agreement: Agreement
    now: datetime

    @property
    def organisation(self) -> str:
        return self.agreement.emetteur().raison_sociale

    @property
    def name(self) -> str:
        """Whom the letter greets."""
        if self.signer:
            return self.signer.name
        names = {one.courriel: one.nom_complet for one in self.agreement.destinataires()}
        return names.get(self.wanted.recipient, self.agreement.contact().nom_complet)

    @property
    def company_contact(self) -> str:
        """The company's person in charge of a partnership, by name."""
        if isinstance(self.agreement, Partenariat):
            return self.agreement.referents.entreprise.nom_complet
        return self.agreement.partenaire()

    @property
    def page(self) -> str:
        """The agreement's page of the office; it opens with an account alone."""
        return f"{self.ports.site_url}/bureau/accords/{self.row.reference}"

    @property
    def contact(self) -> Contact:
        person = self.agreement.contact()
        return Contact(person.nom_complet, person.courriel, person.telephone)


def compose_for(
    ports: Ports,
    session: Session,
    wanted: tables.Message,
    row: tables.Agreement,
    signer: tables.Signer | None,
    now: datetime,
) -> Message | Text:
    """What to send for a wanted message, to an e-mail address or to a telephone number.

    Raises Broken for a kind nobody writes.
    """
    write = _LETTERS.get(wanted.kind)
    if write is None:
        raise Broken(f"Aucune lettre de genre « {wanted.kind} ».")
    children = queries.children_of(session, [row.id])
    letter = Letter(ports, session, wanted, row, signer, load_amended(row, children), now)
    if not wanted.recipient.startswith("+"):
        return write(letter)
    if wanted.kind in _ENDED:
        return texts.ended(
            to=wanted.recipient,
            organisation=letter.organisation,
            reference=row.reference,
            how=_ENDED[wanted.kind],
            telephone=letter.contact.telephone,
        )
    return texts.invitation(
        to=wanted.recipient,
        organisation=letter.organisation,
        reference=row.reference,
        lien=_new_link(letter),
        rappel=wanted.kind == "reminder",
    )


_ENDED = {"declined": "refusé", "expired": "expiré", "cancelled": "annulé"}


def _invitation(letter: Letter) -> Message:
    return _ask(letter, compose.invitation)


def _reminder(letter: Letter) -> Message:
    return _ask(letter, compose.reminder)


def _ask(letter: Letter, write: Callable[..., Message]) -> Message:
    return write(
        to=letter.wanted.recipient,
        nom=letter.name,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        lien=_new_link(letter),
        expire_le=letter.row.expires_at,
        contact=letter.contact,
    )


def _new_link(letter: Letter) -> str:
    """A link for the signer alone, its hash added to the caller's transaction."""
    if letter.signer is None:
        raise Broken("Une invitation sans signataire.")
    token = new_token(letter.ports.random_bytes(32))
    letter.session.add(
        tables.Link(
            token_hash=token_hash(token),
            signer_id=letter.signer.id,
            created_at=letter.now,
            expires_at=letter.row.expires_at,
        )
    )
    return f"{letter.ports.site_url}/s/{token}"


def _copy(letter: Letter) -> Message:
    return compose.copy(
        to=letter.wanted.recipient,
        nom=letter.name,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        pdf=queries.content(letter.session, letter.row.current_sha256 or ""),
        nom_fichier=f"{letter.row.reference}.pdf",
        attestation=_attestation(letter),
        niveau=level_name(letter.signer.route) if letter.signer else "",
        contact=letter.contact,
    )


def _attestation(letter: Letter) -> tuple[str, bytes] | None:
    """The signer's own attestation; None for who receives a copy without having signed."""
    if letter.signer is None:
        return None
    kept = attestations_in(queries.events(letter.session, letter.row.id))
    if letter.signer.id not in kept:
        return None
    content = queries.content(letter.session, kept[letter.signer.id])
    return file_name(letter.row.reference), content


def _declined(letter: Letter) -> Message:
    who = next((s for s in letter.row.signers if s.declined_at is not None), None)
    # The reason is told to the organisation alone: it may be personal.
    told = letter.signer is None
    return compose.declined(
        to=letter.wanted.recipient,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        par=who.name if who else "un signataire",
        motif=(who.decline_reason if who and told else None),
        lien=letter.page if told else "",
    )


def _expired(letter: Letter) -> Message:
    return compose.expired(
        to=letter.wanted.recipient,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        contact=letter.contact,
    )


def _cancelled(letter: Letter) -> Message:
    return compose.cancelled(
        to=letter.wanted.recipient,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        motif=letter.row.reason if letter.signer is None else None,
        contact=letter.contact,
    )


def _deposited(letter: Letter) -> Message:
    return to_officer.deposited(
        to=letter.wanted.recipient,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        lien=letter.page,
    )


def _delegated(letter: Letter) -> Message:
    # The latest to sign for another: the journal has the line, the record has the name.
    handed = [
        event.data["signer"]
        for event in queries.events(letter.session, letter.row.id)
        if event.type is EventType.DELEGATED
    ]
    signer = queries.signer(letter.session, handed[-1])
    return to_officer.delegated(
        to=letter.wanted.recipient,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        de=signer.principal or "",
        a=signer.name,
        qualite=signer.capacity,
        lien=letter.page,
    )


def _reconduction(letter: Letter) -> Message:
    """The message's key ends with the first day of the period (`…:2027-12-01`)."""
    first = letter.wanted.key.rpartition(":")[2]
    rank, digest = note_in(queries.events(letter.session, letter.row.id), first)
    return follow_up.reconduction(
        to=letter.wanted.recipient,
        nom=letter.company_contact,
        organisation=letter.organisation,
        reference=letter.row.reference,
        titre=letter.agreement.titre(),
        depuis=french.date(date.fromisoformat(first)),
        note=(
            f"{letter.row.reference}-reconduction-{rank}.pdf",
            queries.content(letter.session, digest),
        ),
        contact=letter.contact,
    )


_LETTERS: dict[str, Callable[[Letter], Message]] = {
    "invitation": _invitation,
    "reminder": _reminder,
    "copy": _copy,
    "declined": _declined,
    "expired": _expired,
    "cancelled": _cancelled,
    "delegated": _delegated,
    "deposited": _deposited,
    "reconduction": _reconduction,
}
