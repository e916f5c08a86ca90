"""What can be changed of someone who must still sign: their address, their way, who they are.

The frozen document never changes: a delegation is written on the seal and in the evidence. Every
change kills the links, visits and codes given before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from docgen.actions.enter import seat
from docgen.actions.ports import Ports
from docgen.actions.post import invite_again
from docgen.agreements.parties import Courriel, Telephone
from docgen.agreements.parts import Line
from docgen.agreements.signing import international, mobile
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Step, after
from docgen.mail.compose import mask
from docgen.records import queries, tables
from docgen.ways import Way

_EMAIL: TypeAdapter[str] = TypeAdapter(Courriel)
_PHONE: TypeAdapter[str] = TypeAdapter(Telephone)
_LINE: TypeAdapter[str] = TypeAdapter(Line)


def line_of(name: str, value: str, otherwise: str) -> str:
    """One printable line. Raises InvalidData on the field `name`, saying `otherwise`."""
    return _checked(name, _LINE, value, otherwise)


@dataclass(frozen=True)
class Delegate:
    """Who signs in a signer's place, for the same party; `qualite` is theirs, said anew."""

    nom_complet: str
    qualite: str
    courriel: str = ""
    telephone: str = ""


def readdress(
    ports: Ports,
    reference: str,
    rank: int,
    now: datetime,
    *,
    email: str | None = None,
    phone: str | None = None,
    way: Way | None = None,
) -> None:
    """Correct a signer's address, or change how they sign; who has a link is asked again.

    Raises InvalidData naming the field (`courriel`, `telephone`, `moyen`), NotFound, WrongStatus or
    Refused (already signed).
    """
    with ports.database.write() as session:
        row, signer = still_to_sign(session, reference, rank)
        before = (signer.email, signer.phone, signer.way)
        _put(row, signer, email, phone, way)
        if (signer.email, signer.phone, signer.way) == before:
            return
        _start_afresh(session, ports, row, signer, now)
        facts = {"signer": signer.id, "way": signer.way, "to": mask(signer.address)}
        queries.append(session, row.id, EventType.READDRESSED, now, Actor.OFFICER, facts)


def delegate(ports: Ports, reference: str, rank: int, to: Delegate, now: datetime) -> None:
    """The officer records that somebody else of the same party signs in a signer's place."""
    with ports.database.write() as session:
        row, signer = still_to_sign(session, reference, rank)
        _hand_over(session, ports, row, signer, to, now, Actor.OFFICER)


def delegate_from_page(ports: Ports, secret: str, to: Delegate, now: datetime) -> None:
    """The signer hands over to somebody else of their party; their own link and visit end."""
    with ports.database.write() as session:
        place = seat(session, secret, now)
        row = queries.locked(session, place.agreement.id)
        signer = _of_rank(row, place.signer.rank)
        after(Step.SIGN, row.state, Actor.SIGNER)
        _not_signed(signer)
        if not delegable(signer):
            raise Refused(
                "Vous signez en votre propre nom : personne ne peut signer à votre place."
            )
        _hand_over(session, ports, row, signer, to, now, Actor.SIGNER)


def delegable(signer: tables.Signer) -> bool:
    """Whether somebody else may sign: a body has several people, a person signs for themselves."""
    return signer.role not in {"beneficiaire", "representant_legal", "tuteur", "referent"}


def _hand_over(
    session: Session,
    ports: Ports,
    row: tables.Agreement,
    signer: tables.Signer,
    to: Delegate,
    now: datetime,
    actor: Actor,
) -> None:
    if not delegable(signer):
        raise Refused(f"{signer.name} signe en son nom propre : cela ne se délègue pas.")
    name = line_of("nom", to.nom_complet, "écrire le prénom et le nom de la personne.")
    capacity = line_of("qualite", to.qualite, "écrire sa fonction, et pour qui elle signe.")
    signer.principal = signer.principal or signer.name
    signer.name, signer.capacity = name, capacity
    signer.email, signer.phone = "", None
    _put(row, signer, to.courriel or None, to.telephone or None, None)
    if signer.route.by_link and not signer.address:
        raise _wrong("courriel", "écrire le courriel de la personne qui signera.")
    signer.opened_at = signer.code_sent_at = None
    _start_afresh(session, ports, row, signer, now)
    facts = {"signer": signer.id, "way": signer.way, "to": mask(signer.address)}
    queries.append(session, row.id, EventType.DELEGATED, now, actor, facts)


def _put(
    row: tables.Agreement,
    signer: tables.Signer,
    email: str | None,
    phone: str | None,
    way: Way | None,
) -> None:
    """Set what is given, checked; the way follows the only address when none is asked for."""
    if email is not None:
        signer.email = _checked("courriel", _EMAIL, email, "ce n’est pas une adresse de courriel.")
    if phone is not None:
        number = _checked("telephone", _PHONE, phone, "ce n’est pas un numéro de téléphone.")
        if not mobile(number):
            raise _wrong("telephone", "écrire un numéro mobile (06, 07 ou +…).")
        signer.phone = international(number)
    if way is None and email is None and phone is not None and not signer.email:
        way = Way.SMS
    if way is Way.PRESTATAIRE:
        raise _wrong("moyen", "un prestataire se choisit à l’émission.")
    signer.way = way or signer.way
    if signer.route is not Way.SUR_PLACE:
        signer.witness = signer.identity_check = None
    _must_be_reachable(row, signer)


def _must_be_reachable(row: tables.Agreement, signer: tables.Signer) -> None:
    if signer.route is Way.COURRIEL and not signer.email:
        raise _wrong("courriel", f"{signer.name} n’a pas de courriel : en écrire un.")
    if signer.route is Way.SMS and not signer.phone:
        raise _wrong("telephone", f"{signer.name} n’a pas de téléphone mobile : en écrire un.")
    for other in row.signers:
        if other is not signer and signer.address and other.address == signer.address:
            field = "telephone" if signer.route is Way.SMS else "courriel"
            raise _wrong(field, f"{other.name} signe déjà avec cette adresse.")


def _start_afresh(
    session: Session, ports: Ports, row: tables.Agreement, signer: tables.Signer, now: datetime
) -> None:
    """Nothing given before opens any more; who has a link and whose turn it is gets a new one."""
    queries.end_visits(session, signer.id, now)
    invite_again(session, ports, row, signer, now)


def still_to_sign(
    session: Session, reference: str, rank: int
) -> tuple[tables.Agreement, tables.Signer]:
    """The agreement, held, and its signer of that rank. Raises NotFound, WrongStatus or Refused."""
    row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
    after(Step.SIGN, row.state, Actor.SIGNER)
    signer = _of_rank(row, rank)
    _not_signed(signer)
    return row, signer


def _of_rank(row: tables.Agreement, rank: int) -> tables.Signer:
    for signer in row.signers:
        if signer.rank == rank:
            return signer
    raise NotFound(f"Le signataire de {row.reference}", f"n° {rank}")


def _not_signed(signer: tables.Signer) -> None:
    if signer.signed_at is not None:
        raise Refused(f"{signer.name} a déjà signé : plus rien n’y change.")


def _checked(name: str, adapter: TypeAdapter[str], value: str, otherwise: str) -> str:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise _wrong(name, otherwise) from error


def _wrong(name: str, message: str) -> InvalidData:
    return InvalidData([Finding("signataire", "error", name, message)])
