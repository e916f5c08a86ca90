"""Where each agreement stands, and what hinders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docgen.actions.paper import PARIS
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.lifecycle import Status
from docgen.records import queries


@dataclass(frozen=True)
class StatusRow:
    """One agreement; the flat shape of `docgen status --json`.

    `waiting_for` names who has still to sign; `problem` says what failed last and is retried.
    """

    reference: str
    kind: str
    status: str
    company: str
    start: date
    end: date
    signed: int
    signers: int
    waiting_for: str
    expires_on: date
    problem: str


def status(
    ports: Ports, reference: str | None = None, only: Status | None = None
) -> list[StatusRow]:
    """Agreements in order of their number. Raises NotFound for an unknown reference."""
    with ports.database.read() as session:
        rows = queries.agreements(session, statuses=[only] if only else (), reference=reference)
        if reference and not rows:
            raise NotFound("L’accord", reference)
        found = []
        for row in rows:
            unsent = queries.waiting_messages(session, row.id)
            # Several mails wait for one reason, said once.
            problems = dict.fromkeys(
                filter(None, [row.last_error, *(m.last_error for m in unsent)])
            )
            pending = [s.name for s in row.signers if s.signed_at is None]
            found.append(
                StatusRow(
                    reference=row.reference,
                    kind=row.kind,
                    status=row.status,
                    company=row.company,
                    start=row.first_day,
                    end=row.last_day,
                    signed=len(row.signers) - len(pending),
                    signers=len(row.signers),
                    waiting_for=", ".join(pending) if row.state is Status.ENVOYE else "",
                    expires_on=row.expires_at.astimezone(PARIS).date(),
                    problem=" ".join(problems),
                )
            )
    return found
