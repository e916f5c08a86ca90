"""Issue: from checked data to a frozen PDF and the invitations that leave.

Three steps, each one transaction, each safe to run again: register (number, signers), freeze (the
PDF that everybody will see and sign), invite. The sweep takes up what was left between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from docgen import agreements
from docgen.actions.around import look_around
from docgen.actions.paper import document, load, rehearse
from docgen.actions.ports import Ports
from docgen.actions.post import ask_those_whose_turn_it_is, deliver
from docgen.actions.register import register
from docgen.actions.summary import keep, source_digests, summaries
from docgen.actions.template import FROM_FOLDER, current
from docgen.agreements.base import Agreement
from docgen.agreements.reading import read
from docgen.documents.making import made_with
from docgen.errors import DocgenError, Finding, InvalidData
from docgen.french import PARIS
from docgen.journal import EventType
from docgen.lifecycle import Actor, Status, Step, after
from docgen.records import queries


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
    source = read(content, name)
    with ports.database.read() as session:
        source, context = look_around(session, source, today, ports.law)
    return agreements.accepted(agreements.check(source, today, context), name)


def tally(outcomes: Sequence[Issued]) -> str:
    """The counts of a batch, in words."""
    failed = sum(one.error is not None for one in outcomes)
    again = sum(one.again for one in outcomes)
    already = f"{again} déjà émis, " if again else ""
    return f"{len(outcomes) - failed - again} émis, {already}{failed} en échec"


@dataclass(frozen=True)
class Entered:
    """A registered agreement; `again` when it was already there; what the rules said of it."""

    agreement_id: str
    again: bool
    warnings: tuple[Finding, ...]


def issue(ports: Ports, agreement: Agreement, now: datetime, name: str = "") -> Issued:
    """Register, freeze and invite. The same data gives back the agreement already made from it."""
    entered = enter(ports, agreement, now, name)
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
        return enter(ports, prepare(ports, content, now, name), now, name)
    except DocgenError as error:
        return error


def _made(ports: Ports, entered: Entered | DocgenError, now: datetime) -> Entered:
    if isinstance(entered, DocgenError):
        raise entered
    make(ports, entered, now)
    return entered


def enter(ports: Ports, agreement: Agreement, now: datetime, name: str = "") -> Entered:
    """Give the agreement its number, once its document is known to be possible."""
    # Before a number is taken: what can't be printed leaves nothing behind.
    today = now.astimezone(PARIS).date()
    rehearse(ports, agreement, today)
    summaries(ports.templates, agreement, "REF", today)
    return Entered(*register(ports, agreement, now, name))


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
    return Issued(
        name, row.reference, row.state, None, entered.again, unsent.strip(), entered.warnings
    )


def freeze(ports: Ports, agreement_id: str, now: datetime) -> None:
    """Make the PDF and send it: from here its bytes never change. Nothing to do when done."""
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
    if row.state is not Status.BROUILLON:
        return
    agreement = load(row)
    ports.pause("issue.render")
    template = current(ports, row.kind)
    pdf = document(ports, agreement, template.content, row.reference, row.created_at)
    made = made_with(pdf)
    texts = summaries(
        ports.templates, agreement, row.reference, row.created_at.astimezone(PARIS).date()
    )
    written = source_digests(ports.templates, row.kind)
    ports.pause("issue.freeze")
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        if row.state is not Status.BROUILLON:
            return
        status = after(Step.SEND, row.state, Actor.OFFICER)
        digest = queries.keep(session, pdf, now, row.id)
        queries.add_revision(session, row.id, digest, None, now)
        row.status = status
        row.frozen_sha256 = row.current_sha256 = digest
        # The very template: its file may change, and the document can still be made again.
        row.template_sha256 = queries.keep(session, template.content, now)
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
                "template_sha256": row.template_sha256,
                "template_version": template.number or FROM_FOLDER,
                "made_with": made,
                "summaries": keep(session, texts, now, row.id),
                "summary_templates": written,
            },
        )
        queries.append(session, row.id, EventType.SENT, now, Actor.OFFICER)
        ask_those_whose_turn_it_is(session, ports, row, now)


def _withdraw(ports: Ports, agreement_id: str, now: datetime) -> None:
    """End a draft whose data can't become a document: nothing of it waits or is tried again."""
    with ports.database.write() as session:
        row = queries.locked(session, agreement_id)
        row.status = after(Step.CANCEL, row.state, Actor.OFFICER)
        row.reason = "Le document n’a pas pu être fait à partir de ces données."
        queries.append(session, row.id, EventType.CANCELLED, now, Actor.OFFICER)
