"""Where each agreement stands, and what hinders it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from docgen.actions.ledger.about import About
from docgen.actions.ledger.entries import entries_about
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.french import PARIS
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.ways import Way


@dataclass(frozen=True)
class StatusRow:
    """One agreement; the flat shape of `docgen status --json`.

    `on_paper`: those of the signed who did so by hand; `waiting_for` names who has still to sign;
    `problem` says what failed last and is retried, or that the first day came before the last
    signature; `cites` is the agreement that this one renews, amends, closes or ends; `derogations`
    the written reasons to have set rules aside; `noted` what was done about it (visits, calls,
    hires), told when one agreement alone is asked for.
    """

    reference: str
    kind: str
    status: str
    company: str
    start: date
    end: date
    signed: int
    signers: int
    on_paper: int
    waiting_for: str
    expires_on: date
    problem: str
    cites: str
    derogations: str
    noted: str


def status(
    ports: Ports,
    reference: str | None = None,
    only: Status | None = None,
    on: date | None = None,
) -> list[StatusRow]:
    """Agreements in order of their number. Raises NotFound for an unknown reference.

    `on` is today, to tell what came too late; without it nothing is late.
    """
    with ports.database.read() as session:
        rows = queries.agreements(session, statuses=[only] if only else (), reference=reference)
        if reference and not rows:
            raise NotFound("L’accord", reference)
        found = []
        for row in rows:
            agreement = load(row) if row.state is not Status.DETRUIT else None
            unsent = queries.waiting_messages(session, row.id)
            # Several mails wait for one reason, said once.
            problems = dict.fromkeys(
                filter(None, [row.last_error, *(m.last_error for m in unsent), _late(row, on)])
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
                    on_paper=sum(
                        s.signed_at is not None and s.route is Way.PAPIER for s in row.signers
                    ),
                    waiting_for=", ".join(pending) if row.state is Status.ENVOYE else "",
                    expires_on=row.expires_at.astimezone(PARIS).date(),
                    problem=" ".join(problems),
                    cites=(agreement.cite() or "") if agreement else "",
                    derogations=" ; ".join(
                        f"{one.regle} : {one.motif}"
                        for one in (agreement.derogations if agreement else ())
                    ),
                    noted=_noted(session, row) if reference else "",
                )
            )
    return found


def _noted(session: Session, row: tables.Agreement) -> str:
    """What was done, by day, in one line."""
    if row.company_siret is None:
        return ""
    whose = About(row, row.company_siret[:9], row.company)
    return " ; ".join(
        f"{one.title} le {one.day:%d/%m/%Y}" + (f" ({one.shown})" if one.shown else "")
        for one in entries_about(session, whose)
    )


def _late(row: tables.Agreement, on: date | None) -> str:
    """P14, once issued: a PMSMP is signed by all before its first day."""
    if on is None or row.person_key is None or row.state is not Status.ENVOYE:
        return ""
    if on < row.first_day:
        return ""
    return f"Commencé le {row.first_day:%d/%m/%Y} sans toutes les signatures."
