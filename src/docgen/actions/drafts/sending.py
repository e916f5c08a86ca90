"""From a draft to an agreement out for signature: who gets what, in which way; then the issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docgen import agreements
from docgen.actions import issue
from docgen.actions.drafts import keeping
from docgen.actions.drafts.answering import answer
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.agreements.signing import mobile
from docgen.errors import InvalidData
from docgen.journal import canonical
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.ways import Way

ORDERS = {"parallele": "Tous à la fois", "sequentiel": "L’un après l’autre, dans cet ordre"}


@dataclass(frozen=True)
class Recipient:
    """Someone who will sign: `ways` are those that their addresses allow, `way` the chosen one."""

    rank: int
    role: str
    name: str
    capacity: str
    email: str
    phone: str
    way: Way
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Plan:
    """What sending would do: who signs, in which order, and who has a copy at the end."""

    title: str
    recipients: tuple[Recipient, ...]
    order: str
    copies: tuple[str, ...]


def plan(ports: Ports, agreement: Agreement) -> Plan:
    """Who receives what."""
    kind = agreements.kind_of(agreement)
    asked = agreement.signatures.ordre if agreement.signatures else None
    return Plan(
        agreement.titre(),
        tuple(
            Recipient(
                one.rang,
                one.role,
                one.nom_complet,
                one.qualite,
                one.courriel or "",
                one.telephone or "",
                agreement.moyen(one),
                _ways(ports, one.courriel, one.telephone),
            )
            for one in agreement.signataires()
        ),
        asked or kind.ordre,
        tuple(f"{one.nom_complet} ({one.courriel})" for one in agreement.destinataires()),
    )


def _ways(ports: Ports, email: str | None, phone: str | None) -> tuple[Way, ...]:
    found = [Way.SUR_PLACE, Way.PAPIER]
    if mobile(phone):
        found.insert(0, Way.SMS)
    if email:
        found.insert(0, Way.COURRIEL)
    if ports.provider is not None and email:
        found.append(Way.PRESTATAIRE)
    return tuple(found)


def with_ways(data: Mapping[str, Any], order: str, ways: Mapping[str, str]) -> dict[str, Any]:
    """The data with the order and the ways chosen; those that are no way are left to the check."""
    chosen: dict[str, Any] = {"moyens": {role: way for role, way in ways.items() if way}}
    if order:
        chosen["ordre"] = order
    return {**data, "signatures": chosen}


def send(ports: Ports, draft_id: str, account: str, now: datetime) -> issue.Issued:
    """Issue the draft. Twice is once: the second time raises AlreadySent, with the number.

    Raises InvalidData with everything that is missing or wrong, NotFound, or what stopped the
    making; the draft is kept then.
    """
    view = keeping.opened(ports, draft_id)
    found = answer(ports, view.data, now)
    if found.agreement is None:
        raise InvalidData([*found.wrong, *found.missing])
    issued = issue.issue(ports, found.agreement, now, view.label)
    with ports.database.write() as session:
        row = queries.locked_draft(session, draft_id)
        if row.agreement_id is None:
            assert issued.reference
            made = queries.agreement_by_reference(session, issued.reference)
            row.agreement_id = made.id
            # What it said is in the agreement; nothing of it is kept twice.
            row.data, row.label = canonical({"type": row.kind}).decode(), issued.reference
            queries.forget_editions(session, draft_id)
            queries.note(session, OfficeAct.ISSUED, now, account, issued.reference)
    return issued
