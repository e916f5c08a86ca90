"""Companies met in agreements, kept by name as they are met."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docgen.agreements.identity import plain
from docgen.records.registers import Company


def know_company(session: Session, siren: str, name: str) -> None:
    """Keep a company under the name that its latest agreement gives it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    named = {"name": name, "search": plain(name)}
    statement = insert(Company).values(siren=siren, **named)
    session.execute(statement.on_conflict_do_update(index_elements=["siren"], set_=named))
