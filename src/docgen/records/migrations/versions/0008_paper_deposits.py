"""Links that let in pages signed by hand, and these pages until they are recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "deposits",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agreement_id", sa.String(length=32), nullable=False),
        sa.Column("signer_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_deposits_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["signers.id"], name=op.f("fk_deposits_signer_id_signers")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_deposits")),
    )
    op.create_index(op.f("ix_deposits_agreement_id"), "deposits", ["agreement_id"])
    op.create_table(
        "deposited_sheets",
        sa.Column("agreement_id", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_deposited_sheets_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "page", name=op.f("pk_deposited_sheets")),
    )


def downgrade() -> None:
    msg = "pages that were sent and not recorded yet would be lost: restore the backup made before"
    raise NotImplementedError(msg)
