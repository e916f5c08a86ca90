"""The log of the installation: lines, Merkle tree, signed heads, publications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"

_GROWS_ONLY = ("log_lines", "log_nodes", "tree_heads")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "log_lines",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("dossier", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_log_lines")),
    )
    op.create_index(
        "uq_log_lines_subject", "log_lines", ["dossier", "type", "subject"], unique=True
    )
    op.create_index("ix_log_lines_type", "log_lines", ["type"])
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "tree_heads",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_tree_heads")),
    )
    op.create_table(
        "publications",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=340), nullable=False),
        sa.Column("done_at", instant, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["size"], ["tree_heads.size"], name=op.f("fk_publications_size_tree_heads")
        ),
        sa.PrimaryKeyConstraint("size", "place", name=op.f("pk_publications")),
    )
    _protect()


def _protect() -> None:
    """What is logged stays: the database itself refuses UPDATE and DELETE."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _GROWS_ONLY:
        if on_postgresql:
            op.execute(f"""
                CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                EXECUTE FUNCTION docgen_refuse_journal_change()
            """)
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
            """)


def downgrade() -> None:
    msg = "the log would be lost: restore the backup made before"
    raise NotImplementedError(msg)
