"""Pages signed by hand, sent from a telephone: read as the command reads them, kept for an officer.

The link lets pages in and shows what is still missing: it signs nothing. What counts as a signature
is what an officer records afterwards, with who vouches for whom (`handwritten.record`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.post import tell_contact
from docgen.actions.signers import not_signed, of_rank
from docgen.documents.scans.codes import short
from docgen.documents.scans.collating import clearness, empty_boxes, not_ours
from docgen.documents.scans.confined import read_confined
from docgen.documents.scans.printed import layout_of, to_print
from docgen.documents.scans.sheets import Pile, Sheet, Unread, Where
from docgen.errors import NotFound, Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash
from docgen.ways import Way

LINK_LIFE = timedelta(days=14)
Files = Sequence[tuple[str, bytes]]
_SHEET: TypeAdapter[Sheet] = TypeAdapter(Sheet)
_BEFORE = "envoi précédent"


@dataclass(frozen=True)
class Deposited:
    """What a deposit page says: the agreement, and which of its `pages` are `found` or `missing`.

    `nom_complet`: whose own link it is, empty for one that serves everybody; `vides`: the numbers
    of the signature boxes that show no ink, once every page is there.
    """

    reference: str
    titre: str
    organisation: str
    nom_complet: str
    pages: int
    found: tuple[int, ...]
    missing: tuple[int, ...]
    vides: tuple[int, ...]
    contact_nom: str
    contact_courriel: str
    contact_telephone: str | None
    expire_le: datetime


@dataclass(frozen=True)
class Answer:
    """What became of a page that was sent; `place`: the file's name, with its page if several."""

    place: str
    holds: Literal["oui", "non", "info"]
    sentence: str


def open_deposit(ports: Ports, reference: str, now: datetime, rank: int | None = None) -> str:
    """An address where pages are sent from a telephone, for everybody or for one signer.

    The one given before for the same use dies. Raises NotFound, WrongStatus, or Refused (that
    signer has signed, or does not sign on paper).
    """
    token = new_token(ports.random_bytes(32))
    with ports.database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        after(Step.SIGN, row.state, Actor.SIGNER)
        signer = of_rank(row, rank) if rank is not None else None
        if signer is not None:
            not_signed(signer)
            if signer.route is not Way.PAPIER:
                raise Refused(
                    f"{signer.name} ne signe pas sur papier ({signer.route.label}) : changez "
                    "d’abord sa façon de signer (docgen readdress --moyen papier)."
                )
        queries.revoke_deposits(session, row.id, signer.id if signer else None, now)
        session.add(
            tables.Deposit(
                token_hash=token_hash(token),
                agreement_id=row.id,
                signer_id=signer.id if signer else None,
                created_at=now,
                expires_at=min(now + LINK_LIFE, row.expires_at),
            )
        )
    return f"{ports.site_url}/p/{token}"


def deposited(ports: Ports, token: str, now: datetime) -> Deposited:
    """What is there and what is missing. Raises NotFound (no such link) or Refused (dead)."""
    with ports.database.read() as session:
        link, row, frozen = _behind(session, token, now)
        sheets = held_sheets(session, row.id)
        signer = queries.signer(session, link.signer_id) if link.signer_id else None
    agreement = load(row)
    contact = agreement.contact()
    pages = len(layout_of(frozen).sizes)
    found = tuple(sheet.code.page for sheet in sheets)
    fields = {one.field: one.rank for one in row.signers}
    missing = tuple(page for page in range(1, pages + 1) if page not in found)
    return Deposited(
        reference=row.reference,
        titre=agreement.titre(),
        organisation=agreement.emetteur().raison_sociale,
        nom_complet=signer.name if signer else "",
        pages=pages,
        found=found,
        missing=missing,
        vides=() if missing else tuple(fields[one] for one in empty_boxes(sheets, list(fields))),
        contact_nom=contact.nom_complet,
        contact_courriel=contact.courriel,
        contact_telephone=contact.telephone,
        expire_le=link.expires_at,
    )


