"""Entering through the identity provider; the account must be here already: nobody invites oneself.

The first time, it is found by the address that the provider vouches for, and tied to the person
there; from then on by that person alone, whatever becomes of either address.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.accounts.entry import begin_visit, new_secret
from docgen.actions.accounts.throttle import at_the_return, attempt, network_of
from docgen.actions.ports import Ports
from docgen.errors import Refused
from docgen.office_journal import OfficeAct
from docgen.openid import Client, Journey, Person
from docgen.records import queries, tables


def come_back(
    ports: Ports,
    client: Client,
    journey: Journey,
    brought: tuple[str, str, str],
    now: datetime,
    visitor: tuple[str, str],
) -> str:
    """Open a visit for who comes back; the secret of its cookie.

    `brought`: (code, address of the return, issuer or ""); `visitor`: (IP address, browser).
    Raises Refused (nobody here, closed, not believed), Throttled, Unavailable.
    """
    code, back, issuer = brought
    # The provider is asked about each code: a crowd must not make us flood it.
    marks = attempt(ports, at_the_return(visitor[0]), now)
    person = client.person(journey, code, back, issuer)
    secret = new_secret(ports)
    with ports.database.write() as session:
        account, reason = _account_of(session, person)
        if account is None or account.disabled_at is not None:
            known = account.id if account else None
            facts = {"from": network_of(visitor[0]), "by": "openid"}
            queries.note(session, OfficeAct.REFUSED, now, known, known or "", facts)
            reason = reason or "Ce compte est fermé. Un administrateur peut le rouvrir."
        else:
            account = queries.hold_account(session, account.id)
            queries.forget_attempts(session, marks)
            if account.openid_key is None:
                account.openid_key = person.key
                queries.note(session, OfficeAct.IDENTITY_TIED, now, account.id, account.id)
            begin_visit(session, ports, account, secret, now, *visitor, by="openid")
    if reason:
        raise Refused(reason)
    return secret


def _account_of(session: Session, person: Person) -> tuple[tables.Account | None, str]:
    """Whose account it is, and why nobody's."""
    account = queries.account_by_openid(session, person.key)
    if account is not None:
        return account, ""
    if person.email is None:
        return None, (
            "Le fournisseur d’identité ne donne pas d’adresse de courriel vérifiée : le bureau ne "
            "sait pas qui vous êtes. Entrez avec votre mot de passe."
        )
    account = queries.account_by_email(session, person.email)
    if account is None:
        return None, (
            f"Aucun compte du bureau n’a l’adresse {person.email}. Demandez une invitation à un "
            "administrateur."
        )
    if account.openid_key is not None:
        return None, (
            f"Le compte {person.email} est lié à une autre identité du même fournisseur. Entrez "
            "avec votre mot de passe ; un administrateur peut défaire ce lien."
        )
    return account, ""
