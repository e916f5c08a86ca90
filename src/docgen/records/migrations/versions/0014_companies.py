"""Companies by name, agreements by their adviser, and the indexes that the board reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docgen.agreements.identity import plain

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    companies = op.create_table(
        "companies",
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("siren", name=op.f("pk_companies")),
    )
    # The name that the latest agreement gives it.
    rows = op.get_bind().execute(
        sa.text(
            "SELECT company_siret, company FROM search_entries WHERE company_siret IS NOT NULL "
            "ORDER BY first_day, agreement_id"
        )
    )
    names = {siret[:9]: name for siret, name in rows}
    op.bulk_insert(
        companies,
        [{"siren": key, "name": name, "search": plain(name)} for key, name in names.items()],
    )
    op.create_index(op.f("ix_companies_search"), "companies", ["search"])
    for table in ("stay_extracts", "partnership_extracts"):
        op.create_index(op.f(f"ix_{table}_referent"), table, ["referent"])
    op.drop_index("ix_agreements_status", "agreements")
    op.create_index("ix_agreements_status", "agreements", ["status", "created_at", "kind"])
    failed = sa.text("last_error IS NOT NULL")
    op.create_index(
        "ix_agreements_failed",
        "agreements",
        ["id"],
        sqlite_where=failed,
        postgresql_where=failed,
    )


def downgrade() -> None:
    op.drop_index("ix_agreements_failed", "agreements")
    op.drop_index("ix_agreements_status", "agreements")
    op.create_index("ix_agreements_status", "agreements", ["status"])
    for table in ("stay_extracts", "partnership_extracts"):
        op.drop_index(op.f(f"ix_{table}_referent"), table)
    op.drop_table("companies")