def put(ports: Ports, token: str, files: Files, now: datetime) -> tuple[Answer, ...]:
    """Read (name, bytes) files and keep the pages that are this agreement's: an answer for each.

    What the files hold raises nothing. The same files again change nothing. Raises NotFound or
    Refused (the link is dead).
    """
    with ports.database.read() as session:
        _, row, frozen = _behind(session, token, now)
    layout = layout_of(frozen)
    pile = read_confined(files, layout)
    digest = short(hashlib.sha256(frozen).hexdigest())
    ports.pause("deposit.read")
    answers = []
    with ports.database.write() as session:
        _, row, _ = _behind(session, token, now)
        queries.locked(session, row.id)
        held = {sheet.code.page: sheet for sheet in held_sheets(session, row.id)}
        before, fresh = set(held), {}
        for sheet in pile.sheets:
            wrong = not_ours(sheet.code, row.reference, digest, len(layout.sizes))
            page = sheet.code.page
            if wrong:
                answers.append(Answer(str(sheet.where), "non", _sentence(wrong)))
            elif page in held and clearness(held[page]) >= clearness(sheet):
                kept = f"page {page} : elle était déjà là, aussi nette."
                answers.append(Answer(str(sheet.where), "info", _sentence(kept)))
            else:
                held[page] = fresh[page] = sheet
                answers.append(Answer(str(sheet.where), "oui", f"Page {page} reçue."))
        if fresh:
            _keep(session, row, fresh, now)
            complete = len(held) == len(layout.sizes)
            if complete and len(before) < len(held):
                tell_contact(session, ports, row, "deposited", now)
    return (*answers, *_others(pile))


def printable(ports: Ports, token: str, now: datetime) -> tuple[str, bytes]:
    """(file name, PDF) of the pages to print and sign. Raises NotFound or Refused."""
    with ports.database.read() as session:
        _, row, frozen = _behind(session, token, now)
    return f"{row.reference}-a-imprimer.pdf", to_print(frozen, row.reference)


def held_sheets(session: Session, agreement_id: str) -> tuple[Sheet, ...]:
    """The pages that were sent and wait for an officer, in order."""
    return tuple(
        replace(_SHEET.validate_json(one.facts), jpeg=one.jpeg)
        for one in queries.deposited_sheets(session, agreement_id)
    )


def held_pile(ports: Ports, agreement_id: str) -> Pile:
    """The same, as what a reading of files gives."""
    with ports.database.read() as session:
        return Pile(held_sheets(session, agreement_id))


def _behind(
    session: Session, token: str, now: datetime
) -> tuple[tables.Deposit, tables.Agreement, bytes]:
    link = queries.deposit(session, token_hash(token))
    if link is None:
        raise NotFound("Le lien", "d’envoi")
    if link.revoked_at is not None:
        raise Refused(
            "Ce lien a été remplacé par un autre. Demandez-le à la personne qui vous l’a donné."
        )
    row = queries.agreement(session, link.agreement_id)
    if link.expires_at <= now or row.expires_at <= now:
        raise Refused(
            "Ce lien n’est plus valable. Demandez-en un nouveau à la personne qui vous l’a donné."
        )
    after(Step.SIGN, row.state, Actor.SIGNER)
    if link.signer_id and queries.signer(session, link.signer_id).signed_at is not None:
        raise Refused("Votre signature sur papier est enregistrée : il n’y a plus rien à envoyer.")
    return link, row, queries.content(session, row.frozen_sha256 or "")


def _keep(session: Session, row: tables.Agreement, fresh: dict[int, Sheet], now: datetime) -> None:
    for page, sheet in fresh.items():
        # A file's name may be somebody's: it goes.
        bare = replace(sheet, where=Where(_BEFORE, 1, 1), jpeg=b"")
        session.merge(
            tables.DepositedSheet(
                agreement_id=row.id,
                page=page,
                facts=json.dumps(_SHEET.dump_python(bare, mode="json")),
                jpeg=sheet.jpeg,
                received_at=now,
            )
        )
    hashes = {str(page): hashlib.sha256(one.jpeg).hexdigest() for page, one in fresh.items()}
    queries.append(session, row.id, EventType.DEPOSITED, now, Actor.SIGNER, {"sheets": hashes})


def _others(pile: Pile) -> Iterable[Answer]:
    """What was sent and is no page of ours."""
    for fault in pile.faults:
        yield Answer(f"« {fault.file} »" if fault.file else "", "non", _sentence(fault.sentence))
    for one in pile.unread:
        yield Answer(str(one.where), "info" if one.blank else "non", _unread(one))


def _unread(one: Unread) -> str:
    if one.blank:
        return "Page sans rien, laissée de côté."
    if one.blurred:
        return "Trop floue ou trop sombre pour lire son code. Reprenez la photo, de plus près."
    return "Aucun code lisible. Le code est dans un coin de la page : il doit être net et entier."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
