"""What keeps the archive: the log and its signed heads; what each copy holds, rounds, findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_GROWS_ONLY = ("log_lines", "log_nodes", "tree_heads")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    _create_log(instant)
    _protect()
    _create_custody(instant)


def _create_log(instant: sa.DateTime) -> None:
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


def _create_custody(instant: sa.DateTime) -> None:
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
