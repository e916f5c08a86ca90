"""Issue: from checked data to a frozen PDF and the invitations that leave.

Three steps, each one transaction, each safe to run again: register (number, signers), freeze (the
PDF that everybody will see and sign), invite. The sweep takes up what was left between two of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from docgen import agreements
from docgen.actions.paper import PARIS, document, load, rehearse, template_of
from docgen.actions.ports import Ports
from docgen.actions.post import deliver, want
from docgen.agreements.base import Agreement
from docgen.documents.making import made_with
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


@dataclass(frozen=True)
class Entered:
    """A registered agreement; `again` when it was already there."""

    agreement_id: str
    again: bool


def issue(ports: Ports, agreement: Agreement, now: datetime, name: str = "") -> Issued:
    """Register, freeze and invite. The same data gives back the agreement already made from it."""
    entered = enter(ports, agreement, now)
    make(ports, entered, now)
    return invite(ports, entered, now, name)


def issue_all(
    ports: Ports,
    documents: Iterable[tuple[str, bytes]],
    now: datetime,
    told: Callable[[Issued], None] = lambda _issued: None,
) -> Sequence[Issued]:
    """Issue several documents (name, YAML or JSON); one that fails does not stop the others.

    Numbers are given, and mails leave, in the order of the documents; the PDFs are made side by
    side.
    """
    outcomes = []
    with ThreadPoolExecutor(ports.workers) as threads:
        making = [
            (name, threads.submit(_made, ports, _entered(ports, name, content, now), now))
            for name, content in documents
        ]
        for name, made in making:
            try:
                outcome = invite(ports, made.result(), now, name)
            except DocgenError as error:
                outcome = Issued(name, None, None, error)
            outcomes.append(outcome)
            told(outcome)
    return outcomes


def _entered(ports: Ports, name: str, content: bytes, now: datetime) -> Entered | DocgenError:
    try:
        agreement = agreements.parse(content, now.astimezone(PARIS).date(), name)
        return enter(ports, agreement, now)
    except DocgenError as error:
        return error


def _made(ports: Ports, entered: Entered | DocgenError, now: datetime) -> Entered:
    if isinstance(entered, DocgenError):
        raise entered
    make(ports, entered, now)
    return entered


def enter(ports: Ports, agreement: Agreement, now: datetime) -> Entered:
    """Give the agreement its number, once its document is known to be possible."""
    # Before a number is taken: what can't be printed leaves nothing behind.
    rehearse(ports, agreement, now.astimezone(PARIS).date())
    return Entered(*register(ports, agreement, now))


def make(ports: Ports, entered: Entered, now: datetime) -> None:
    """Freeze the PDF; what stops it is on record, or ends a draft that can never be one."""
    try:
        freeze(ports, entered.agreement_id, now)
    except InvalidData:
        _withdraw(ports, entered.agreement_id, now)
        raise
    except DocgenError as error:
        with ports.database.write() as session:
            queries.locked(session, entered.agreement_id).last_error = error.explain()
        raise


def invite(ports: Ports, entered: Entered, now: datetime, name: str = "") -> Issued:
    """Send the invitations, and say what became of the document."""
    deliver(ports, now, [entered.agreement_id])
    with ports.database.read() as session:
        row = queries.agreement(session, entered.agreement_id)
        waiting = queries.waiting_messages(session, entered.agreement_id)
    unsent = ""
    if waiting:
        reasons = {message.last_error for message in waiting if message.last_error}
        unsent = f"{len(waiting)} courriel(s) en attente, réessayés ensuite. {' '.join(reasons)}"
    return Issued(name, row.reference, row.state, again=entered.again, unsent=unsent.strip())


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
    template = template_of(ports.templates, row.kind)
    pdf = document(ports, agreement, template, row.reference, row.created_at)
    made = made_with(pdf)
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
        # The very template: its file may change, and the document can still be made again.
        row.template_sha256 = queries.keep(session, template, now)
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
                "template_sha256": row.template_sha256,
                "made_with": made,
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
