"""What the archive must hold in each copy, the rounds over it, and what they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "kept_objects",
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("copy", sa.String(length=20), nullable=False),
        sa.Column("agreement_id", sa.String(length=32), nullable=True),
        sa.Column("version_id", sa.String(length=1024), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_at", instant, nullable=False),
        sa.Column("listed_at", instant, nullable=False),
        sa.Column("verified_at", instant, nullable=False),
        sa.Column("lock_seen_at", instant, nullable=True),
        sa.Column("locked_until", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_kept_objects_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("key", "copy", name=op.f("pk_kept_objects")),
    )
    op.create_index(op.f("ix_kept_objects_agreement_id"), "kept_objects", ["agreement_id"])
    op.create_index("ix_kept_objects_copy_verified_at", "kept_objects", ["copy", "verified_at"])
    op.create_table(
        "custody_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=512), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_runs")),
    )
    op.create_table(
        "custody_findings",
        sa.Column("copy", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("alarming", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("found_at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.Column("mended_at", instant, nullable=True),
        sa.Column("told_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("copy", "key", "kind", name=op.f("pk_custody_findings")),
    )


def downgrade() -> None:
    msg = "what was found wrong with the archive would be lost: restore the backup made before"
    raise NotImplementedError(msg)
