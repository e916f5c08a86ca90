"""Drafts of agreements, and their editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_INSTANT = sa.DateTime(timezone=True)
_ID = sa.String(length=32)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("updated_by", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=True),
        sa.Column("agreement_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_drafts_created_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["accounts.id"], name=op.f("fk_drafts_updated_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_drafts_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_agreement_id_updated_at", "drafts", ["agreement_id", "updated_at"])
    op.create_index("ix_drafts_group_id", "drafts", ["group_id"])
    op.create_table(
        "draft_editions",
        sa.Column("draft_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("page", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_editions_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_draft_editions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_draft_editions")),
    )


def downgrade() -> None:
    op.drop_table("draft_editions")
    op.drop_index("ix_drafts_group_id", "drafts")
    op.drop_index("ix_drafts_agreement_id_updated_at", "drafts")
    op.drop_table("drafts")
