"""Somebody else of the same party signs in a signer's place: said by the officer, or by the signer.

The frozen document never changes: a delegation is written on the seal and in the evidence. The
link, the visits and the codes given before end with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.enter import seat
from docgen.actions.ports import Ports
from docgen.actions.post import tell_contact
from docgen.actions.signers import (
    PERSONS,
    line_of,
    not_signed,
    of_rank,
    set_address,
    start_afresh,
    still_to_sign,
    why_not_delegable,
    wrong,
)
from docgen.errors import Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.ways import Way


@dataclass(frozen=True)
class Delegate:
    """Who signs in a signer's place, for the same party; `qualite` is theirs, said anew."""

    nom_complet: str
    qualite: str
    courriel: str = ""
    telephone: str = ""


def delegate(ports: Ports, reference: str, rank: int, to: Delegate, now: datetime) -> None:
    """The officer records that somebody else of the same party signs in a signer's place.

    Raises InvalidData (`nom`, `qualite`, `courriel`, `telephone`), NotFound, WrongStatus, Refused.
    """
    with ports.database.write() as session:
        row, signer = still_to_sign(session, reference, rank)
        if signer.role in PERSONS:
            raise Refused(f"{signer.name} signe en son nom propre : cela ne se délègue pas.")
        if signer.route is Way.PRESTATAIRE:
            raise Refused(
                f"{signer.name} signe chez un prestataire, qui contrôle l’identité de la personne "
                "que le document nomme. Changez d’abord sa façon de signer (docgen readdress)."
            )
        _replace(row, signer, to)
        _start(session, ports, row, signer, now, Actor.OFFICER)


def look_at_delegate(ports: Ports, secret: str, to: Delegate, now: datetime) -> Delegate:
    """Who would sign, as it would be recorded; nothing changes.

    Raises what `delegate_from_page` would.
    """
    with ports.database.read() as session, _of_visit(session, secret, now) as (row, signer):
        return _replace(row, signer, to)


def delegate_from_page(ports: Ports, secret: str, to: Delegate, now: datetime) -> None:
    """The signer hands over to somebody else of their party; their own link and visit end.

    Raises InvalidData (`nom`, `qualite`, `courriel`), NotFound, WrongStatus or Refused.
    """
    with ports.database.write() as session, _of_visit(session, secret, now) as (row, signer):
        _replace(row, signer, to)
        _start(session, ports, row, signer, now, Actor.SIGNER)
        tell_contact(session, ports, row, "delegated", now)


@contextmanager
def _of_visit(
    session: Session, secret: str, now: datetime
) -> Iterator[tuple[tables.Agreement, tables.Signer]]:
    """The visit's agreement, held, and its signer, who may hand over. Raises why they may not."""
    place = seat(session, secret, now)
    row = queries.locked(session, place.agreement.id)
    signer = of_rank(row, place.signer.rank)
    after(Step.SIGN, row.state, Actor.SIGNER)
    not_signed(signer)
    if reason := why_not_delegable(signer):
        raise Refused(reason)
    yield row, signer


def _replace(row: tables.Agreement, signer: tables.Signer, to: Delegate) -> Delegate:
    """Put somebody else in the signer's row; who it is, as it was read."""
    name = line_of("nom", to.nom_complet, "écrivez le prénom et le nom de la personne.")
    capacity = line_of("qualite", to.qualite, "écrivez sa fonction, et pour qui elle signe.")
    own = signer.email
    signer.principal = signer.principal or signer.name
    signer.name, signer.capacity = name, capacity
    signer.email, signer.phone = "", None
    # Whoever was vouched for was somebody else.
    signer.witness = signer.identity_check = None
    set_address(row, signer, to.courriel or None, to.telephone or None, None)
    if signer.route.by_link and not signer.address:
        raise wrong("courriel", "écrivez le courriel de la personne qui signera.")
    if own and signer.email == own:
        raise wrong("courriel", "c’est l’adresse où vous avez reçu le lien ; écrivez la sienne.")
    signer.opened_at = signer.code_sent_at = None
    return Delegate(name, capacity, signer.email, to.telephone)


def _start(
    session: Session,
    ports: Ports,
    row: tables.Agreement,
    signer: tables.Signer,
    now: datetime,
    actor: Actor,
) -> None:
    start_afresh(session, ports, row, signer, now)
    facts = {"signer": signer.id, "way": signer.way, "to": mask(signer.address)}
    queries.append(session, row.id, EventType.DELEGATED, now, actor, facts)
