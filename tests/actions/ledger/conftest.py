"""A company with a convention and two PMSMP, one of them with its bilan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docgen.agreements.partenariat import Partenariat
from docgen.records.database import Database, open_database
from tests.recorded import bilan_of, record, stay
from tests.samples import PARTENARIAT

CONVENTION = Partenariat.model_validate(PARTENARIAT).model_dump(mode="json")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def company(database: Database) -> Database:
    with database.write() as session:
        record(session, CONVENTION, "CP-2026-0001")
        first = stay("2027-01-11", "2027-01-29")
        record(session, first, "PMSMP-2027-0001")
        record(
            session,
            bilan_of(first, "PMSMP-2027-0001"),
            "PMSMP-2027-0001-B1",
            parent="PMSMP-2027-0001",
        )
        record(session, stay("2027-03-01", "2027-03-12", "Awa"), "PMSMP-2027-0002")
    return database
