"""What the officer does to an agreement out for signature: cancel it, remind its signers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.ports import Ports
from docgen.actions.post import tell_the_end, want
from docgen.actions.provider_follow import remind_now
from docgen.actions.record_signature import is_turn_of
from docgen.errors import Finding, InvalidData, Refused
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, WrongStatus, after
from docgen.records import queries, tables

MAX_REASON = 2000
# What says that an agreement was carried out: while it lives, that one is not cancelled.
RESTS_ON = {"bilan": "un bilan", "attestation": "une attestation"}


def cancel(ports: Ports, reference: str, reason: str, now: datetime) -> None:
    """The officer ends an agreement: not fully signed, taken over, or revocable without sequel.

    Raises InvalidData (no reason, or one too long), NotFound, WrongStatus, or Refused (a kind that
    has its own way to end, or a bilan or an attestation that rests on it).
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_REASON:
        message = f"dites pourquoi, en {MAX_REASON} caractères au plus : la raison est gardée."
        raise InvalidData([Finding("motif", "error", "motif", message)])
    with ports.database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        if row.state is Status.ANNULE:
            return
        status = after(Step.CANCEL, row.state, Actor.OFFICER)
        taken_over = row.state is Status.REPRIS
        if row.state is Status.ARCHIVE:
            _check_revocable(session, row)
        elif taken_over:
            _check_free(session, row)
        elif all(signer.signed_at for signer in row.signers):
            # Signed by all, and completed within minutes: `after` alone would not see it.
            raise WrongStatus(Step.CANCEL, Status.SIGNE)
        row.status = status
        row.reason = reason
        queries.append(session, row.id, EventType.CANCELLED, now, Actor.OFFICER)
        # Of what is taken over, nobody was written to.
        if not taken_over:
            tell_the_end(session, ports, row, "cancelled", now)


def _check_revocable(session: Session, row: tables.Agreement) -> None:
    kind = agreements.get(row.kind)
    if not kind.revocable:
        raise Refused(
            f"{row.reference} ({kind.title.lower()}) est signé de tous : il ne s’annule plus. Le "
            "modifier ou y mettre fin par l’acte prévu (avenant, dénonciation), s’il y en a un."
        )
    _check_free(session, row)


def _check_free(session: Session, row: tables.Agreement) -> None:
    """Refuse while a bilan or an attestation rests on it."""
    for child in queries.children_of(session, [row.id]):
        if child.kind in RESTS_ON:
            raise Refused(
                f"{row.reference} a {RESTS_ON[child.kind]} ({child.reference}) : on ne peut plus "
                "l’annuler."
            )


def remind(ports: Ports, reference: str, now: datetime) -> int:
    """Send a new link to each signer who has not signed; how many. The old ones die as it leaves.

    Those of the provider's are written to by the provider. Raises NotFound, WrongStatus, Refused
    (one left today already, or nobody is to be written to), or Unavailable (the provider).
    """
    with ports.database.write() as session:
        row = queries.locked(session, queries.agreement_by_reference(session, reference).id)
        after(Step.SIGN, row.state, Actor.SIGNER)
        waiting = [
            signer
            for signer in row.signers
            if signer.signed_at is None and signer.route.by_link and is_turn_of(row, signer)
        ]
        there = queries.provider_request(session, row.id) is not None
        if not waiting and not there:
            raise Refused("Personne n’attend de lien : ceux qui restent signent d’une autre façon.")
        wanted = 0
        for signer in waiting:
            wanted += want(
                session, ports, row, "reminder", now, signer=signer, suffix=f"{now:%Y-%m-%d}"
            )
    # After the commit: a provider that does not answer takes nothing from who has a link.
    if there:
        wanted += remind_now(ports, row.id, now)
    if not wanted:
        raise Refused("Une relance est déjà partie aujourd’hui ; la prochaine demain.")
    return wanted
