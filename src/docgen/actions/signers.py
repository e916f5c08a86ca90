"""What can be changed of someone who must still sign: their address, their way.

The frozen document never changes. Every change kills the links, visits and codes given before it.
Somebody else signing in their place is `delegation`.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.actions.post import invite_again
from docgen.agreements.parties import Courriel, Telephone
from docgen.agreements.parts import Line
from docgen.agreements.signing import international, mobile
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.lifecycle import Actor, Step, after
from docgen.records import queries, tables
from docgen.ways import Way

_EMAIL: TypeAdapter[str] = TypeAdapter(Courriel)
_PHONE: TypeAdapter[str] = TypeAdapter(Telephone)
_LINE: TypeAdapter[str] = TypeAdapter(Line)
# Who signs for themselves; a body, which has several people, signs by one of them.
PERSONS = frozenset({"beneficiaire", "representant_legal", "tuteur", "referent"})


def line_of(name: str, value: str, otherwise: str) -> str:
    """One printable line. Raises InvalidData on the field `name`, saying `otherwise`."""
    line = _checked(name, _LINE, " ".join(value.split()), otherwise)
    if not line:
        raise wrong(name, otherwise)
    return line


def set_address(
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
            raise wrong("telephone", "écrire un numéro mobile (06, 07 ou +…).")
        signer.phone = international(number)
    if way is None and email is None and phone is not None and not signer.email:
        way = Way.SMS
    if way is None and phone is None and email is not None and not signer.phone:
        way = Way.COURRIEL if signer.route is Way.SMS else None
    if way is Way.PRESTATAIRE:
        raise wrong("moyen", "un prestataire se choisit à l’émission.")
    signer.way = way or signer.way
    if signer.route is not Way.SUR_PLACE:
        signer.witness = signer.identity_check = None
    _must_be_reachable(row, signer)


def _must_be_reachable(row: tables.Agreement, signer: tables.Signer) -> None:
    if signer.route is Way.COURRIEL and not signer.email:
        raise wrong("courriel", f"{signer.name} n’a pas de courriel : en écrire un.")
    if signer.route is Way.SMS and not signer.phone:
        raise wrong("telephone", f"{signer.name} n’a pas de téléphone mobile : en écrire un.")
    for other in row.signers:
        if other is not signer and signer.address and other.address == signer.address:
            field = "telephone" if signer.route is Way.SMS else "courriel"
            raise wrong(field, f"{other.name} signe déjà avec cette adresse.")


def start_afresh(
    session: Session, ports: Ports, row: tables.Agreement, signer: tables.Signer, now: datetime
) -> None:
    """Nothing given before opens any more; who has a link and whose turn it is gets a new one."""
    queries.end_visits(session, signer.id, now)
    invite_again(session, ports, row, signer, now)


def why_not_delegable(signer: tables.Signer) -> str:
    """Why this signer can't hand over from the pages, said to them; empty when they can."""
    if signer.role in PERSONS:
        return "Vous signez en votre propre nom : personne ne peut signer à votre place."
    if signer.route is Way.SUR_PLACE:
        return (
            "Vous signez sur place, devant une personne qui vous connaît : dites-lui qui doit "
            "signer."
        )
    if signer.principal:
        return (
            "On vous a confié cette signature : seules la personne qui l’a fait et l’organisation "
            "peuvent choisir quelqu’un d’autre."
        )
    return "" if signer.route.by_link else "Cette signature ne se confie pas depuis cette page."


def still_to_sign(
    session: Session, reference: str, rank: int
) -> tuple[tables.Agreement, tables.Signer]:
    """The agreement, held, and its signer of that rank. Raises NotFound, WrongStatus or Refused."""
    row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
    after(Step.SIGN, row.state, Actor.SIGNER)
    signer = of_rank(row, rank)
    not_signed(signer)
    alone_at_provider(session, row, signer)
    return row, signer


def alone_at_provider(session: Session, row: tables.Agreement, signer: tables.Signer) -> None:
    """Raise Refused when taking this signer back from the provider would lose who signed there."""
    there = queries.provider_signers(session, row.id)
    if signer.route is not Way.PRESTATAIRE or signer.id not in there:
        return
    signed = [one for one in row.signers if one.id in there and one.signed_at is not None]
    if signed:
        raise Refused(
            f"{signer.name} signe chez le prestataire dans la même demande que "
            f"{signed[0].name}, qui y a déjà signé : l’arrêter perdrait sa signature. Attendez, ou "
            "annulez l’accord et émettez-le de nouveau."
        )


def of_rank(row: tables.Agreement, rank: int) -> tables.Signer:
    """The signer of that rank. Raises NotFound."""
    for signer in row.signers:
        if signer.rank == rank:
            return signer
    raise NotFound(f"Le signataire de {row.reference}", f"n° {rank}")


def not_signed(signer: tables.Signer) -> None:
    """Raise Refused for who has signed."""
    if signer.signed_at is not None:
        raise Refused(f"{signer.name} a déjà signé : plus rien n’y change.")


def _checked(name: str, adapter: TypeAdapter[str], value: str, otherwise: str) -> str:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise wrong(name, otherwise) from error


def wrong(name: str, message: str) -> InvalidData:
    """The fault of one field."""
    return InvalidData([Finding("signataire", "error", name, message)])
