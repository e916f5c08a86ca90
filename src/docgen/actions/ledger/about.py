"""What an entry of the ledger is about: an agreement by its number, or a company by its SIREN."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.errors import Finding, InvalidData, NotFound
from docgen.records import queries, tables
from docgen.records.queries import ledger

NOTED_ON = (*PMSMP_KINDS, "partenariat", "mecenat")


@dataclass(frozen=True)
class About:
    """The agreement, when it is about one, and the company in any case."""

    agreement: tables.Agreement | None
    siren: str
    company: str

    @property
    def is_stay(self) -> bool:
        return self.agreement is not None and self.agreement.kind in PMSMP_KINDS

    @property
    def name(self) -> str:
        """A number, or the company's name."""
        return self.agreement.reference if self.agreement else self.company


def about(session: Session, words: str) -> About:
    """What a number (PMSMP-2026-0001), a SIREN or a SIRET means.

    Raises NotFound, or InvalidData for an agreement on which nothing is noted.
    """
    digits = re.sub(r"[\s.]", "", words)
    if digits.isascii() and digits.isdigit() and len(digits) in {9, 14}:
        siren = digits[:9]
        name = ledger.name_of_company(session, siren)
        if name is None:
            raise NotFound("L’entreprise de SIREN", siren)
        return About(None, siren, name)
    row = queries.agreement_by_reference(session, words.strip())
    if row.kind not in NOTED_ON or row.company_siret is None:
        cited = session.get(tables.Agreement, row.parent_id) if row.parent_id else None
        message = "on note sur une PMSMP, une convention ou un mécénat" + (
            f" ; {row.reference} se rapporte à {cited.reference}." if cited else "."
        )
        allowed = cited.reference if cited else None
        raise InvalidData([Finding("numero", "error", "numero", message, allowed=allowed)])
    if row.state.over:
        message = f"{row.reference} est {row.state.label} : plus rien ne s’y note."
        raise InvalidData([Finding("numero", "error", "numero", message)])
    return About(row, row.company_siret[:9], row.company)
