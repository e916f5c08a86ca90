"""Issue: from checked data to a frozen PDF and the invitations that leave.

Three steps, each one transaction, each safe to run again: register (number, signers), freeze (the
PDF that everybody will see and sign), invite. The sweep takes up what was left between two of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from docgen import agreements
from docgen.actions.paper import PARIS, document, load, rehearse
from docgen.actions.ports import Ports
from docgen.actions.post import deliver, want
from docgen.actions.template import FROM_FOLDER, current
from docgen.agreements.base import Agreement
from docgen.errors import DocgenError, InvalidData
from docgen.journal import EventType, canonical
from docgen.lifecycle import Actor, Status, Step, after
from docgen.records import queries, tables


@dataclass(frozen=True)
class Issued:
    """What became of one submitted document: its number, or why it was not issued.

    `unsent`: why its invitations have not left yet, empty when they have.
    """

    name: str
    reference: str | None
    status: Status | None
    error: DocgenError | None = None
    again: bool = False
    unsent: str = ""


def issue(ports: Ports, agreement: Agreement, now: datetime, name: str = "") -> Issued:
    """Register, freeze and invite. The same data gives back the agreement already made from it."""
    # Before a number is taken: what can't be printed leaves nothing behind.
    rehearse(ports, agreement, now.astimezone(PARIS).date())
    agreement_id, again = register(ports, agreement, now)
    try:
        freeze(ports, agreement_id, now)
    except InvalidData:
        _withdraw(ports, agreement_id, now)
        raise
    except DocgenError as error:
        with ports.database.write() as session:
            queries.locked(session, agreement_id).last_error = error.explain()
        raise
    deliver(ports, now, [agreement_id])
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        waiting = queries.waiting_messages(session, agreement_id)
    unsent = ""
    if waiting:
        reasons = {message.last_error for message in waiting if message.last_error}
        unsent = f"{len(waiting)} courriel(s) en attente, réessayés ensuite. {' '.join(reasons)}"
    return Issued(name, row.reference, row.state, again=again, unsent=unsent.strip())


def issue_all(
    ports: Ports,
    documents: Iterable[tuple[str, bytes]],
    now: datetime,
    told: Callable[[Issued], None] = lambda _issued: None,
) -> Sequence[Issued]:
    """Issue several documents (name, YAML or JSON); one that fails does not stop the others."""
    outcomes = []
    for name, content in documents:
        try:
            agreement = agreements.parse(content, now.astimezone(PARIS).date(), name)
            outcome = issue(ports, agreement, now, name)
        except DocgenError as error:
            outcome = Issued(name, None, None, error)
        outcomes.append(outcome)
        told(outcome)
    return outcomes


def register(ports: Ports, agreement: Agreement, now: datetime) -> tuple[str, bool]:
    """Give the agreement its number and its signers; (id, True when it was already there)."""
    kind = agreements.kind_of(agreement)
    data = agreement.model_dump(mode="json")
    request_key = hashlib.sha256(canonical(data)).hexdigest()
    today = now.astimezone(PARIS).date()
    ports.pause("issue.register")
    with ports.database.write() as session:
        if known := queries.live_request(session, request_key):
            return known.id, True
        number = queries.next_number(session, kind.prefix, today.year)
        row = tables.Agreement(
            id=ports.new_id(),
            reference=f"{kind.prefix}-{today.year}-{number:04d}",
            kind=kind.slug,
            status=Status.BROUILLON,
            request_key=request_key,
            data=canonical(data).decode(),
            company=agreement.partenaire(),
            first_day=agreement.debut,
            last_day=agreement.fin,
            created_at=now,
            expires_at=now + ports.terms.time_to_sign,
        )
        row.signers = [
            tables.Signer(
                id=ports.new_id(),
                rank=signer.rang,
                role=signer.role,
                name=signer.nom_complet,
                capacity=signer.qualite,
                email=signer.courriel,
                field=signer.champ,
            )
            for signer in agreement.signataires()
        ]
        session.add(row)
        session.flush()
        queries.append(
            session,
            row.id,
            EventType.REGISTERED,
            now,
            Actor.OFFICER,
            {
                "reference": row.reference,
                "kind": kind.slug,
                "data_sha256": request_key,
                "signers": [{"id": s.id, "role": s.role, "field": s.field} for s in row.signers],
            },
        )
        return row.id, False


def freeze(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Make the PDF and send it: from here its bytes never change. Nothing to do when done."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
    if row.state is not Status.BROUILLON:
        return
    agreement = load(row)
    ports.pause("issue.render")
    template = current(ports, row.kind)
    issued_on = row.created_at.astimezone(PARIS).date()
    pdf = document(ports, agreement, template.content, row.reference, issued_on)
    ports.pause("issue.freeze")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        if row.state is not Status.BROUILLON:
            return
        status = after(Step.SEND, row.state, Actor.OFFICER)
        digest = queries.keep(session, pdf, now)
        queries.add_revision(session, row.id, digest, None, now)
        row.status = status
        row.frozen_sha256 = row.current_sha256 = digest
        row.template_sha256 = template.sha256
        row.template_version = template.number
        row.last_error = None
        queries.append(
            session,
            row.id,
            EventType.FROZEN,
            now,
            Actor.SCHEDULE,
            {
                "sha256": digest,
                "size": len(pdf),
                "template_sha256": template.sha256,
                "template_version": template.number or FROM_FOLDER,
            },
        )
        queries.append(session, row.id, EventType.SENT, now, Actor.OFFICER)
        for signer in row.signers:
            want(session, ports, row, "invitation", now, signer=signer)


def _withdraw(ports: Ports, agreement_id: str, now: datetime) -> None:
    """End a draft whose data can't become a document: nothing of it waits or is tried again."""
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        row.status = after(Step.CANCEL, row.state, Actor.OFFICER)
        row.reason = "Le document n’a pas pu être fait à partir de ces données."
        queries.append(session, row.id, EventType.CANCELLED, now, Actor.OFFICER)
