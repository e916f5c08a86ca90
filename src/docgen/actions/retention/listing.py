"""Disposal lists as people read them: what they name, who said yes, what became of each dossier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.records import queries, tables

NEEDED = 2


@dataclass(frozen=True)
class Item:
    """A dossier of a list; `outcome` is empty until the list is carried out."""

    reference: str
    kind: str
    retain_until: date
    objects: int
    outcome: str


@dataclass(frozen=True)
class Approval:
    """Who said yes, and when."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True)
class Listed:
    """A disposal list; the shape of `docgen retention disposals --json`.

    `state` is `proposee`, `approuvee`, `faite` or `abandonnee`.
    """

    number: str
    made_at: datetime
    state: str
    list_sha256: str
    certificate_sha256: str | None
    approvals: list[Approval]
    items: list[Item]


def disposals(ports: Ports) -> list[Listed]:
    """Every list, the latest first."""
    with ports.database.read() as session:
        numbers = [one.number for one in queries.disposals(session)]
    return [disposal_of(ports, number) for number in numbers]


def disposal_of(ports: Ports, number: str) -> Listed:
    """A list as it stands. Raises NotFound."""
    with ports.database.read() as session:
        disposal = queries.disposal(session, number)
        items = queries.disposal_items(session, disposal.id)
        yes = valid_approvals(session, disposal)
        people = [queries.account(session, one.account_id) for one in yes]
    return Listed(
        number,
        disposal.made_at,
        _state(disposal, len(yes)),
        disposal.list_sha256,
        disposal.certificate_sha256,
        [Approval(who.name, who.email, one.at) for who, one in zip(people, yes, strict=True)],
        [
            Item(
                one.reference,
                one.kind,
                one.retain_until,
                len(json.loads(one.objects)),
                "détruit"
                if one.destroyed_at
                else f"gardé : {one.kept_because}"
                if one.kept_because
                else "",
            )
            for one in items
        ],
    )


def certificate(ports: Ports, number: str) -> bytes:
    """The certificate of a list that was carried out. Raises NotFound."""
    with ports.database.read() as session:
        disposal = queries.disposal(session, number)
        if disposal.certificate_sha256 is None:
            raise NotFound("Le certificat de destruction", number)
        return queries.content(session, disposal.certificate_sha256)


def _state(disposal: tables.Disposal, yes: int) -> str:
    if disposal.done_at is not None:
        return "faite"
    if disposal.dropped_at is not None:
        return "abandonnee"
    return "approuvee" if yes >= NEEDED else "proposee"


def valid_approvals(session: Session, disposal: tables.Disposal) -> list[tables.DisposalApproval]:
    """The yeses to this very list; once it is done, those it was done on."""
    return [
        one
        for one in queries.approvals(session, disposal.id)
        if one.list_sha256 == disposal.list_sha256
    ]


@dataclass(frozen=True)
class Held:
    """A dossier under legal hold."""

    reference: str
    reason: str
    since: datetime
    problem: str


def holds(ports: Ports) -> list[Held]:
    """The dossiers under legal hold, by reference."""
    with ports.database.read() as session:
        return [
            Held(row.reference, kept.hold_reason or "", kept.hold_since, kept.problem or "")
            for row, kept in queries.held(session)
            if kept.hold_since is not None
        ]
