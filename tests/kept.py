"""Agreements really archived, without LibreOffice: real data, journal and archive, a page for PDF.

For what only looks at the archive, the log and the index; whoever needs true signatures takes
`tests/sealed.py`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from docgen.actions.conclude import store
from docgen.actions.ports import Ports
from docgen.agreements.base import Agreement
from docgen.agreements.question import question
from docgen.journal import EventType, canonical
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from tests.samples import PMSMP, agreement, changed


def archived(ports: Ports, number: int, now: datetime, weight: int = 2000) -> str:
    """Archive PMSMP number `number` (from 1); its reference. `weight`: bytes of each PDF."""
    model = agreement(changed(PMSMP, objectifs=[f"Objectif {number}"]))
    row = _row(ports, model, number, now)
    pages = [_page(row.reference, state, weight) for state in range(6)]
    with ports.database.write() as session:
        session.add(row)
        session.flush()
        frozen = queries.keep(session, pages[0], now, row.id)
        current = queries.keep(session, pages[4], now, row.id)
        row.evidence_sha256 = queries.keep(session, pages[5], now, row.id)
        row.frozen_sha256, row.current_sha256 = frozen, current
        row.template_sha256 = hashlib.sha256(b"template").hexdigest()
        row.closed_at = now + timedelta(minutes=9)
        _told(session, row, pages, now)
        for number_of_state, page in enumerate(pages[:5]):
            signer = row.signers[number_of_state - 1].id if 0 < number_of_state < 4 else None
            digest = hashlib.sha256(page).hexdigest()
            queries.add_revision(session, row.id, digest, signer, _at(now, number_of_state))
        if person := row.person_key:
            queries.meet(session, person, "Diallo", "Fatou", model.beneficiaire.date_naissance)  # type: ignore[attr-defined]
    store(ports, row.id, now + timedelta(minutes=11))
    return row.reference


def _at(now: datetime, state: int) -> datetime:
    return now + timedelta(minutes=9 if state == 4 else state)


def _page(reference: str, state: int, weight: int) -> bytes:
    """Bytes that begin as a PDF does, different each time."""
    head = f"%PDF-1.7\n% {reference}, état {state}\n".encode()
    return head + hashlib.shake_128(head).digest(weight)


def _row(ports: Ports, model: Agreement, number: int, now: datetime) -> tables.Agreement:
    data = model.model_dump(mode="json")
    asked = question(data)
    row = tables.Agreement(
        id=ports.new_id(),
        reference=f"PMSMP-2026-{number:04d}",
        kind="pmsmp",
        status=Status.SIGNE,
        request_key=hashlib.sha256(canonical(data)).hexdigest(),
        data=canonical(data).decode(),
        company=model.partenaire(),
        person_key=asked.person,
        company_siret=asked.company,
        first_day=model.debut,
        last_day=model.fin,
        created_at=now,
        expires_at=now + timedelta(days=30),
    )
    row.signers = [
        tables.Signer(
            id=ports.new_id(),
            rank=one.rang,
            role=one.role,
            name=one.nom_complet,
            capacity=one.qualite,
            email=one.courriel or "",
            way=model.moyen(one),
            turn=1,
            field=one.champ,
            signed_at=now + timedelta(minutes=one.rang),
            sealed_at=now + timedelta(minutes=one.rang),
        )
        for one in model.signataires()
    ]
    return row


def _told(session: object, row: tables.Agreement, pages: list[bytes], now: datetime) -> None:
    """The journal that such an agreement would have, act after act."""

    def add(type_: EventType, minutes: int, **data: object) -> None:
        at = now + timedelta(minutes=minutes)
        queries.append(session, row.id, type_, at, Actor.SCHEDULE, data)  # type: ignore[arg-type]

    def file(state: int) -> dict[str, object]:
        return {"sha256": hashlib.sha256(pages[state]).hexdigest(), "size": len(pages[state])}

    signers = [
        {"id": s.id, "role": s.role, "field": s.field, "way": s.way, "turn": s.turn}
        for s in row.signers
    ]
    add(EventType.REGISTERED, 0, reference=row.reference, kind=row.kind,
        data_sha256=row.request_key, signers=signers)  # fmt: skip
    add(EventType.FROZEN, 0, **file(0), template_sha256=row.template_sha256, summaries={})
    for signer in row.signers:
        add(EventType.SIGNED, signer.rank, signer=signer.id, frozen_sha256=row.frozen_sha256,
            consent_version="1", way=signer.way)  # fmt: skip
        add(EventType.SEALED, signer.rank, signer=signer.id, field=signer.field,
            revision=signer.rank, level="B-T", **file(signer.rank))  # fmt: skip
    add(EventType.COMPLETED, 8)
    add(EventType.CLOSED, 9, field="Cachet_cloture", level="B-LTA", **file(4))
    add(EventType.EVIDENCE, 10, level="B-LTA", **file(5), attestations={})
