"""Funds: who pays, for which agreements, and when for the last time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from docgen.actions.ports import Ports
from docgen.actions.retention.keep import keep_one, policy_in_force
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._/-]{0,59}")


@dataclass(frozen=True)
class FundRow:
    """One fund; the flat shape of `docgen retention funds --json`."""

    code: str
    label: str
    retention_class: str
    last_payment: date | None
    agreements: int


def funds(ports: Ports) -> list[FundRow]:
    """Every fund, by code."""
    with ports.database.read() as session:
        return [
            FundRow(
                one.code,
                one.label,
                one.retention_class,
                one.last_payment,
                len(queries.ids_of_fund(session, one.code)),
            )
            for one in queries.funds(session)
        ]


def add_fund(
    ports: Ports, code: str, label: str, retention_class: str, now: datetime, by: str | None
) -> None:
    """Make a fund known. Raises InvalidData (class, code) or Refused (known already)."""
    policy = policy_in_force(ports).policy
    findings = []
    if not _CODE.fullmatch(code):
        message = "un code tient en 60 lettres, chiffres ou signes + . _ / -."
        findings.append(Finding("financement", "error", "code", message, allowed="FSE-2026-IDF"))
    if retention_class not in policy.financements:
        message = f"classe de conservation inconnue ; au choix : {', '.join(policy.financements)}."
        findings.append(Finding("financement", "error", "classe", message))
    if not label.strip():
        findings.append(Finding("financement", "error", "intitule", "dites qui finance quoi."))
    if findings:
        raise InvalidData(findings)
    with ports.database.write() as session:
        if any(one.code == code for one in queries.funds(session)):
            raise Refused(f"Le financement {code} existe déjà.")
        session.add(tables.Fund(code=code, label=label.strip(), retention_class=retention_class))
        queries.note(session, OfficeAct.FUND, now, by, code, {"class": retention_class})


def assign(ports: Ports, reference: str, code: str, now: datetime, by: str | None) -> None:
    """Say that a fund pays for an agreement: its dossier is kept as long as that fund asks."""
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        fund = queries.fund(session, code)
        if fund.code in {one.code for one in queries.funds_of(session, row.id)}:
            return
        session.add(tables.AgreementFund(fund=fund.code, agreement_id=row.id))
        queries.note(session, OfficeAct.ASSIGNED, now, by, reference, {"fund": code})
    if row.manifest_key:
        keep_one(ports, row.id, now)


def last_payment(ports: Ports, code: str, on: date, now: datetime, by: str | None) -> int:
    """The fund paid for the last time that day: its dossiers' end is known; how many there are.

    A later day moves the end further; an earlier one is refused, as a lock is never shortened.
    """
    if on > now.astimezone(PARIS).date():
        message = "ce paiement n’a pas encore eu lieu."
        raise InvalidData([Finding("financement", "error", "le", message)])
    with ports.database.write() as session:
        fund = queries.fund(session, code)
        if fund.last_payment is not None and on < fund.last_payment:
            raise Refused(
                f"Le dernier paiement de {code} est connu : {fund.last_payment:%d/%m/%Y}. Une date "
                "antérieure raccourcirait des conservations."
            )
        fund.last_payment = on
        queries.note(session, OfficeAct.PAID, now, by, code, {"on": on.isoformat()})
        ids = queries.ids_of_fund(session, code)
        kept = [one for one in ids if queries.agreement(session, one).manifest_key]
    for agreement_id in kept:
        keep_one(ports, agreement_id, now)
    return len(kept)
