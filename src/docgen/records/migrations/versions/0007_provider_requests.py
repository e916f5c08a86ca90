"""What is asked of a signature provider, and the notices that it sends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "provider_requests",
        sa.Column("agreement_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("placed_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_provider_requests_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_provider_requests")),
        sa.UniqueConstraint("request_id", name=op.f("uq_provider_requests_request_id")),
    )
    op.create_table(
        "provider_signers",
        sa.Column("signer_id", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("reminded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("proof_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["signers.id"], name=op.f("fk_provider_signers_signer_id_signers")
        ),
        sa.PrimaryKeyConstraint("signer_id", name=op.f("pk_provider_signers")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_provider_signers_provider_id")),
    )
    op.create_table(
        "provider_notices",
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("agreement_id", sa.String(length=32), nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("handled_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_provider_notices_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_provider_notices")),
    )
    op.create_index(op.f("ix_provider_notices_agreement_id"), "provider_notices", ["agreement_id"])


def downgrade() -> None:
    msg = "what providers hold and gave back would be lost: restore the backup made before"
    raise NotImplementedError(msg)
