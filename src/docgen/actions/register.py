"""Register: the rules heard for good, then a number, the signers, the first line of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.around import look_around, request_key
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.agreements.question import question
from docgen.agreements.reading import Source
from docgen.agreements.signing import international, mobile
from docgen.errors import Finding, NotFound
from docgen.french import PARIS
from docgen.indicators.extracts import extract_of
from docgen.journal import EventType, canonical
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.records.queries import figures


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
        row.signers = _signers(ports, kind, agreement)
        session.add(row)
        _meet(session, data)
        session.flush()
        queries.index(session, row)
        if extract := extract_of(kind.slug, data):
            figures.keep_extract(session, row.id, extract)
        facts: dict[str, object] = {
            "reference": row.reference,
            "kind": kind.slug,
            "data_sha256": key,
            "signers": [
                {"id": s.id, "role": s.role, "field": s.field, "way": s.way, "turn": s.turn}
                for s in row.signers
            ],
        }
        if cited:
            facts["cites"] = cited.reference
        if agreement.derogations:
            facts["derogations"] = [
                {"rule": one.regle, "reason": one.motif} for one in agreement.derogations
            ]
        queries.append(session, row.id, EventType.REGISTERED, now, Actor.OFFICER, facts)
        return row.id, False, checked.findings


def _signers(ports: Ports, kind: agreements.Kind, agreement: Agreement) -> list[tables.Signer]:
    """Who signs, in which way, and in which turn: all at once, or one after the other."""
    asked = agreement.signatures.ordre if agreement.signatures else None
    one_by_one = (asked or kind.ordre) == "sequentiel"
    return [
        tables.Signer(
            id=ports.new_id(),
            rank=signer.rang,
            role=signer.role,
            name=signer.nom_complet,
            capacity=signer.qualite,
            email=signer.courriel or "",
            phone=international(signer.telephone) if mobile(signer.telephone) else None,
            way=agreement.moyen(signer),
            turn=signer.rang if one_by_one else 1,
            field=signer.champ,
        )
        for signer in agreement.signataires()
    ]


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
