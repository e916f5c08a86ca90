"""Issue: from checked data to a frozen PDF and the invitations that leave.

Three steps, each one transaction, each safe to run again: register (number, signers), freeze (the
PDF that everybody will see and sign), invite. The sweep takes up what was left between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.around import look_around, request_key
from docgen.actions.paper import document, load, rehearse
from docgen.actions.ports import Ports
from docgen.actions.post import deliver, want
from docgen.actions.template import FROM_FOLDER, current
from docgen.agreements.base import Agreement
from docgen.agreements.question import question
from docgen.agreements.reading import Source, read
from docgen.errors import DocgenError, Finding, InvalidData, NotFound
from docgen.french import PARIS
from docgen.journal import EventType, canonical
from docgen.lifecycle import Actor, Status, Step, after
from docgen.records import queries, tables


@dataclass(frozen=True)
class Issued:
    """What became of one submitted document: its number, or why it was not issued.

    `unsent`: why its invitations have not left yet, empty when they have. `warnings`: what the
    rules said without refusing.
    """

    name: str
    reference: str | None
    status: Status | None
    error: DocgenError | None = None
    again: bool = False
    unsent: str = ""
    warnings: tuple[Finding, ...] = ()


def prepare(ports: Ports, content: bytes, now: datetime, name: str = "") -> Agreement:
    """Read a document, complete it from what it cites, and judge it. Raises InvalidData."""
    today = now.astimezone(PARIS).date()
    try:
        source = read(content)
    except InvalidData as error:
        raise InvalidData(error.findings, name) from error
    with ports.database.read() as session:
        source, context = look_around(session, source, today, ports.law)
    return agreements.accepted(agreements.check(source, today, context), name)


def tally(outcomes: Sequence[Issued]) -> str:
    """The counts of a batch, in words."""
    failed = sum(one.error is not None for one in outcomes)
    again = sum(one.again for one in outcomes)
    already = f"{again} déjà émis, " if again else ""
    return f"{len(outcomes) - failed - again} émis, {already}{failed} en échec"


def issue(ports: Ports, agreement: Agreement, now: datetime, name: str = "") -> Issued:
    """Register, freeze and invite. The same data gives back the agreement already made from it."""
    # Before a number is taken: what can't be printed leaves nothing behind.
    rehearse(ports, agreement, now.astimezone(PARIS).date())
    agreement_id, again, warnings = register(ports, agreement, now, name)
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
    return Issued(name, row.reference, row.state, None, again, unsent.strip(), warnings)


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
            outcome = issue(ports, prepare(ports, content, now, name), now, name)
        except DocgenError as error:
            outcome = Issued(name, None, None, error)
        outcomes.append(outcome)
        told(outcome)
    return outcomes


def register(
    ports: Ports, agreement: Agreement, now: datetime, name: str = ""
) -> tuple[str, bool, tuple[Finding, ...]]:
    """Give the agreement its number and its signers.

    Returns its id, True when it was already there, and what the rules say without refusing. They
    are heard again here, where no other agreement can slip in between: raises InvalidData.
    """
    kind = agreements.kind_of(agreement)
    data = agreement.model_dump(mode="json")
    key = request_key(data)
    today = now.astimezone(PARIS).date()
    ports.pause("issue.register")
    with ports.database.write() as session:
        queries.hold_register(session)
        if known := queries.live_request(session, key):
            return known.id, True, ()
        source, context = look_around(session, Source(data), today, ports.law)
        checked = agreements.check(source, today, context)
        agreements.accepted(checked, name)
        cited = _cited(session, kind, agreement)
        asked = question(data)
        row = tables.Agreement(
            id=ports.new_id(),
            reference=_number(session, kind, cited, today.year),
            kind=kind.slug,
            status=Status.BROUILLON,
            request_key=key,
            data=canonical(data).decode(),
            company=agreement.partenaire(),
            person_key=asked.person,
            company_siret=asked.company,
            parent_id=cited.id if cited else None,
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
        _meet(session, data)
        session.flush()
        facts: dict[str, object] = {
            "reference": row.reference,
            "kind": kind.slug,
            "data_sha256": key,
            "signers": [{"id": s.id, "role": s.role, "field": s.field} for s in row.signers],
        }
        if cited:
            facts["cites"] = cited.reference
        if agreement.derogations:
            facts["derogations"] = [
                {"rule": one.regle, "reason": one.motif} for one in agreement.derogations
            ]
        queries.append(session, row.id, EventType.REGISTERED, now, Actor.OFFICER, facts)
        return row.id, False, checked.findings


def _cited(
    session: Session, kind: agreements.Kind, agreement: Agreement
) -> tables.Agreement | None:
    """The agreement that this one hangs on, when this installation made it."""
    reference = agreement.cite()
    if reference is None:
        return None
    try:
        row = queries.agreement_by_reference(session, reference)
    except NotFound:
        return None
    return row if row.kind in kind.parents else None


def _number(
    session: Session, kind: agreements.Kind, cited: tables.Agreement | None, year: int
) -> str:
    """CP-2026-0001, or PMSMP-2026-0001-R1 under the agreement that it renews."""
    if cited and kind.suffix:
        stem = f"{cited.reference}-{kind.suffix}"
        return f"{stem}{queries.next_number(session, stem, 0)}"
    return f"{kind.prefix}-{year}-{queries.next_number(session, kind.prefix, year):04d}"


def _meet(session: Session, data: Mapping[str, Any]) -> None:
    key = question(data).person
    if key is not None:
        person = data["beneficiaire"]
        born = date.fromisoformat(person["date_naissance"])
        queries.meet(session, key, person["nom"], person["prenom"], born)


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
