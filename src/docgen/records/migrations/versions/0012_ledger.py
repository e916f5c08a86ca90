"""Ledger: promises, acts, hires, events; extracts that figures are counted from; scans received."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ID, SHA, DAY, TEXT = sa.String(length=32), sa.String(length=64), sa.Date(), sa.Text()
INSTANT, SIREN, SORT = sa.DateTime(timezone=True), sa.String(length=9), sa.String(length=40)


def upgrade() -> None:
    # Figures of a year read the agreements that begin or end in it, of a few kinds.
    op.create_index("ix_agreements_kind_first_day", "agreements", ["kind", "first_day"])
    op.create_table(
        "commitments",
        sa.Column("id", ID, nullable=False),
        *_agreement("commitments"),
        sa.Column("sort", SORT, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_agreement_id"), "commitments", ["agreement_id"])
    op.create_table(
        "logged_acts",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", SORT, nullable=False),
        sa.Column("day", DAY, nullable=False),
        *_agreement("logged_acts", nullable=True),
        sa.Column("company_siren", SIREN, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_acts")),
    )
    op.create_index(op.f("ix_logged_acts_agreement_id"), "logged_acts", ["agreement_id"])
    op.create_index("ix_logged_acts_company", "logged_acts", ["company_siren", "day"])
    op.create_table(
        "logged_hires",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_key", SHA, nullable=False),
        sa.Column("company_siren", SIREN, nullable=False),
        sa.Column("company", TEXT, nullable=False),
        sa.Column("contract", SORT, nullable=False),
        sa.Column("start", DAY, nullable=False),
        *_agreement("logged_hires", nullable=True),
        sa.Column("source", TEXT, nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_hires")),
    )
    op.create_index(op.f("ix_logged_hires_agreement_id"), "logged_hires", ["agreement_id"])
    op.create_index(op.f("ix_logged_hires_person_key"), "logged_hires", ["person_key"])
    op.create_index("ix_logged_hires_company", "logged_hires", ["company_siren", "start"])
    _events()
    _extracts()
    op.create_table(
        "scans_received",
        *_agreement("scans_received"),
        sa.Column("sha256", SHA, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["blobs.sha256"], name=op.f("fk_scans_received_sha256_blobs")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "sha256", name=op.f("pk_scans_received")),
    )


def _agreement(
    table: str, *, nullable: bool = False
) -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("agreement_id", ID, nullable=nullable),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f(f"fk_{table}_agreement_id_agreements")
        ),
    ]


def _recorded() -> list[sa.Column[Any]]:
    return [
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
    ]


def _events() -> None:
    op.create_table(
        "corporate_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", SORT, nullable=False),
        sa.Column("kind", SORT, nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("stays", sa.Integer(), nullable=True),
        sa.Column("hires", sa.Integer(), nullable=True),
        sa.Column("note", TEXT, nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corporate_events")),
        sa.UniqueConstraint("reference", name=op.f("uq_corporate_events_reference")),
    )
    op.create_index(op.f("ix_corporate_events_day"), "corporate_events", ["day"])
    for table, key, column in (
        ("event_companies", "siren", SIREN),
        ("event_people", "person_key", SHA),
    ):
        more = [sa.Column("company", TEXT, nullable=False)] if key == "siren" else []
        op.create_table(
            table,
            sa.Column("event_id", ID, nullable=False),
            sa.Column(key, column, nullable=False),
            *more,
            sa.ForeignKeyConstraint(
                ["event_id"],
                ["corporate_events.id"],
                name=op.f(f"fk_{table}_event_id_corporate_events"),
            ),
            sa.PrimaryKeyConstraint("event_id", key, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{key}"), table, [key])


def _extracts() -> None:
    op.create_table(
        "stay_extracts",
        *_agreement("stay_extracts"),
        sa.Column("objet", sa.String(length=20), nullable=False),
        sa.Column("rome", sa.String(length=10), nullable=False),
        sa.Column("trade", TEXT, nullable=False),
        sa.Column("sector", TEXT, nullable=False),
        sa.Column("referent", TEXT, nullable=False),
        sa.Column("referent_name", TEXT, nullable=False),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_stay_extracts")),
    )
    op.create_table(
        "bilan_extracts",
        *_agreement("bilan_extracts"),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("follow", sa.String(length=20), nullable=False),
        sa.Column("contract", SORT, nullable=True),
        sa.Column("contract_from", DAY, nullable=True),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_bilan_extracts")),
    )
    op.create_table(
        "partnership_extracts",
        *_agreement("partnership_extracts"),
        sa.Column("referent", TEXT, nullable=False),
        sa.Column("referent_name", TEXT, nullable=False),
        sa.Column("possible_end", DAY, nullable=True),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("renewal_months", sa.Integer(), nullable=True),
        sa.Column("renewal_most", sa.Integer(), nullable=True),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("notice_unit", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_partnership_extracts")),
    )


def downgrade() -> None:
    msg = "what was promised, noted and taken over would be lost: restore the backup made before"
    raise NotImplementedError(msg)
