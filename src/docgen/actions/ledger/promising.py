"""Promises that a convention's fields can't say: hours of sponsorship, purchases, over its term."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.ledger.about import about
from docgen.errors import Finding, InvalidData
from docgen.ledger import SORTS, Basis
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import ledger

BASES: tuple[Basis, ...] = ("annee_civile", "annee_contrat", "duree")
MOST = 100_000_000


def promise(
    database: Database,
    reference: str,
    sort: str,
    quantity: int,
    basis: str,
    source: str,
    new_id: str,
    now: datetime,
) -> tables.Commitment:
    """Add a promise to a convention, as its text has it; `source` says where (« article 2 »).

    The same given twice is kept once. Raises InvalidData or NotFound.
    """
    with database.write() as session:
        return promise_in(session, reference, sort, quantity, basis, source, new_id, now)


def promise_in(
    session: Session,
    reference: str,
    sort: str,
    quantity: int,
    basis: str,
    source: str,
    new_id: str,
    now: datetime,
) -> tables.Commitment:
    """The same, in the caller's transaction."""
    faults = [
        (sort in SORTS and sort != "pmsmp", "nature", _sorts_sentence()),
        (1 <= quantity <= MOST, "quantite", "attend un nombre positif."),
        (basis in BASES, "base", f"bases admises : {', '.join(BASES)}."),
        (bool(source.strip()), "source", "dire où c’est écrit, par exemple « article 2 »."),
    ]
    findings = [
        Finding("registre", "error", place, said) for good, place, said in faults if not good
    ]
    if findings:
        raise InvalidData(findings)
    queries.hold_register(session)
    convention = about(session, reference).agreement
    if convention is None or convention.kind != "partenariat":
        message = "un engagement s’ajoute à une convention de partenariat (CP-2026-0001)."
        raise InvalidData([Finding("registre", "error", "numero", message)])
    for known in ledger.commitments_of(session, [convention.id]):
        if (known.sort, known.quantity, known.basis) == (sort, quantity, basis):
            return known
    row = tables.Commitment(
        id=new_id,
        agreement_id=convention.id,
        sort=sort,
        quantity=quantity,
        basis=basis,
        source=source.strip(),
        recorded_at=now,
    )
    session.add(row)
    return row


def _sorts_sentence() -> str:
    known = ", ".join(slug for slug in SORTS if slug != "pmsmp")
    return f"natures admises : {known} ; les PMSMP promises sont dans la convention elle-même."
